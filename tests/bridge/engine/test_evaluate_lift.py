"""Lifting measured as the command does, on almost no data and an untrained prior."""
from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from bridge.config_commands import EvaluateOptions
from bridge.engine.evaluate_lift import SHOWN, plan_of
from bridge.engine.evaluate_problem import evaluate_problem
from bridge.errors import UsageError
from models.evaluation.problems.lift import LiftMethod, lift_cases
from models.kinematics.rotations import matrix_to_sixd
from models.prior.checkpoint import Prior, save_prior
from models.prior.denoiser import SAID, Statistics
from models.prior.network import Network, NetworkConfig
from models.training.dataset import Clip

Archive = Callable[..., Path]
TINY = NetworkConfig(width=16, blocks=1, heads=2, said=SAID)


@pytest.fixture
def options(small_archive: Archive, tmp_path: Path) -> EvaluateOptions:
    t_pose = matrix_to_sixd(torch.eye(3).repeat(22, 1, 1)).flatten()
    weights = tmp_path / "tiny.safetensors"
    save_prior(weights, Prior(Network(TINY), TINY, Statistics(t_pose, 0.3, torch.full((22,), 0.3))))
    archive = small_archive(clips=6, splits=(2,) * 6, seconds=1.2)
    return EvaluateOptions(data=(archive,), problem="lift", methods=("ours",), sections=(), seconds=1.0, seed=5,
                           weights=(("", weights),), device="cpu", threads=1)


@pytest.mark.timeout(300)  # half a minute, on a busy machine more
def test_a_report_of_sections(
    options: EvaluateOptions, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "report"
    shown = ("focal", "hypotheses")
    assert evaluate_problem(replace(options, report=folder, limit=1, sections=shown)) == 0
    text = (folder / "RESULTS-lift.md").read_text()
    headings = [line.removeprefix("## ") for line in text.splitlines() if line.startswith("## ")]
    assert headings == [SHOWN[section].title for section in shown]
    found: dict[str, Any] = json.loads((folder / "results-lift.json").read_text())
    assert (found["about"]["seed"], found["about"]["frames at 60 Hz"], found["about"]["seconds of each clip"]) == (
        5, 60, 1.0)
    for section, rows in found["sections"].items():
        assert [row["case"] for row in rows] == [case.name for case in lift_cases(section, 5)]
        assert all(row["mpjpe_cm"] > 0 and row["passes_per_frame"] > 0 for row in rows)
    assert -1 <= found["sections"]["hypotheses"][0]["kendall"] <= 1
    assert {path.stem for path in folder.glob("*.png")} == {f"lift-{section}" for section in shown}
    printed = capsys.readouterr().out
    assert "PA-MPJPE" in printed and str(folder / "RESULTS-lift.md") in printed


@pytest.mark.timeout(300)
def test_several_processes_measure_the_same(options: EvaluateOptions, tmp_path: Path) -> None:
    rows = {}
    for jobs in (1, 2):
        folder = tmp_path / str(jobs)
        assert evaluate_problem(replace(options, report=folder, limit=3, sections=("swaps",), jobs=jobs)) == 0
        rows[jobs] = json.loads((folder / "results-lift.json").read_text())["sections"]["swaps"]
    for one, two in zip(rows[1], rows[2], strict=True):
        assert (one["case"], one["clips"], one["frames"]) == (two["case"], two["clips"], two["frames"])
        assert one["mpjpe_cm"] == pytest.approx(two["mpjpe_cm"], rel=1e-4) and one["intervals"] is not None


def test_slow_methods_have_few_clips_and_ours_a_row_on_them() -> None:
    quick, slow = LiftMethod("quick", lambda *asked: []), LiftMethod("slow", lambda *asked: [], slow=True)
    still = torch.zeros(5, 22, 4), torch.zeros(5, 3), torch.zeros(22, 3), "s"
    clips = [Clip(*still, name=name) for name in "abcdef"]
    few = clips[1:3]
    plan = [(method.name, own) for method, own in plan_of([quick, slow], True, clips, few)]
    assert [name for name, _ in plan] == ["quick", "quick, same clips", "slow"]
    assert [own is clips for _, own in plan] == [True, False, False]
    assert [method.name for method, _ in plan_of([quick, slow], False, clips, few)] == ["quick"]
    everything = plan_of([quick, slow], True, clips, clips)
    assert [(method.name, own is clips) for method, own in everything] == [("quick", True), ("slow", True)]
    assert [method.name for method, _ in plan_of([slow], False, clips, few)] == ["slow"]


def test_what_is_not_there_is_named(options: EvaluateOptions) -> None:
    for changes, says in (({"methods": ("theirs",)}, "--methods theirs: lifting has ours, zedo, pads, heatmap, or all"),
                          ({"sections": ("weather",)}, "--sections weather: lifting has views"),
                          ({"problem": "cooking"}, "no such problem; there are trackers, lift")):
        with pytest.raises(UsageError, match=says):
            evaluate_problem(replace(options, **changes))
