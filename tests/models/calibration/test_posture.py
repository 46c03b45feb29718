"""Rows: nothing left over on the true body, and derivatives that finite differences confirm."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from models.body import Body, Readings
from models.calibration.factors import values_count, with_values
from models.calibration.posture import Column, Postures, rows_of
from models.kinematics.rotations import about_y, rotvec_to_matrix

Sway = Callable[..., tuple[Tensor, Tensor]]
Make = Callable[..., Postures]


@pytest.fixture
def rotations(swaying_body: Sway) -> Tensor:
    return swaying_body(60, amount=0.4)[0][::10]


def test_on_the_true_body_in_the_true_posture_nothing_is_left(
    rotations: Tensor, neutral: Body, errors_of: Callable[..., Tensor], worn: Callable[..., Readings],
    known_postures: Make,
) -> None:
    values = errors_of(torso=1.1, shoulders=0.9, legs=1.05, forearms=1.08)
    values[6:] = torch.linspace(-0.03, 0.03, 9)
    postures = known_postures(rotations, worn(rotations, values))
    assert float(rows_of(postures, with_values(neutral, values)).residual.abs().max()) < 1e-5
    assert float(rows_of(postures, neutral).residual.abs().max()) > 0.02


def test_the_head_is_higher_over_the_floor_by_the_lift(
    rotations: Tensor, neutral: Body, errors_of: Callable[..., Tensor], worn: Callable[..., Readings],
    known_postures: Make,
) -> None:
    postures = known_postures(rotations, worn(rotations, errors_of()))
    lifted = replace(postures, column=replace(postures.column, lift=torch.full((len(postures),), 0.02)))
    torch.testing.assert_close(
        rows_of(lifted, neutral).residual[:, -1], torch.full((len(postures),), -0.02, dtype=torch.float64),
        atol=1e-5, rtol=0)


def test_rows_follow_the_unknowns_as_said(
    rotations: Tensor, neutral: Body, errors_of: Callable[..., Tensor], worn: Callable[..., Readings],
    known_postures: Make,
) -> None:
    postures = known_postures(rotations, worn(rotations, errors_of(torso=1.1)))
    body = replace(neutral, offsets=neutral.offsets.double(), mounts=neutral.mounts.double() + 0.02)
    said = rows_of(postures, body).by_values
    for index in range(values_count(body)):
        step = torch.zeros(values_count(body), dtype=torch.float64)
        step[index] = 1e-5
        ahead, behind = (rows_of(postures, with_values(body, sign * step)).residual for sign in (1, -1))
        torch.testing.assert_close(said[:, :, index], -(ahead - behind) / 2e-5, atol=1e-6, rtol=1e-5)


@pytest.mark.parametrize("joint", [0, 1, 7, 9, 12, 15, 17, 18, 21])
def test_rows_follow_the_turns_as_said(
    rotations: Tensor, neutral: Body, errors_of: Callable[..., Tensor], worn: Callable[..., Readings],
    known_postures: Make, joint: int,
) -> None:
    body = replace(neutral, mounts=neutral.mounts + 0.05)
    postures = known_postures(rotations.double(), worn(rotations, errors_of()), sd=0.2)
    said = rows_of(postures, body).by_turns
    for axis in range(3):
        turn = torch.zeros(22, 3, dtype=torch.float64)
        turn[joint, axis] = 1e-5

        def turned(sign: int, turn: Tensor = turn) -> Tensor:
            away = postures.rotations @ rotvec_to_matrix(sign * turn)
            return rows_of(replace(postures, rotations=away, column=replace(postures.column, rotations=away)),
                           body).residual

        slope = -(turned(1) - turned(-1)) / 2e-5
        torch.testing.assert_close(said[:, :, 3 * joint + axis], 0.2 * slope, atol=1e-6, rtol=1e-4)


def test_where_in_the_world_and_facing_what_does_not_matter(
    rotations: Tensor, neutral: Body, errors_of: Callable[..., Tensor], worn: Callable[..., Readings],
    known_postures: Make,
) -> None:
    readings = worn(rotations, errors_of(legs=1.1))
    turn, step = about_y(torch.tensor(2.0)), torch.tensor([3.0, 0.0, -5.0])
    moved = replace(readings, positions=readings.positions @ turn.T + step)
    one, other = (rows_of(known_postures(*pair, sd=0.1), neutral)
                  for pair in ((rotations, readings), (turn @ rotations, moved)))
    for name in ("residual", "by_values", "by_turns"):
        torch.testing.assert_close(getattr(one, name), getattr(other, name), atol=1e-5, rtol=0)


def test_a_lost_tracker_says_nothing(
    rotations: Tensor, neutral: Body, errors_of: Callable[..., Tensor], worn: Callable[..., Readings],
    known_postures: Make,
) -> None:
    readings = worn(rotations, errors_of())
    readings.positions[:, 1] = torch.nan
    seen = torch.tensor([True, False, True]).expand(len(rotations), 3)
    rows = rows_of(known_postures(rotations, replace(readings, position_known=seen)), neutral)
    assert rows.known[0].tolist() == [False, True, False, True]  # head-left, head-right, left-right, height
    assert torch.equal(rows.residual[:, [0, 2]], torch.zeros(len(rotations), 2, dtype=torch.float64))
    assert rows.residual.isfinite().all() and float(rows.noise_sd[:, 0].min()) > 100


def test_without_a_floor_there_is_no_height(
    rotations: Tensor, neutral: Body, unfloored: Body, errors_of: Callable[..., Tensor],
    worn: Callable[..., Readings], known_postures: Make,
) -> None:
    postures = known_postures(rotations, worn(rotations, errors_of()))
    assert rows_of(postures, neutral).residual.shape[1] == 4
    assert rows_of(postures, unfloored).residual.shape[1] == 3


def test_one_of_many_is_itself(
    rotations: Tensor, neutral: Body, errors_of: Callable[..., Tensor], worn: Callable[..., Readings],
    known_postures: Make,
) -> None:
    postures = known_postures(rotations, worn(rotations, errors_of(neck=1.2)))
    alone = postures.only(2)
    assert len(alone) == 1 and isinstance(alone.column, Column)
    torch.testing.assert_close(rows_of(alone, neutral).residual[0], rows_of(postures, neutral).residual[2])
