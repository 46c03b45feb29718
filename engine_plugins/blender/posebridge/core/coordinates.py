"""Project axes <-> Blender's: the one place that knows Blender's world.

Project: right-handed, Y up, the T-pose faces +Z. Blender: right-handed, Z up, characters face -Y. Both have the
body's left at +X, so a quarter turn about X takes one to the other: (x, y, z) -> (x, -z, y). Rotations are x y z w in
here; w x y z exists only where a Blender property is read or written.
"""
from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from .rotations import Floats

TO_BLENDER: Floats = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]])


def point_to_blender(points_m: ArrayLike) -> Floats:
    """Points or directions (..., 3)."""
    return np.asarray(np.asarray(points_m, dtype=np.float64) @ TO_BLENDER.T)


def point_from_blender(points_m: ArrayLike) -> Floats:
    """Points or directions (..., 3)."""
    return np.asarray(np.asarray(points_m, dtype=np.float64) @ TO_BLENDER)


def turn_to_blender(xyzw: ArrayLike) -> Floats:
    """A turn of the world (..., 4), such as a joint's rotation relative to the T-pose: its axis changes places."""
    given = np.asarray(xyzw, dtype=np.float64)
    return np.concatenate([point_to_blender(given[..., :3]), given[..., 3:]], axis=-1)


def turn_from_blender(xyzw: ArrayLike) -> Floats:
    """A turn of Blender's world (..., 4) in project axes."""
    given = np.asarray(xyzw, dtype=np.float64)
    return np.concatenate([point_from_blender(given[..., :3]), given[..., 3:]], axis=-1)


def object_from_blender(matrix: ArrayLike) -> Floats:
    """An object's world matrix (4, 4): what is inside the object keeps its own axes, only the world's change."""
    return np.asarray(_four(TO_BLENDER.T) @ np.asarray(matrix, dtype=np.float64))


def object_to_blender(matrix: ArrayLike) -> Floats:
    return np.asarray(_four(TO_BLENDER) @ np.asarray(matrix, dtype=np.float64))


def xyzw_to_wxyz(xyzw: Floats) -> Floats:
    return np.roll(xyzw, 1, axis=-1)


def wxyz_to_xyzw(wxyz: ArrayLike) -> Floats:
    return np.roll(np.asarray(wxyz, dtype=np.float64), -1, axis=-1)


def _four(turn: Floats) -> Floats:
    matrix = np.eye(4)
    matrix[:3, :3] = turn
    return matrix
