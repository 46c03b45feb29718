from __future__ import annotations

import json

import pytest

from bridge.commands.console import bar, sharing, table, waiting


def test_a_table_is_markdown_with_numbers_to_the_right() -> None:
    assert table(("file", "frames", "result"), [["a.mcap", "7", "done"], ["longer.mcap", "-", "failed"]]) == (
        "| file        | frames | result |\n"
        "| ----------- | -----: | ------ |\n"
        "| a.mcap      |      7 | done   |\n"
        "| longer.mcap |      - | failed |"
    )


def test_a_table_without_rows_has_its_headings() -> None:
    assert table(("a", "b"), []).splitlines()[0] == "| a | b |"


def test_progress_goes_to_stderr_alone(capsys: pytest.CaptureFixture[str]) -> None:
    with waiting("thinking"), bar("working") as on_progress:
        on_progress(1, 2)
        on_progress(2, 2)
    assert capsys.readouterr().out == ""


def test_a_program_is_told_now_and_then_and_at_the_end(capsys: pytest.CaptureFixture[str]) -> None:
    times = iter([0.0, 0.0, 0.1, 0.3, 0.3, 0.31, 0.31])
    with sharing("cleaning", "json", lambda: next(times)) as report:
        for share in (0.1, 0.2, 0.5, 1.0):
            report(share)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["percent"] for line in lines] == [10, 50, 100] and lines[0]["stage"] == "cleaning"
    with sharing("cleaning") as report:
        report(0.5)
    assert capsys.readouterr().out == ""
