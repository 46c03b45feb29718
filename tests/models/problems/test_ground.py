"""A camera's stand is found again from a noisy walk before it."""
from __future__ import annotations

import math

import numpy as np
import pytest

from models.kinematics.skeleton import JOINT_INDEX, neutral_offsets, standing_heights
from models.problems.ground import fit_stand, turned
from models.problems.plumb import NobodyUpright, Upright, upright

STANDING = standing_heights(neutral_offsets()).double().numpy()
JOINTS = tuple(JOINT_INDEX[name] for name in (
    "head", "L_shoulder", "R_shoulder", "L_hip", "R_hip", "L_ankle", "R_ankle"))
ASIDE = np.array([0, 0.175, -0.175, 0.07, -0.07, 0.09, -0.09])


def walker(
    pitch: float, roll: float, height: float, seed: int = 0, frames: int = 240, noise: float = 0.03
) -> tuple[np.ndarray, np.ndarray]:
    """Rays (T, 7, 2) and certainty of somebody who walks about, 3 to 7 metres off: swaying, with swinging legs."""
    random, time = np.random.default_rng(seed), np.arange(frames) / 60
    way = np.stack([1.2 * np.sin(0.9 * time), 0 * time, -5 + 2 * np.cos(1.3 * time)], -1)
    facing = 0.8 * time
    places = way[:, None] + ASIDE[:, None] * np.stack([np.cos(facing), 0 * time, -np.sin(facing)], -1)[:, None]
    places[..., 1] = STANDING[list(JOINTS)]
    swing = 0.15 * np.sin(2 * np.pi * time)
    places[:, -2, 2] += swing
    places[:, -1, 2] -= swing
    places[:, -2:, 1] += 0.05  # as walkers' ankles are, on average
    places[:, :5, 1] -= 0.02
    places += noise * random.normal(size=(frames, 1, 3)) + noise * random.normal(size=places.shape)
    there = (places - [0, height, 0]) @ turned(pitch, roll).T
    return there[..., :2] / there[..., 2:] + 0.003 * random.normal(size=(frames, 7, 2)), np.full((frames, 7), 0.9)


def person(rays: np.ndarray, sure: np.ndarray) -> Upright:
    return upright(rays, sure, JOINTS, np.zeros((7, 3)), STANDING)


@pytest.mark.parametrize(("pitch", "roll", "height"), [
    (0, 0, 1.5), (10, 0, 1.6), (25, 3, 2.6), (-8, -2, 0.5), (32, 0, 3.2),
])
def test_pitch_roll_and_height_are_found(pitch: float, roll: float, height: float) -> None:
    found = fit_stand(person(*walker(math.radians(pitch), math.radians(roll), height)))
    assert math.degrees(found.pitch) == pytest.approx(pitch, abs=2.5)
    assert math.degrees(found.roll) == pytest.approx(roll, abs=1.5)
    assert found.height == pytest.approx(height, rel=0.05)
    assert found.missed < 0.08 and abs(math.log(found.height / height)) < found.height_sd < 0.3
    np.testing.assert_allclose(found.rotation @ found.rotation.T, np.eye(3), atol=1e-12)


def test_a_squat_and_a_lost_arm_do_not_matter() -> None:
    rays, sure = walker(math.radians(12), 0.0, 1.6)
    low, _ = walker(math.radians(12), 0.0, 1.6 + 0.6)  # the same, sixty centimetres lower
    rays[60:100, :5], sure[120:160, 1] = low[60:100, :5], 0
    rays[120:160, 1] = 50.0
    found = fit_stand(person(rays, sure))
    assert math.degrees(found.pitch) == pytest.approx(12, abs=2) and found.height == pytest.approx(1.6, rel=0.05)


def test_who_stays_at_one_distance_leaves_a_usual_camera() -> None:
    rays, sure = walker(math.radians(8), 0.0, 1.5, frames=2)
    found = fit_stand(person(np.repeat(rays[:1], 60, 0), np.repeat(sure[:1], 60, 0)))
    assert abs(math.degrees(found.pitch) - 8) < 15 and 0.7 < found.height < 3.0


def somebody_in_place(pitch: float, height: float, frames: int = 240) -> tuple[np.ndarray, np.ndarray]:
    """Four metres off, swaying about an attitude that is theirs: the head ahead of the hips, knees a little bent."""
    random, time = np.random.default_rng(1), np.arange(frames) / 60
    places = np.tile(np.stack([ASIDE, STANDING[list(JOINTS)], np.full(7, -4.0)], -1), (frames, 1, 1))
    places[:, :, 2] += 0.03 * (places[..., 1] - 0.9)
    places[:, :5, 1] -= 0.03
    places[:, :5, 0] += 0.03 * np.sin(2 * time)[:, None]
    there = (places - [0, height, 0]) @ turned(pitch, 0.0).T
    return there[..., :2] / there[..., 2:] + 0.003 * random.normal(size=(frames, 7, 2)), np.full((frames, 7), 0.9)


def test_who_stays_in_place_leaves_it_unsure_and_who_walks_makes_it_sure() -> None:
    for pitch, height in ((2, 0.9), (9, 1.5)):
        found = fit_stand(person(*somebody_in_place(math.radians(pitch), height)))
        assert abs(math.log(found.height / height)) < 2.5 * found.height_sd
        assert abs(found.pitch - math.radians(pitch)) < 2.5 * found.pitch_sd
        sure = fit_stand(person(*walker(math.radians(pitch), 0.0, height)))
        assert sure.pitch_sd < 0.8 * found.pitch_sd and sure.height_sd < found.height_sd


def test_a_taller_person_makes_a_higher_camera() -> None:
    rays, sure = walker(math.radians(10), 0.0, 1.5)
    usual = fit_stand(person(rays, sure))
    tall = fit_stand(upright(rays, sure, JOINTS, np.zeros((7, 3)), 1.1 * STANDING))
    assert tall.height / usual.height == pytest.approx(1.1, abs=0.04)


def test_one_side_alone_is_not_the_middle() -> None:
    rays, sure = walker(0.0, 0.0, 1.5)
    sure[:, [2, 4, 6]] = 0
    assert (person(rays, sure).sure.max(0) > 0.1).tolist() == [True, False, False, False]
    with pytest.raises(NobodyUpright, match="in no frame two of"):
        fit_stand(person(rays, sure))
