"""Sections, methods and files of evaluating completion, in-betweening, cleaning and generation."""
from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bridge.config_commands import EvaluateOptions
from bridge.engine.evaluate_fill import _plan
from bridge.engine.evaluate_problem import evaluate_problem
from bridge.engine.solver import load_solver_prior
from bridge.errors import InputInvalid, UsageError
from bridge.export.npz import write_npz
from models.solver import solver_of
from tests.bridge.engine.test_mending import moving


@pytest.fixture
def asked(tmp_path: Path) -> EvaluateOptions:
    write_npz(tmp_path / "take.npz", moving(150))
    return EvaluateOptions((tmp_path / "take.npz",), "complete", sections=(), methods=(), report=tmp_path / "out")


@pytest.mark.parametrize(("problem", "section", "cases"), [
    ("complete", "limbs", 5), ("inbetween", "gaps", 5), ("clean", "noise", 6), ("generate", "made", 4)])
def test_a_report_has_every_case(problem: str, section: str, cases: int, asked: EvaluateOptions) -> None:
    methods, seconds = ((), 0.7) if problem == "generate" else (("ours",), asked.seconds)
    options = replace(asked, problem=problem, sections=(section,), methods=methods, seconds=seconds)
    assert evaluate_problem(options) == 0
    assert asked.report is not None
    rows = json.loads((asked.report / f"results-{problem}.json").read_text())["sections"][section]
    assert len(rows) == cases
    assert all(row["clips"] == 1 for row in rows)
    assert f"{problem}-{section}.png" in (asked.report / f"RESULTS-{problem}.md").read_text()


def test_several_processes_measure_the_same(asked: EvaluateOptions) -> None:
    rows, options = {}, replace(asked, sections=("limbs",), methods=("slerp", "hold"))
    assert options.report is not None
    for jobs in (1, 2):
        assert evaluate_problem(replace(options, jobs=jobs)) == 0
        rows[jobs] = json.loads((options.report / "results-complete.json").read_text())["sections"]["limbs"]
    assert rows[1] == rows[2] and len(rows[1]) == 10


def test_pads_is_measured_in_one_case_beside_ours(asked: EvaluateOptions) -> None:
    solvers = {"": solver_of(load_solver_prior(None))}
    options = replace(asked, methods=("ours", "pads"))
    assert len(_plan(options, solvers)["limbs"]) == 5 + 2
    assert len(_plan(replace(options, methods=("pads",)), solvers)["limbs"]) == 5
    assert len(_plan(replace(options, problem="clean", thorough=True), solvers)["noise"]) == 6 + 1


def test_what_there_is_not_is_said(asked: EvaluateOptions) -> None:
    with pytest.raises(UsageError, match="limbs, shares"):
        evaluate_problem(replace(asked, sections=("arms",)))
    with pytest.raises(UsageError, match="ours, hold, slerp, pads"):
        evaluate_problem(replace(asked, methods=("best",)))
    with pytest.raises(InputInvalid, match="no clip is long enough"):
        evaluate_problem(replace(asked, seconds=1.0))
