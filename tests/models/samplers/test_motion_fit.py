"""Motion fitted to rows: what they say is met, and draws scatter where nothing is said, alike in windows that share."""
from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest
import torch
from torch import Tensor

from models.kinematics.rotations import geodesic_angle, rotvec_to_matrix
from models.kinematics.skeleton import JOINT_COUNT, neutral_offsets
from models.samplers.linear_rows import FREEDOMS, LinearRows, points_of
from models.samplers.measurement import levers
from models.samplers.motion_fit import FitConfig, Fitted, RowsAt, fit

B, T, SEEN = 2, 11, (0, 7, 8, 15, 20, 21)
DRAWS = 12
CONFIG = FitConfig(share=1.0)


def truth() -> tuple[Tensor, Tensor]:
    """A body that bends and goes its way."""
    time = torch.linspace(0, 1, T)
    turns = torch.zeros(B, T, JOINT_COUNT, 3)
    turns[:, :, 16:, 0] = 0.4 * torch.sin(3 * time)[:, None]
    root = torch.stack([0.3 * time, 1 + 0 * time, 0.1 * time], -1).expand(B, T, 3)
    return rotvec_to_matrix(turns), root


def told(axes: tuple[int, ...] = (0, 1, 2), still: bool = False) -> RowsAt:
    """Some joints' places, along some axes of the world."""
    lever = levers(neutral_offsets().float(), SEEN, torch.zeros(len(SEEN), 3)).expand(B, -1, -1, -1)
    turned, root = truth()
    places, _ = points_of(torch.eye(3).expand_as(turned) if still else turned, root, lever)

    def rows_at(rotations: Tensor, root: Tensor) -> LinearRows:
        expected, moves = points_of(rotations, root, lever)
        residual = (places - expected)[..., axes].flatten(2)
        return LinearRows(residual, moves[..., axes, :].flatten(2, 3), torch.full_like(residual, 1 / 0.01**2))

    return rows_at


def fitted(rows_at: RowsAt, steps: int = 8, drawn: Tensor | None = None) -> Fitted:
    still = torch.eye(3).expand(B, T, JOINT_COUNT, 3, 3)
    root = truth()[1] + torch.tensor([0.2, -0.1, 0.3])
    return fit(still, root, torch.full((B, T, JOINT_COUNT), 0.3), rows_at, steps, CONFIG, drawn)


@cache
def draws() -> tuple[Fitted, list[Fitted]]:
    """One that sees no depth (z), and draws of it."""
    random, rows = torch.Generator().manual_seed(0), told((0, 1))
    noise = [torch.randn(B, T, FREEDOMS, generator=random) for _ in range(DRAWS)]
    return fitted(rows), [fitted(rows, drawn=each) for each in noise]


def test_places_that_are_told_are_met() -> None:
    found = fitted(told())
    assert float(found.missed.max()) < 0.2
    torch.testing.assert_close(found.root, truth()[1], atol=0.01, rtol=0)


def test_draws_are_about_the_likeliest_and_scatter_where_nothing_is_told() -> None:
    likeliest, drawn = draws()
    roots = torch.stack([each.root for each in drawn])
    spread, off = roots.std(0).mean((0, 1)), (roots.mean(0) - likeliest.root).abs().mean((0, 1))
    assert float(spread[2]) > 20 * float(spread[:2].max())
    assert bool((off < 4 * spread / DRAWS**0.5).all())


def test_without_noise_the_likeliest_is_drawn() -> None:
    likeliest = draws()[0]
    same = fitted(told((0, 1)), drawn=torch.zeros(B, T, FREEDOMS))
    assert torch.equal(same.rotations, likeliest.rotations) and torch.equal(same.root, likeliest.root)


def test_windows_of_the_same_noise_draw_alike() -> None:
    noise = torch.randn(1, T, FREEDOMS, generator=torch.Generator().manual_seed(1)).expand(B, T, FREEDOMS)
    one, other = fitted(told((0, 1)), drawn=noise).rotations
    assert float(geodesic_angle(one, other).max()) < 1e-3


@pytest.mark.parametrize("steps", [1, 8])
def test_a_step_turns_no_joint_farther_than_is_allowed(steps: int) -> None:
    found = fitted(told(), steps)
    still = torch.eye(3).expand_as(found.rotations)
    assert float(geodesic_angle(found.rotations, still).max()) <= steps * CONFIG.longest_turn + 1e-3


def test_what_lasts_is_told_whatever_the_motion_is() -> None:
    """As the least cost over all motions goes with an unknown that shifts what is expected of two joints."""
    shift = torch.tensor([[0.0, 0, 0], [0.3, 0, 0], [0, 0, 0], [0, 0.5, 0], [0, 0, 0], [0, 0, 0]]).flatten()

    def fitted_at(unknown: float) -> Fitted:
        plain = told(still=True)

        def rows_at(rotations: Tensor, root: Tensor) -> LinearRows:
            rows = plain(rotations, root)
            lasting = shift.expand_as(rows.residual)[..., None]
            return replace(rows, residual=rows.residual - unknown * shift, lasting=lasting)

        still = torch.eye(3).expand(B, T, JOINT_COUNT, 3, 3)
        return fit(still, truth()[1], torch.full((B, T, JOINT_COUNT), 0.3), rows_at, 4, replace(CONFIG, huber=1e6))

    low, middle, high = (fitted_at(unknown) for unknown in (-0.005, 0.0, 0.005))
    costs = [T * (one.missed + one.unlikely).double() for one in (low, middle, high)]
    assert middle.lasting is not None and high.lasting is not None
    bent, rises = (costs[0] + costs[2]) / 0.005**2, (3 * costs[2] + costs[0]) / 0.01  # costs[1] is zero
    torch.testing.assert_close(middle.lasting.information[:, 0, 0], bent, rtol=0.05, atol=1.0)
    torch.testing.assert_close(high.lasting.pull[:, 0], -rises, rtol=0.1, atol=0.1)
