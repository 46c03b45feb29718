"""Trials: the same motion on any body, and what is read of it."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch

from models.body import measure
from models.evaluation.clips import SensorConfig, make_trial
from models.kinematics.rotations import geodesic_angle, xyzw_to_matrix
from models.kinematics.scaling import STANDARD_BODIES
from models.kinematics.skeleton import FEET, leg_length
from models.prior.condition import CUE_JOINTS
from models.training.dataset import Clip

Clips = Callable[..., Clip]


@pytest.mark.parametrize("name", STANDARD_BODIES)
def test_truth_and_readings_agree_on_every_body(clip: Clips, name: str) -> None:
    trial = make_trial(clip(), name, SensorConfig())
    measured = measure([trial.body], [trial.readings])
    reached = torch.einsum("tixy,miy->tmx", trial.rotations, measured.levers[0]) + trial.places[:, :1]
    torch.testing.assert_close(reached, measured.positions[0], atol=1e-5, rtol=0)
    assert torch.equal(trial.readings.positions, trial.places[:, list(CUE_JOINTS)])
    assert trial.readings.position_known.all() and trial.readings.rotation_known.all()


def test_a_body_twice_as_large_moves_twice_as_far(clip: Clips) -> None:
    usual, large = (make_trial(clip(), name, SensorConfig()) for name in ("default", "Allx2.0"))
    torch.testing.assert_close(large.places, 2 * usual.places, atol=1e-5, rtol=0)
    assert torch.equal(large.rotations, usual.rotations)
    torch.testing.assert_close(large.body.offsets, 2 * usual.body.offsets)


def test_longer_arms_leave_the_feet_where_they_were(clip: Clips) -> None:
    usual, other = (make_trial(clip(), name, SensorConfig()) for name in ("default", "Armx1.4*Torsox0.7"))
    torch.testing.assert_close(other.places[:, list(FEET)], usual.places[:, list(FEET)], atol=1e-5, rtol=0)
    assert leg_length(other.body.offsets) == leg_length(usual.body.offsets)
    assert (other.places[:, 20] - usual.places[:, 20]).norm(dim=-1).min() > 0.05


def test_noise_is_as_told_and_its_seed_s(clip: Clips) -> None:
    long = clip(400)
    clean = make_trial(long, "default", SensorConfig())
    noisy = make_trial(long, "default", SensorConfig(position_sd=0.05, rotation_sd=0.1))
    assert float((noisy.readings.positions - clean.readings.positions).std()) == pytest.approx(0.05, rel=0.05)
    turned = geodesic_angle(*(xyzw_to_matrix(trial.readings.xyzw) for trial in (noisy, clean)))
    assert float(turned.square().mean().sqrt()) == pytest.approx(0.1 * 3**0.5, rel=0.05)
    assert (noisy.body.position_sd, noisy.body.rotation_sd) == (0.05, 0.1)
    assert (clean.body.position_sd, clean.body.rotation_sd) == (0.002, 0.01)  # never told that they are perfect
    again, other = (make_trial(long, "default", SensorConfig(position_sd=0.05, seed=seed)) for seed in (0, 1))
    assert torch.equal(again.readings.positions, noisy.readings.positions)
    assert not torch.equal(other.readings.positions, noisy.readings.positions)


def test_a_clip_without_a_floor_is_solved_without_one(clip: Clips) -> None:
    assert make_trial(clip(), "default", SensorConfig()).body.floor_height == 0.0
    trial = make_trial(replace(clip(), floor=False), "default", SensorConfig())
    assert trial.body.floor_height is None and not trial.floor
