"""Two-bone limbs, solved exactly: where the elbow or knee must be, and the two bones' rotations."""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial.transform import Rotation

from bridge.demo_motion.ease import Curve

REACH = 0.998  # of the limb's length; a limb is never quite straight


@dataclass(frozen=True)
class Limb:
    """Two bones in the T-pose, and the axis their joint bends about (flexion = positive angle)."""

    upper_m: Curve  # (3,) to the elbow or knee
    lower_m: Curve  # (3,) on to the wrist or ankle
    hinge: Curve  # (3,)

    @property
    def lengths_m(self) -> tuple[float, float]:
        return float(np.linalg.norm(self.upper_m)), float(np.linalg.norm(self.lower_m))


def bend_to(limb: Limb, target_m: Curve, pole: Curve) -> tuple[Rotation, Rotation]:
    """Rotations of both bones so that the limb, rooted at the origin, ends at the target (T, 3).

    The middle joint goes to the side of `pole` (T, 3). A target out of reach is approached as far as the limb goes.
    """
    upper, lower = limb.lengths_m
    distance = np.linalg.norm(target_m, axis=-1, keepdims=True)
    along = target_m / distance
    distance = np.clip(distance, abs(upper - lower) + 1e-3, REACH * (upper + lower))
    cosine = (upper**2 + distance**2 - lower**2) / (2 * upper * distance)
    side = unit(pole - along * (pole * along).sum(axis=-1, keepdims=True))
    middle = upper * (cosine * along + np.sqrt(np.maximum(1 - cosine**2, 0)) * side)
    hinge = np.cross(side, along)
    return aim(limb.upper_m, limb.hinge, middle, hinge), aim(limb.lower_m, limb.hinge, distance * along - middle, hinge)


def aim(rest: Curve, rest_axis: Curve, direction: Curve, axis: Curve) -> Rotation:
    """The rotations that take a rest direction onto (T, 3) directions and, as far as may be, one axis onto another."""
    before = _frame(np.broadcast_to(rest, direction.shape), np.broadcast_to(rest_axis, axis.shape))
    return _frame(direction, axis) * before.inv()


def blend(first: Rotation, second: Rotation, weight: Curve) -> Rotation:
    """From the first rotations to the second along the shortest way, (T,) weights."""
    return first * Rotation.from_rotvec(weight[:, None] * (first.inv() * second).as_rotvec())


def turned(axis: str, angle_rad: Curve) -> Rotation:
    """Rotations (T,) about x, y or z."""
    return Rotation.from_rotvec(np.outer(angle_rad, np.eye(3)["xyz".index(axis)]))


def unit(vectors: Curve) -> Curve:
    """Vectors of length one."""
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9))


def _frame(direction: Curve, axis: Curve) -> Rotation:
    first = unit(direction)
    second = unit(axis - first * (axis * first).sum(axis=-1, keepdims=True))
    return Rotation.from_matrix(np.stack([first, second, np.cross(first, second)], axis=-1))
