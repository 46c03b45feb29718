"""Bodies and readings."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from models.body import Body, Readings

SwayingBody = Callable[..., tuple[Tensor, Tensor]]
Wear = Callable[..., tuple[Body, Readings]]


def test_two_trackers_on_one_joint_are_refused(swaying_body: SwayingBody, wear: Wear) -> None:
    with pytest.raises(ValueError, match="two trackers on one joint"):
        wear(*swaying_body(3), joints=(15, 20, 20))


def test_bodies_of_one_kind_have_trackers_on_the_same_joints(swaying_body: SwayingBody, wear: Wear) -> None:
    body, _ = wear(*swaying_body(3))
    alike = replace(body, offsets=2 * body.offsets, floor_height=None, position_sd=0.01, rotation_sd=0.02)
    assert alike.kind == body.kind != replace(body, joints=(15, 21, 20)).kind


def test_readings_are_cut_and_held(swaying_body: SwayingBody, wear: Wear) -> None:
    _, readings = wear(*swaying_body(10))
    assert len(readings) == 10 and len(readings.frames(2, 5)) == 3
    held = readings.held(12)
    assert torch.equal(held.positions[:10], readings.positions)
    assert torch.equal(held.xyzw[10:], readings.xyzw[-1:].expand(2, -1, -1))
