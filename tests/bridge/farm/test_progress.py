from __future__ import annotations

import json

import pytest

from bridge.farm.progress import Progress
from bridge.farm.row import DONE, FAILED, Row


def told(kind: str) -> list[str]:
    """Two rows: the first is solved in steps, the second fails."""
    lines: list[str] = []
    rows = [Row("in/a.mcap", "a"), Row("in/b.mcap", "b")]
    seconds = iter(range(100))
    progress = Progress(kind, rows, lines.append, lambda: next(seconds))
    with progress.solving(rows[0]) as on_progress:
        on_progress(30, 60)
    rows[0].state, rows[0].code = DONE, 0
    progress.ended(rows[0])
    rows[1].state, rows[1].code, rows[1].said = FAILED, 4, "in/b.mcap: no session"
    progress.ended(rows[1])
    progress.closed(4)
    return lines


def test_openjd_reads_its_own_words() -> None:
    assert told("openjd") == [
        "openjd_status: solving a", "openjd_progress: 25.0", "[1/2] a: done", "openjd_progress: 50.0",
        "[2/2] b: failed: in/b.mcap: no session", "openjd_progress: 100.0", "openjd_fail: in/b.mcap: no session"]


def test_deadline_reads_percents() -> None:
    assert [line for line in told("deadline") if line.startswith("Progress")] == [
        "Progress: 25%", "Progress: 50%", "Progress: 100%"]


def test_json_is_an_object_a_line() -> None:
    lines = [json.loads(line) for line in told("json")]
    assert [line["event"] for line in lines] == ["progress", "row", "row", "end"]
    assert (lines[0]["frames_done"], lines[0]["frames"]) == (30, 60)
    assert (lines[2]["source"], lines[2]["code"], lines[3]["code"]) == ("in/b.mcap", 4, 4)


@pytest.mark.parametrize(("kind", "count"), [("none", 0), ("auto", 0), ("text", 2)])
def test_the_others_say_little(kind: str, count: int) -> None:
    assert len(told(kind)) == count


def test_steps_are_told_at_most_once_a_second() -> None:
    lines: list[str] = []
    rows = [Row("a", "a")]
    progress = Progress("deadline", rows, lines.append, lambda: 5.0)
    with progress.solving(rows[0]) as on_progress:
        for done in range(50):
            on_progress(done, 50)
    assert lines == []
