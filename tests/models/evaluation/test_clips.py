"""Trials: the same motion on any body, and what is read of it."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch

from models.evaluation.clips import make_trial
from models.evaluation.sensors import SensorConfig
from models.evaluation.trackers import TRACKER_SETS
from models.group import measure
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


def test_every_clip_has_noise_of_its_own(clip: Clips) -> None:
    sensors = SensorConfig(position_sd=0.05)
    one, other = (make_trial(clip(100, seed), "default", sensors) for seed in (0, 1))
    noises = [trial.readings.positions - trial.places[:, list(CUE_JOINTS)] for trial in (one, other)]
    assert float((noises[0] - noises[1]).std()) == pytest.approx(0.05 * 2**0.5, rel=0.1)


def test_one_more_fault_leaves_the_others_as_they_were(clip: Clips) -> None:
    noisy = make_trial(clip(300), "default", SensorConfig(position_sd=0.05))
    worse = make_trial(clip(300), "default", SensorConfig(position_sd=0.05, hands_lost=0.5, mount_shift=0.02))
    assert torch.equal(noisy.readings.positions, worse.readings.positions)
    assert not worse.readings.position_known.all() and worse.readings.position_known[:, 0].all()


def test_a_wrong_mount_or_bone_is_told_and_not_worn(clip: Clips) -> None:
    right = make_trial(clip(), "default", SensorConfig())
    wrong = make_trial(clip(), "default", SensorConfig(mount_shift=0.02, mount_turn=0.2, bone_share_sd=0.03))
    assert torch.equal(wrong.readings.positions, right.readings.positions)
    assert torch.equal(wrong.readings.xyzw, right.readings.xyzw) and torch.equal(wrong.places, right.places)
    assert not torch.equal(wrong.body.offsets, right.body.offsets) and wrong.body.mounts.any()


def test_imus_tell_rotations_alone(clip: Clips) -> None:
    trial = make_trial(clip(), "default", SensorConfig(), "+ 4 leg IMUs")
    assert trial.body.joints == (*CUE_JOINTS, 1, 2, 4, 5)
    assert trial.readings.position_known.all(0).tolist() == [True] * 3 + [False] * 4
    assert trial.readings.rotation_known.all()
    measured = measure([trial.body], [trial.readings])
    torch.testing.assert_close(measured.rotations[0, :, 4], trial.rotations[:, 2], atol=1e-5, rtol=0)


@pytest.mark.parametrize("name", TRACKER_SETS)
def test_every_set_is_worn_where_it_says(clip: Clips, name: str) -> None:
    trial = make_trial(clip(), "UBx1.4", SensorConfig(), name)
    joints = list(trial.body.joints)
    assert torch.equal(trial.readings.positions, trial.places[:, joints]) and joints[:3] == list(CUE_JOINTS)
