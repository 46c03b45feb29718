"""Rows of the guidance: trackers always pull, the floor only pushes."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor

from models.kinematics.skeleton import TOES, standing_heights
from models.samplers.guidance import correct
from models.samplers.measurement import levers
from models.samplers.rows import Floor, floor_rows, tracker_rows
from models.samplers.system import RootPrior

Scenes = Callable[..., Any]


def toe_clearance(rotations: Tensor, root: Tensor, floor: Floor) -> Tensor:
    """(B, T, 2) metres over where the toes rest."""
    toes = torch.einsum("btixy,bfiy->btfx", rotations, floor.levers)[..., 1] + root[..., 1:2]
    return toes - floor.resting_height.unsqueeze(1)


def standing(scene: Scenes, depth: float) -> tuple[Any, RootPrior, Floor]:
    """A scene whose lowest toe is `depth` below where it rests, and its floor at a height of 0.3 m."""
    s = scene(away=0.0)
    toes = levers(s.offsets, TOES, s.offsets.new_zeros(len(TOES), 3))
    floor = Floor(toes, 0.3 + standing_heights(s.offsets)[:, list(TOES)], 0.002)
    shift = torch.zeros_like(s.root)
    shift[..., 1] = -toe_clearance(s.rotations, s.root, floor).amin(-1) - depth
    measured = replace(s.measured, positions=s.measured.positions + shift.unsqueeze(2))
    root = RootPrior(s.root + shift, torch.zeros_like(s.root))
    return replace(s, root=s.root + shift, measured=measured), root, floor


def test_a_tracker_is_three_rows(scene: Scenes) -> None:
    s = scene()
    rows = tracker_rows(s.measured)
    assert torch.equal(rows.places[0, 1, :, 2], s.measured.positions[0, 1, 2])
    assert rows.known.all() and rows.known.shape == rows.places.shape
    assert torch.equal(rows.variance, s.measured.position_sd.square().unsqueeze(-2).expand_as(rows.variance))
    both = rows.joined(rows)
    assert both.places.shape[-1] == both.levers.shape[1] == 2 * rows.places.shape[-1]


@pytest.mark.parametrize(("depth", "below"), [(0.05, True), (-0.05, False)])
def test_the_floor_is_a_vertical_row_for_each_toe_below_it(scene: Scenes, depth: float, below: bool) -> None:
    s, root, floor = standing(scene, depth)
    rows = floor_rows(s.rotations, root.mean, floor)
    clearance = toe_clearance(s.rotations, s.root, floor)
    assert torch.equal(rows.known[..., 1, :], clearance < 0)
    assert bool(rows.known.any()) is below
    assert not rows.known[..., [0, 2], :].any()


def test_feet_are_lifted_out_of_the_floor(scene: Scenes) -> None:
    s, root, floor = standing(scene, 0.05)
    estimate = correct(s.guess, s.variance, s.measured, root, 4, floor)
    assert toe_clearance(estimate.rotations, estimate.root, floor).amin() > -0.005
    missed = (s.tracker_places(estimate.rotations, estimate.root) - s.measured.positions).norm(dim=-1)
    assert missed.max() < 0.005


def test_feet_above_the_floor_are_free_and_so_are_all_without_a_floor(scene: Scenes) -> None:
    s, root, floor = standing(scene, -0.2)
    free = correct(s.guess, s.variance, s.measured, root, 3)
    unknown = replace(floor, resting_height=torch.full_like(floor.resting_height, torch.nan))
    deep, deep_root, _ = standing(scene, 0.2)
    for floored, alone in (
        (correct(s.guess, s.variance, s.measured, root, 3, floor), free),
        (correct(deep.guess, deep.variance, deep.measured, deep_root, 3, unknown),
         correct(deep.guess, deep.variance, deep.measured, deep_root, 3)),
    ):
        torch.testing.assert_close(floored.rotations, alone.rotations, atol=1e-7, rtol=0)
        torch.testing.assert_close(floored.root, alone.root, atol=1e-7, rtol=0)
