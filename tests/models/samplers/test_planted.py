"""Feet that stand: held where they are, never dragged, let go gently."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from models.kinematics.skeleton import FEET
from models.samplers.guidance import correct
from models.samplers.planted import FADE, FREE_SD, HELD_SD, find_stands, hold, stretches
from models.samplers.root import unknown_root

Scenes = Callable[..., Any]


def sliding(speed: float, frames: int = 60) -> Tensor:
    """Four feet that slide along X at `speed` metres a second, (T, 4, 3)."""
    along = torch.arange(frames)[:, None, None] * speed / 60
    return along * torch.tensor([1.0, 0.0, 0.0]) + torch.arange(4.0)[:, None]


def test_stretches_are_found_with_both_ends() -> None:
    mask = torch.tensor([1, 1, 1, 0, 1, 0, 0, 1, 1, 1, 1]) > 0
    assert stretches(mask, 3) == [slice(0, 3), slice(7, 11)]
    assert stretches(mask, 1) == [slice(0, 3), slice(4, 5), slice(7, 11)]
    assert stretches(~mask[:0], 1) == []


def test_a_standing_foot_is_held_at_its_median_more_firmly_in_the_middle() -> None:
    places = sliding(0.0)
    shaken = places + 0.002 * torch.randn(places.shape, generator=torch.Generator().manual_seed(0))
    stands = find_stands(torch.ones(60, 4), shaken)
    assert stands.held.all()
    torch.testing.assert_close(stands.places, shaken.median(0).values.expand(60, 4, 3))
    assert (stands.sd[:FADE].diff(dim=0) < 0).all() and (stands.sd[-FADE:].diff(dim=0) > 0).all()
    assert (stands.sd[FADE:-FADE] >= HELD_SD).all() and (stands.sd[FADE:-FADE] < 1.3 * HELD_SD).all()


def test_who_is_unlikely_to_stand_or_plainly_moves_is_free() -> None:
    for contact, speed in ((0.4, 0.0), (1.0, 1.5)):
        stands = find_stands(torch.full((60, 4), contact), sliding(speed))
        assert not stands.held.any() and (stands.sd == FREE_SD).all()


def test_the_farther_a_foot_strays_and_the_less_sure_its_contact_the_looser_it_is_held() -> None:
    firm = find_stands(torch.ones(60, 4), sliding(0.0)).sd
    for stands in (find_stands(torch.ones(60, 4), sliding(0.5)), find_stands(torch.full((60, 4), 0.6), sliding(0.0))):
        assert (stands.sd > 1.2 * firm).all()


def test_a_held_foot_is_one_more_tracker_and_a_tracked_one_stays_as_it_is(scene: Scenes) -> None:
    ankle = FEET[0]
    s = scene((15, 20, 21, ankle), batch=1, frames=6, dtype=torch.float32)
    stands = find_stands(torch.ones(6, 4), torch.zeros(6, 4, 3))
    held = hold(s.measured, stands.in_batch(), s.offsets)
    assert held.joints == (15, 20, 21, *FEET)
    torch.testing.assert_close(held.positions[:, :, 3], s.measured.positions[:, :, 3])
    assert held.position_known[:, :, 4:].all() and not held.rotation_known[:, :, 4:].any()


def test_a_foot_that_stands_stays_when_the_guess_walks_off(scene: Scenes) -> None:
    s = scene(batch=1, frames=30, dtype=torch.float32)
    stands = find_stands(torch.ones(30, 4), torch.zeros(30, 4, 3) + s.root[0, :1, None])
    held = hold(s.measured, stands.in_batch(), s.offsets)
    nowhere = unknown_root((1, 30), s.guess)
    free, bound = (correct(s.guess, s.variance, measured, nowhere, 4) for measured in (s.measured, held))
    missed = [
        (torch.einsum("btixy,biy->btx", part.rotations, held.levers[:, -1]) + part.root - held.positions[:, :, -1])
        .norm(dim=-1)[:, FADE:-FADE].mean() for part in (free, bound)
    ]
    assert missed[1] < missed[0]
