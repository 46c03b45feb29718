"""Pelvis, spine and head: carried by the feet, swaying over the loaded one, looking where the walk goes."""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import minimum_filter1d
from scipy.spatial.transform import Rotation

from bridge.demo_motion.ease import Curve, keyed, smooth, sway
from bridge.demo_motion.feet import Foot
from bridge.demo_motion.limbs import blend
from bridge.demo_motion.script import Script
from bridge.frames import JOINT_INDEX, Skeleton

STANDING_PELVIS_M = 0.935  # of the neutral body, knees not locked
LEG_REACH = 0.992  # of the leg's length that a standing or walking leg may use
SPINE = ("spine1", "spine2", "spine3")


@dataclass(frozen=True)
class Torso:
    """Positions (T, 3) and world rotations of the trunk over T frames."""

    pelvis_m: Curve
    pelvis: Rotation
    spine: list[Rotation]
    chest_m: Curve  # the joint spine3
    neck: Rotation
    head: Rotation
    swing: Curve  # (T,) +1 = the left foot is a long stride ahead of the right, -1 behind


def carry(times_s: Curve, rate_hz: float, skeleton: Skeleton, feet: tuple[Foot, Foot], script: Script) -> Torso:
    """The trunk over its feet."""
    left, right = feet
    heading = smooth((left.yaw_rad + right.yaw_rad) / 2, 0.16, rate_hz)
    apart = left.ground_m - right.ground_m
    swing = smooth(apart[:, 0] * np.sin(heading) + apart[:, 1] * np.cos(heading), 0.06, rate_hz) / 0.5
    loaded = smooth(left.load - right.load, 0.09, rate_hz)
    pitch, roll = np.radians(keyed(times_s, script.pelvis_pitch_deg)), 0.04 * loaded
    pelvis = Rotation.from_euler("YXZ", np.stack([heading - 0.09 * swing, pitch, roll], axis=1))
    path = smooth((left.ground_m + right.ground_m) / 2, 0.21, rate_hz)
    aside = 0.026 * loaded + 0.006 * sway(times_s, 1)
    ahead = 0.005 * sway(times_s, 2) - keyed(times_s, script.hips_back_m) - 0.012
    x = path[:, 0] + aside * np.cos(heading) + ahead * np.sin(heading)
    z = path[:, 1] - aside * np.sin(heading) + ahead * np.cos(heading)
    place = np.stack([x, np.zeros_like(x), z], axis=1)
    place[:, 1] = _height(place, pelvis, skeleton, feet, STANDING_PELVIS_M - keyed(times_s, script.crouch_m), rate_hz)
    return _upright(times_s, rate_hz, skeleton, script, place, pelvis, heading, swing)


def _height(
    place: Curve, pelvis: Rotation, skeleton: Skeleton, feet: tuple[Foot, Foot], wanted_m: Curve, rate_hz: float
) -> Curve:
    """The pelvis' height: as wanted, but low enough for both legs to reach their ankles."""
    limits = [wanted_m]
    for foot, side in zip(feet, "LR", strict=True):
        hip = pelvis.apply(skeleton.offsets_m[JOINT_INDEX[f"{side}_hip"]])
        leg = sum(np.linalg.norm(skeleton.offsets_m[JOINT_INDEX[f"{side}_{name}"]]) for name in ("knee", "ankle"))
        gap = (place + hip - foot.ankle_m)[:, [0, 2]]
        rise = np.sqrt(np.maximum((LEG_REACH * leg) ** 2 - (gap**2).sum(axis=1), 0.0))
        limits.append(foot.ankle_m[:, 1] + rise - hip[:, 1])
    lowest = minimum_filter1d(np.min(limits, axis=0), int(0.14 * rate_hz) | 1, mode="nearest")
    return smooth(lowest, 0.06, rate_hz)


def _upright(
    times_s: Curve, rate_hz: float, skeleton: Skeleton, script: Script,
    place: Curve, pelvis: Rotation, heading: Curve, swing: Curve,
) -> Torso:
    """The spine shares the trunk's bend in three; the head keeps its own heading, ahead of the walk's."""
    yaw = np.radians(keyed(times_s, script.trunk_yaw_deg)) + 0.16 * swing + 0.02 * sway(times_s, 3)
    pitch = np.radians(keyed(times_s, script.trunk_pitch_deg)) + 0.012 * np.sin(2 * np.pi * 0.27 * times_s)
    roll = np.radians(keyed(times_s, script.trunk_roll_deg)) + 0.012 * sway(times_s, 4)
    third = Rotation.from_rotvec(Rotation.from_euler("YXZ", np.stack([yaw, pitch, roll], axis=1)).as_rotvec() / 3)
    spine, at = [pelvis], place
    for name in SPINE:
        at = at + spine[-1].apply(skeleton.offsets_m[JOINT_INDEX[name]])
        spine.append(spine[-1] * third)
    soon = np.interp(times_s + 0.3, times_s, heading)
    look = smooth(soon, 0.2, rate_hz) + np.radians(keyed(times_s, script.head_yaw_deg)) + 0.06 * sway(times_s, 5)
    nod = np.radians(keyed(times_s, script.head_pitch_deg)) + 0.03 * sway(times_s, 6)
    head = Rotation.from_euler("YXZ", np.stack([look, nod, 0.02 * sway(times_s, 7)], axis=1))
    neck = blend(spine[-1], head, np.full(len(times_s), 0.45))
    return Torso(place, pelvis, spine[1:], at, neck, head, swing)
