"""What an evaluation of a problem leaves on disk."""
from __future__ import annotations

import json
from pathlib import Path

import torch

from bridge.engine.problem_report import ProblemReport, Section, case_table, cost_table
from models.evaluation.problems.measured import Measured
from models.evaluation.records import Record

SECTION = Section("Gaps", "How long.", {"error cm": "error"}, ("error",), ("error",), {"error, cm": "error"}, "seconds")


def row(case: str, method: str, at: float, *errors: float) -> Measured:
    return Measured(case, method, [Record("s", "g", 10, {"error": error}, torch.zeros(22)) for error in errors], at)


ROWS = [row("0.5 s", "ours", 0.5, 1.0, 2.0, 3.0), row("0.5 s", "slerp", 0.5, 4.0, 4.0, 4.0),
        row("1 s", "ours", 1.0, 2.0, 4.0, 6.0), row("1 s", "slerp", 1.0, 4.0, 4.0)]


def test_a_report_has_tables_numbers_and_pictures(tmp_path: Path) -> None:
    report = ProblemReport("gaps", "Gaps filled", {"seed": 3}, tmp_path / "out", tmp_path / "all.json")
    report.add("length", SECTION, ROWS, extra="More of it.")
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "RESULTS-gaps.md", "results-gaps.json", "gaps-length.png"}
    text = (tmp_path / "out" / "RESULTS-gaps.md").read_text()
    assert {"- seed: 3", "## Gaps", "More of it.", "![length](gaps-length.png)"} <= set(text.splitlines())
    found = json.loads((tmp_path / "all.json").read_text())["sections"]["length"]
    assert found[2]["error"] == 4.0 and found[2]["intervals"]["error"][0] > 1
    assert (tmp_path / "out" / "results-gaps.json").read_text() == (tmp_path / "all.json").read_text()


def test_a_case_costs_what_it_does_on_the_same_clips() -> None:
    """A row of fewer clips is compared with nothing."""
    (line,) = (line for line in cost_table(SECTION, ROWS).splitlines() if "1 s" in line)
    assert "ours" in line and "+100.0 [+100.0, +100.0]" in line
    assert "2.00 [1.00, 3.00]" in case_table(SECTION, ROWS)


def test_without_curves_there_are_dots(tmp_path: Path) -> None:
    plain = Section("Gaps", "", {"error cm": "error"}, panels={"error, cm": "error"})
    ProblemReport("gaps", "Gaps filled", {}, tmp_path).add("length", plain, ROWS[:3])
    assert (tmp_path / "gaps-length.png").stat().st_size > 1000
