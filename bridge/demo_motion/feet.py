"""Feet on the ground: planted between steps without sliding, rolling over heel and toes, swinging in between."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.spatial.transform import Rotation

from bridge.demo_motion.ease import Curve, bump, keyed
from bridge.demo_motion.limbs import turned
from bridge.frames import JOINT_INDEX, Skeleton

SIDES = ("L", "R")
HEEL_BEHIND_ANKLE_M = 0.045
ROLL_OFF_S = 0.22  # the heel leaves the ground this long before the toes
SETTLE_S = 0.13  # from heel strike until the sole is flat


@dataclass(frozen=True)
class Footprint:
    """Where a flat foot stands: the ground point below the ankle, and the heading (0 = +Z, left turn positive)."""

    x: float
    z: float
    yaw_rad: float


@dataclass(frozen=True)
class Step:
    """One foot (0 left, 1 right) lifted and set down elsewhere."""

    side: int
    start_s: float
    duration_s: float
    to: Footprint
    toe_off_rad: float = 0.65
    heel_strike_rad: float = 0.3
    lift_m: float = 0.05

    @property
    def end_s(self) -> float:
        return self.start_s + self.duration_s


@dataclass(frozen=True)
class Foot:
    """One foot over T frames."""

    ankle_m: Curve  # (T, 3)
    foot: Rotation  # of the ankle joint's segment in the world
    toes: Rotation  # of the toe base's segment in the world
    ground_m: Curve  # (T, 2) x and z of the flat foot, moving during a swing
    yaw_rad: Curve  # (T,)
    load: Curve  # (T,) 1 = on the ground, 0 = mid swing


def move_foot(
    times_s: Curve, skeleton: Skeleton, side: int, first: Footprint, steps: Sequence[Step], tiptoe_rad: Curve
) -> Foot:
    """The foot's path through its own steps; `tiptoe_rad` (T,) raises the heel besides (deep crouch)."""
    own = [step for step in steps if step.side == side]
    rise, up = tiptoe_rad + _heel_rise(times_s, own), _toes_up(times_s, own)
    x, z, yaw = _ground_path(times_s, first, own)
    lift = sum((step.lift_m * bump(times_s, step.start_s, step.end_s) for step in own), np.zeros_like(times_s))
    grip = 1 - sum((_airborne(times_s, step) for step in own), np.zeros_like(times_s))
    heading = turned("y", yaw)
    toe = skeleton.offsets_m[JOINT_INDEX[f"{SIDES[side]}_foot"]].astype(np.float64)
    sole = skeleton.sole_height_m - toe[1]
    heel = np.array([0, -sole, -HEEL_BEHIND_ANKLE_M])
    rolled = heading.apply(_pivot(toe, rise) + _pivot(heel, -up))
    return Foot(
        ankle_m=np.stack([x, sole + lift, z], axis=1) + rolled,
        foot=heading * turned("x", rise - up),
        toes=heading * turned("x", rise * (1 - grip) - up),
        ground_m=np.stack([x, z], axis=1),
        yaw_rad=yaw,
        load=1 - sum((bump(times_s, step.start_s, step.end_s) for step in own), np.zeros_like(times_s)),
    )


def _pivot(point: Curve, pitch_rad: Curve) -> Curve:
    """How the ankle moves (T, 3) when the foot pitches about a point of the foot that stays in place."""
    return np.asarray(point - turned("x", pitch_rad).apply(point))


def _ground_path(times_s: Curve, first: Footprint, steps: Sequence[Step]) -> tuple[Curve, Curve, Curve]:
    keys = [(-1.0, first), *((when, at) for step, before in zip(steps, [first, *(s.to for s in steps)], strict=False)
                             for when, at in ((step.start_s, before), (step.end_s, step.to)))]
    x, z, yaw = (
        keyed(times_s, [(when, getattr(place, name)) for when, place in keys]) for name in ("x", "z", "yaw_rad")
    )
    return x, z, yaw


def _heel_rise(times_s: Curve, steps: Sequence[Step]) -> Curve:
    rise = np.zeros_like(times_s)
    for step in steps:
        peak, end = step.start_s + 0.12 * step.duration_s, step.start_s + 0.75 * step.duration_s
        rise += keyed(times_s, [(step.start_s - ROLL_OFF_S, 0.0), (peak, step.toe_off_rad), (end, 0.0)])
    return rise


def _toes_up(times_s: Curve, steps: Sequence[Step]) -> Curve:
    up = np.zeros_like(times_s)
    for step in steps:
        start = step.start_s + 0.4 * step.duration_s
        up += keyed(times_s, [(start, 0.0), (step.end_s, step.heel_strike_rad), (step.end_s + SETTLE_S, 0.0)])
    return up


def _airborne(times_s: Curve, step: Step) -> Curve:
    """1 while the toes have left the ground and hang in line with the foot."""
    gone = step.start_s + 0.3 * step.duration_s
    back = step.end_s - 0.1 * step.duration_s
    return keyed(times_s, [(step.start_s, 0.0), (gone, 1.0), (back, 1.0), (step.end_s, 0.0)])
