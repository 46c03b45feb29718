"""A told focal length is believed unless it is clear that it cannot be right; then the clip's own is near the truth."""
from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from models.problems.lift import LiftConfig, lift
from models.problems.lift_body import Unsure
from models.problems.lift_focal import FocalConfig, feet_rise
from models.problems.lifted import Lifted
from models.samplers.schedules import NOTHING
from models.solver import Solver
from tests.models.problems.conftest import Walk, camera_at, look

FEW = LiftConfig(levels=(NOTHING, 1.0), fits=(4, 2), parted=1)
CHECKED = FocalConfig()


def lifted(solver: Solver, walk: Walk, told: float, config: LiftConfig = FEW, floor: float | None = 0.0) -> Lifted:
    seen = look(walk, 0.7)
    wrong = replace(seen, camera=replace(seen.camera, focal=told * seen.camera.focal))
    return lift(solver, walk.offsets, [wrong], config, floor)[0]


def beginning(walk: Walk) -> Walk:
    return Walk(walk.rotations[:41], walk.root[:41], walk.offsets)


def test_what_is_told_right_is_kept_and_what_is_far_off_is_not(solver: Solver, walk: Walk) -> None:
    some = beginning(walk)
    right, long = (lifted(solver, some, told) for told in (1.0, 1.12))
    assert right.focal == 1.0
    assert long.focal == pytest.approx(1 / 1.12, abs=0.05)
    off = [float((one.root - some.root).norm(dim=-1).mean()) for one in (
        long, lifted(solver, some, 1.12, replace(FEW, focal=None)))]
    assert off[0] < 0.5 * off[1]


def test_nothing_is_asked_where_nothing_would_say(solver: Solver, walk: Walk) -> None:
    some = Walk(walk.rotations[:10], walk.root[:10], walk.offsets)
    for config, floor in ((FEW, None), (replace(FEW, unsure=Unsure(size_sd=0.1)), 0.0)):
        plain = lifted(solver, some, 1.1, replace(config, focal=None), floor)
        asked = lifted(solver, some, 1.1, config, floor)
        assert asked.focal == 1.0 and asked.passes_per_frame == plain.passes_per_frame
        assert torch.equal(asked.rotations, plain.rotations)


@pytest.mark.parametrize(("found", "rises", "chosen"), [
    (1.0, -0.6, 1.0), (0.97, -0.6, 1.0), (0.93, -0.6, 0.93), (0.93, -0.1, 1.0), (0.93, 0.6, 1.0), (1.1, -0.6, 1.0),
    (1.1, 0.6, 1.1), (0.7, -0.6, 1.0)])
def test_only_what_takes_feet_out_of_the_floor_is_believed(found: float, rises: float, chosen: float) -> None:
    assert CHECKED.chosen(found, rises) == chosen


def test_how_feet_rise_is_how_stretched_depths_lift_them(walk: Walk) -> None:
    """From above they sink if the focal length is longer, from below they rise."""
    feet = walk.root * torch.tensor([1.0, 0.0, 1.0])
    for height in (1.7, 0.3):
        camera = camera_at(0.7, walk, height)
        there = camera.seen_from(feet[:, None])[:, 0]
        stretched = [(torch.tensor([1.0, 1.0, times]) * there - camera.translation) @ camera.rotation[0]
                     for times in (0.99, 1.01)]
        slope = float((stretched[1] - stretched[0])[:, 1].mean()) / 0.02
        assert feet_rise(camera, walk.root, 0.0) == pytest.approx(slope, rel=1e-3)
        assert (slope < 0) == (height > 1)


def test_it_looks_where_most_is_seen(walk: Walk) -> None:
    seen = look(walk, 0.7)
    sure = seen.confidence.clone()
    sure[:30], sure[70:] = 0.0, 0.5
    config = replace(CHECKED, frames=40)
    some = config.stretch(replace(seen, confidence=sure))
    assert len(some) == 40 and torch.equal(some.points, seen.points[30:70])
    assert len(CHECKED.stretch(seen)) == len(seen)
