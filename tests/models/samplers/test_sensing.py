"""From raw readings to likely ones: noisy trackers are weighed down, impossible readings left out, gaps bridged."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from models.kinematics.rotations import geodesic_angle, rotvec_to_matrix
from models.samplers.measurement import Measurement
from models.samplers.sensing import TRUSTED_PLACE_SD, from_columns, sense, to_columns

Scenes = Callable[..., Any]
Lose = Callable[..., Measurement]
SEED = 4


def moving(scene: Scenes, frames: int = 60) -> Measurement:
    """Trackers that move steadily, about together as a body's do, and turn steadily, without noise."""
    still = scene(frames=1, dtype=torch.float32).measured
    at = torch.arange(frames).view(1, -1, 1, 1) / 60
    random = torch.Generator().manual_seed(SEED)
    apart, together = torch.randn(2, 1, 3, 3, generator=random), torch.randn(2, 1, 1, 3, generator=random)
    positions = still.positions + at * (0.5 * together + 0.1 * apart)
    turns = rotvec_to_matrix(at * torch.randn(2, 1, 3, 3, generator=random))
    many = {name: getattr(still, name).expand(-1, frames, -1) for name in (
        "position_known", "rotation_known", "position_sd", "rotation_sd")}
    return replace(still, positions=positions, rotations=turns @ still.rotations, **many)


def shaken(measured: Measurement, tracker: int, places: float, turns: float) -> Measurement:
    random = torch.Generator().manual_seed(SEED)
    positions, rotations = measured.positions.clone(), measured.rotations.clone()
    positions[:, :, tracker] += places * torch.randn(positions[:, :, tracker].shape, generator=random)
    turn = rotvec_to_matrix(turns * torch.randn(positions[:, :, tracker].shape, generator=random))
    rotations[:, :, tracker] = rotations[:, :, tracker] @ turn
    return replace(measured, positions=positions, rotations=rotations)


def test_clean_readings_stay_where_they_are(scene: Scenes) -> None:
    raw = moving(scene)
    sensed = sense(raw)
    torch.testing.assert_close(sensed.measured.positions, raw.positions, atol=1e-3, rtol=0)
    assert geodesic_angle(sensed.measured.rotations, raw.rotations).max() < 0.01
    assert (sensed.measured.position_sd <= raw.position_sd).all() and not sensed.rejected.any()
    assert sensed.measured.position_known.all() and sensed.measured.rotation_known.all()


def test_they_are_rotations_still(scene: Scenes, lose: Lose) -> None:
    rotations = sense(lose(moving(scene), 0, slice(3, 9))).measured.rotations
    square = rotations @ rotations.mT
    torch.testing.assert_close(square, torch.eye(3).expand_as(square), atol=1e-5, rtol=0)


def test_a_noisy_tracker_is_believed_less_though_nobody_told(scene: Scenes) -> None:
    truth = moving(scene)
    sensed = sense(shaken(truth, 1, 0.05, 0.2)).measured
    assert (sensed.position_sd[:, :, 1] > 5 * sensed.position_sd[:, :, 0]).all()
    assert (sensed.rotation_sd[:, :, 1] > 2 * sensed.rotation_sd[:, :, 0]).all()
    error = (sensed.positions - truth.positions)[:, :, 1].square().mean().sqrt()
    assert error < 0.03
    torch.testing.assert_close(sensed.positions[:, :, 0], sense(truth).measured.positions[:, :, 0])


@pytest.mark.parametrize("what", ["positions", "rotations"])
def test_what_is_rejected_is_bridged_and_said(scene: Scenes, what: str) -> None:
    raw = moving(scene)
    wrong = getattr(raw, what).clone()
    wrong[:, 30:33, 2] = wrong[:, 30:33, 2] + 2.0 if what == "positions" else wrong[:, 30:33, 2].mT @ wrong[:, 30:33, 0]
    sensed = sense(replace(raw, **{what: wrong}))
    expected = torch.zeros_like(sensed.rejected)
    expected[:, 30:33, 2] = True
    assert torch.equal(sensed.rejected, expected)
    torch.testing.assert_close(sensed.measured.positions, raw.positions, atol=0.01, rtol=0)
    assert geodesic_angle(sensed.measured.rotations, raw.rotations).max() < 0.05


