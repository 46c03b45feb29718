"""Trackers out of reach: not believed where bones forbid it, less where the body misses them, else untouched."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from models.body import Body, Readings
from models.group import measure
from models.kinematics.forward import positions_from_pelvis
from models.samplers.coupling import coupling
from models.samplers.guidance import Estimate, correct
from models.samplers.measurement import Measurement
from models.samplers.sensing import sense
from models.samplers.system import RootPrior
from models.samplers.unreachable import UNREACHED, correct_within_reach, missed_by, within_reach

SwayingBody = Callable[..., tuple[Tensor, Tensor]]
Wear = Callable[..., tuple[Body, Readings]]
FRAMES, L_HAND = 9, 1


@pytest.fixture
def true(swaying_body: SwayingBody, wear: Wear) -> tuple[Body, Readings, Tensor]:
    rotations, root = swaying_body(FRAMES)
    return (*wear(rotations, root), rotations[None])


def away(true: tuple[Body, Readings, Tensor], metres: float) -> Measurement:
    """The left hand's tracker pulled aside."""
    body, readings, _ = true
    moved = readings.positions.clone()
    moved[:, L_HAND, 0] += metres
    return measure([body], [replace(readings, positions=moved)])


def settled(
    true: tuple[Body, Readings, Tensor], measured: Measurement, how: Callable[..., Estimate] = correct
) -> Estimate:
    rotations = true[2]
    nothing = torch.zeros(1, FRAMES, 3)
    variance = torch.full((1, FRAMES, 22), 0.05)
    return how(rotations, variance, measured, RootPrior(nothing, nothing), 5, None, coupling())


def trunk_moved(true: tuple[Body, Readings, Tensor], estimate: Estimate) -> float:
    offsets = true[0].offsets
    places = positions_from_pelvis(estimate.rotations, offsets) - positions_from_pelvis(true[2], offsets)
    return float((places[..., 9, :] - places[..., 15, :]).norm(dim=-1).mean())


def test_what_can_be_reached_is_left_as_it_was(true: tuple[Body, Readings, Tensor]) -> None:
    measured = away(true, 0.0)
    one, other = settled(true, measured), settled(true, measured, correct_within_reach)
    assert torch.equal(one.rotations, other.rotations) and torch.equal(one.root, other.root)
    assert missed_by(other, measured).max() < UNREACHED


def test_the_trunk_is_not_torn_after_a_hand_out_of_reach(true: tuple[Body, Readings, Tensor]) -> None:
    measured = away(true, 1.0)
    torn, calm = settled(true, measured), settled(true, measured, correct_within_reach)
    assert missed_by(torn, measured)[..., L_HAND].max() > UNREACHED
    assert trunk_moved(true, calm) < 0.6 * trunk_moved(true, torn)


def test_bones_forbid_what_is_farther_from_the_head_than_they_are_long(true: tuple[Body, Readings, Tensor]) -> None:
    sd = torch.full((1, 3), 0.002)
    assert within_reach(away(true, 0.0), sd).all()
    near, far = within_reach(away(true, 0.05), sd), within_reach(away(true, 2.0), sd)
    assert near.all() and not far[..., L_HAND].any() and far[..., [0, 2]].all()
    assert within_reach(away(true, 2.0), torch.full((1, 3), 0.5)).all()  # so noisy that nobody can tell
    headless = replace(away(true, 2.0), position_known=torch.tensor([False, True, True]).expand(1, FRAMES, 3))
    assert within_reach(headless, sd).all()


def test_a_hand_that_cannot_be_there_is_said_to_be_rejected(true: tuple[Body, Readings, Tensor]) -> None:
    sensed = sense(away(true, 2.0))
    assert sensed.rejected[..., L_HAND].all() and not sensed.rejected[..., [0, 2]].any()
    assert not sensed.measured.position_known[..., L_HAND].any()


def test_frames_are_each_for_themselves(true: tuple[Body, Readings, Tensor]) -> None:
    near, far = away(true, 0.0), away(true, 0.8)
    third = torch.arange(FRAMES)[:, None, None] % 3 == 1
    mixed = replace(near, positions=torch.where(third, far.positions, near.positions))
    found, *each = (settled(true, measured, correct_within_reach) for measured in (mixed, near, far))
    for frame in range(FRAMES):
        expected = each[frame % 3 == 1]
        torch.testing.assert_close(found.rotations[:, frame], expected.rotations[:, frame], atol=1e-4, rtol=0)
        torch.testing.assert_close(found.root[:, frame], expected.root[:, frame], atol=1e-4, rtol=0)
