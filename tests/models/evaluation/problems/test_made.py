"""Made motion is measured as real motion is."""
from __future__ import annotations

import math
from dataclasses import replace

import pytest
import torch

from models.evaluation.problems.made import CASES, REAL, measure_made
from models.kinematics.forward import positions_from_pelvis
from models.kinematics.skeleton import FEET, standing_heights
from models.solver import Solver
from tests.models.evaluation.problems.test_gaps import moving


def test_every_case_is_measured_on_clips_with_a_floor(tiny_solver: Solver) -> None:
    clips = [moving(50), replace(moving(50), floor=False)]
    for case in CASES:
        found = measure_made(case, "ours", tiny_solver, 0, clips)
        assert len(found.records) == 1
        assert found.method == ("truth" if case == REAL else "ours")
        assert found.values["jitter"] > 0


def test_a_root_that_slides_is_seen(tiny_solver: Solver) -> None:
    still = moving(60)
    still.local_xyzw[:] = still.local_xyzw[:1]
    slid = measure_made(REAL, "", tiny_solver, 0, [still]).values
    assert slid["slide_cm_s"] == pytest.approx(100 * (1 + 0.3**2) ** 0.5, rel=1e-3)


def test_what_stands_slides_as_the_root_does(tiny_solver: Solver) -> None:
    clip = moving(60)
    clip.local_xyzw[:] = torch.tensor([0.0, 0.0, 0.0, 1.0])
    usual = standing_heights(clip.offsets)[list(FEET)]
    clip.root[:, 1] = (usual - positions_from_pelvis(torch.eye(3).expand(22, 3, 3), clip.offsets)[list(FEET), 1]).mean()
    slid = measure_made(REAL, "", tiny_solver, 0, [clip]).values["standing_slide_cm_s"]
    assert slid == pytest.approx(100 * (1 + 0.3**2) ** 0.5, rel=1e-3)
    clip.root[:] = clip.root[:1]
    assert measure_made(REAL, "", tiny_solver, 0, [clip]).values["standing_slide_cm_s"] == pytest.approx(0, abs=1e-3)
    clip.root[:, 1] += 1
    assert math.isnan(measure_made(REAL, "", tiny_solver, 0, [clip]).values["standing_slide_cm_s"])