def test_a_tracker_is_forgotten_some_time_after_it_was_lost(scene: Scenes, lose: Lose) -> None:
    raw = lose(moving(scene), 1, slice(20, 60))
    sensed = sense(replace(raw, positions=raw.positions.where(raw.position_known.unsqueeze(-1), 0.0)))
    known = sensed.measured.position_known[0, :, 1]
    assert known[:25].all() and not known[50:].any()
    assert (sensed.measured.position_sd[0, known, 1] < TRUSTED_PLACE_SD).all()
    assert not sensed.rejected.any()


def test_never_seen_is_never_known(scene: Scenes, lose: Lose) -> None:
    sensed = sense(lose(moving(scene), 1)).measured
    assert not sensed.position_known[:, :, 1].any() and not sensed.rotation_known[:, :, 1].any()
    assert sensed.positions.isfinite().all() and sensed.rotations.isfinite().all()


def test_columns_of_one_window_come_back(scene: Scenes, lose: Lose) -> None:
    sensed = sense(lose(moving(scene), 1, slice(20, 60)))
    back = from_columns(to_columns(sensed)[:1], sensed.measured)
    known = sensed.measured.position_known[:1]
    assert torch.equal(back.measured.position_known, known) and torch.equal(back.rejected, sensed.rejected[:1])
    torch.testing.assert_close(back.measured.positions[known], sensed.measured.positions[:1][known], atol=1e-5, rtol=0)
    torch.testing.assert_close(back.measured.position_sd[known], sensed.measured.position_sd[:1][known])
    turned = sensed.measured.rotation_known[:1]
    torch.testing.assert_close(
        back.measured.rotations[turned], sensed.measured.rotations[:1][turned], atol=1e-5, rtol=0
    )


def test_the_surer_window_counts_more(scene: Scenes) -> None:
    sensed = sense(moving(scene))
    sure = sensed.measured
    worse = replace(sure, positions=sure.positions + 0.1, position_sd=10 * sure.position_sd)
    mean = (to_columns(sensed) + to_columns(replace(sensed, measured=worse)))[:1] / 2
    moved = from_columns(mean, sensed.measured).measured.positions - sensed.measured.positions[:1]
    torch.testing.assert_close(moved, torch.full_like(moved, 0.1 / 101), atol=1e-4, rtol=0)


@pytest.mark.parametrize("noise", [0.002, 0.05])
def test_the_newest_frame_alone_is_as_sure_as_among_all(scene: Scenes, lose: Lose, noise: float) -> None:
    """Of two windows, one with a gap, in numpy: the paths are the same, and so is all that depends on thresholds."""
    whole = shaken(moving(scene, 41), 0, noise, noise)
    cut = vars(lose(whole, 1, slice(9, 12)))
    raw = replace(whole, **{name: torch.stack([part[0], cut[name][1]]).numpy()
                            for name, part in vars(whole).items() if isinstance(part, torch.Tensor)})
    exact, quick = sense(raw).measured, sense(raw, newest=True).measured
    for name in ("positions", "rotations", "position_known", "rotation_known"):
        np.testing.assert_allclose(getattr(quick, name), getattr(exact, name), atol=1e-6)
    for name, known in (("position_sd", 0.03), ("rotation_sd", 0.15)):
        said, told = getattr(quick, name), getattr(exact, name)
        np.testing.assert_allclose(said[:, -1], told[:, -1], rtol=1e-5)
        np.testing.assert_array_equal(said < known, told < known)
        np.testing.assert_allclose(said[1], told[1], rtol=1e-5)  # the one with the gap
        assert (said >= told * (1 - 1e-5)).all()
        assert (said[0, :-1] > 1.1 * told[0, :-1]).any() == (noise < 0.01)  # where it is said less exactly
