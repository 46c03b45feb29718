from __future__ import annotations

import pytest

from bridge.commands.console import bar, table, waiting


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
