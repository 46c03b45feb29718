"""Arms: hanging and swinging with the walk, or a hand taken to a point with the elbow where it belongs."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.spatial.transform import Rotation

from bridge.demo_motion.ease import Curve, keyed, min_jerk, sway
from bridge.demo_motion.limbs import Limb, bend_to, blend, turned
from bridge.demo_motion.script import ArmGoal
from bridge.demo_motion.torso import Torso
from bridge.frames import JOINT_INDEX, Skeleton

HANG_DEG = 77.0  # from the T-pose down to the side
SWING_RAD = 0.36
WAVES_HZ = 1.5


@dataclass(frozen=True)
class Arm:
    """World rotations of one arm's joints over T frames."""

    collar: Rotation
    shoulder: Rotation
    elbow: Rotation
    wrist: Rotation


def move_arm(times_s: Curve, skeleton: Skeleton, torso: Torso, goals: Sequence[ArmGoal], side: int) -> Arm:
    """The arm hanging, and drawn to each goal in turn by the goal's weight."""
    outward, name = (1.0, "L") if side == 0 else (-1.0, "R")
    own = [(goal, keyed(times_s, goal.weight)) for goal in goals if goal.side == side]
    offsets = {part: skeleton.offsets_m[JOINT_INDEX[f"{name}_{part}"]].astype(np.float64)
               for part in ("collar", "shoulder", "elbow", "wrist")}
    chest = torso.spine[-1]
    collar = chest * _collar(times_s, own, outward)
    shoulder_m = torso.chest_m + chest.apply(offsets["collar"]) + collar.apply(offsets["shoulder"])
    limb = Limb(offsets["elbow"], offsets["wrist"], np.array([0.0, -outward, 0.0]))
    upper, bend, turn = _hanging(times_s, torso, outward)
    for goal, weight in own:
        towards = _target(times_s, goal) - shoulder_m
        pole = chest.apply(np.array(goal.elbow_to))
        upper_goal, lower_goal = bend_to(limb, towards, pole)
        palm = Rotation.from_rotvec([np.radians(goal.palm_down_deg) / 2, 0, 0])
        upper = blend(upper, upper_goal, weight)
        bend = blend(bend, upper_goal.inv() * lower_goal * palm, weight)
        turn = blend(turn, palm * _beckon(times_s, goal, outward), weight)
    return Arm(collar, upper, upper * bend, upper * bend * turn)


def _hanging(times_s: Curve, torso: Torso, outward: float) -> tuple[Rotation, Rotation, Rotation]:
    """The upper arm in the world, the elbow's and the wrist's local rotations of an arm at rest or swinging."""
    chest = torso.spine[-1]
    stooped = np.arcsin(np.clip(-chest.apply([0.0, 0.0, 1.0])[:, 1], -1, 1))  # the chest's lean, which arms hang out of
    forward = -outward * SWING_RAD * torso.swing + 0.025 * sway(times_s, 11 + int(outward))
    still = np.ones_like(times_s)
    down = turned("z", -outward * np.radians(HANG_DEG) * still)
    inward = turned("y", -outward * 0.5 * still)
    upper = chest * turned("x", 0.05 - forward - 0.9 * stooped) * inward * down
    flex = 0.3 + 0.45 * np.maximum(forward, 0.0) ** 2 / SWING_RAD + 0.03 * sway(times_s, 21 + int(outward))
    half_palm = Rotation.from_rotvec([-0.05, 0, 0])
    bend = Rotation.from_rotvec(flex[:, None] * np.array([0.0, -outward, 0.0])) * half_palm
    return upper, bend, half_palm * Rotation.from_rotvec(still[:, None] * np.array([0.0, 0.0, outward * 0.08]))


def _collar(times_s: Curve, goals: Sequence[tuple[ArmGoal, Curve]], outward: float) -> Rotation:
    turn = np.zeros((len(times_s), 3))
    for goal, weight in goals:
        turn += np.radians(weight)[:, None] * np.array([0, -outward * goal.protract_deg, outward * goal.shrug_deg])
    return Rotation.from_rotvec(turn)


def _target(times_s: Curve, goal: ArmGoal) -> Curve:
    """The point in the world (T, 3), waving from side to side where the goal says so."""
    left, up, forward = goal.point_m
    side = left + goal.wave_m * _waving(times_s, goal)
    cosine, sine = np.cos(goal.stance.yaw_rad), np.sin(goal.stance.yaw_rad)
    x = goal.stance.x + side * cosine + forward * sine
    z = goal.stance.z - side * sine + forward * cosine
    return np.stack([x, np.full_like(x, up) - 0.3 * goal.wave_m * np.abs(_waving(times_s, goal)) ** 2, z], axis=1)


def _waving(times_s: Curve, goal: ArmGoal) -> Curve:
    start, end = goal.wave_s
    if end <= start:
        return np.zeros_like(times_s)
    strength = min_jerk((times_s - start) / 0.5) * (1 - min_jerk((times_s - end + 0.5) / 0.5))
    return np.asarray(strength * np.sin(2 * np.pi * WAVES_HZ * (times_s - start)))


def _beckon(times_s: Curve, goal: ArmGoal, outward: float) -> Rotation:
    """The hand trails the forearm a little while it waves."""
    tilt = 0.25 * outward * _waving(times_s - 0.06, goal)
    return Rotation.from_rotvec(tilt[:, None] * np.array([0.0, 1.0, 0.0]))
