"""Where a moving body's joints are: forward kinematics in numpy, for whoever must not need torch.

G[j] = G[parent] R[j],  P[j] = P[parent] + G[parent] offset[j],  P[pelvis] = root.
"""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from bridge.frames import JOINT_COUNT, JOINT_INDEX, Floats, Motion
from bridge.generated.skeleton import PARENTS

Doubles = NDArray[np.float64]
TOES = [JOINT_INDEX["L_foot"], JOINT_INDEX["R_foot"]]
PIECE = 4096  # frames worked on at a time: those of an hour take a gigabyte


def global_rotations(local_xyzw: Floats) -> Floats:
    """Rotations relative to the parent (T, 22, 4) -> relative to the world (T, 22, 4)."""
    return _in_pieces(lambda piece: _by_frame(_world(piece)), local_xyzw)


def local_rotations(global_xyzw: Floats) -> Floats:
    """Rotations relative to the world (T, 22, 4) -> relative to the parent (T, 22, 4)."""

    def local(piece: Floats) -> Floats:
        world = _by_component(piece)
        before = world[:, list(PARENTS[1:])] * _CONJUGATE
        return _by_frame(np.concatenate([world[:, :1], _product(before, world[:, 1:])], axis=1))

    return _in_pieces(local, global_xyzw)


def joint_positions(motion: Motion) -> Floats:
    """Joints in the world, (T, 22, 3), metres."""
    offsets = motion.skeleton.offsets_m.astype(np.float64).T[..., None]

    def placed(local: Floats, root: Floats) -> Floats:
        positions = _turned(_world(local)[:, list(PARENTS)], offsets)
        positions[:, 0] = root.T
        for joints, parents in _LEVELS:
            positions[:, joints] += positions[:, parents]
        return _by_frame(positions)

    return _in_pieces(placed, motion.local_xyzw, motion.root_position_m)


def rest_on_floor(motion: Motion) -> Motion:
    """The motion moved up or down so that its lowest toe base (1st percentile) is where a standing one is."""
    lowest = np.percentile(joint_positions(motion)[:, TOES, 1].min(axis=1), 1)
    lift = np.array([0, motion.skeleton.sole_height_m - lowest, 0], dtype=np.float32)
    return replace(motion, root_position_m=motion.root_position_m + lift)


def _in_pieces(made: Callable[..., Floats], *values: Floats) -> Floats:
    """What is made of all frames, a piece of them at a time."""
    count = len(values[0])
    first = made(*(part[:PIECE] for part in values))
    if count <= PIECE:
        return first
    whole = np.empty((count, *first.shape[1:]), np.float32)
    whole[:PIECE] = first
    for start in range(PIECE, count, PIECE):
        piece = slice(start, start + PIECE)
        whole[piece] = made(*(part[piece] for part in values))
    return whole


def _world(local_xyzw: Floats) -> Doubles:
    """(T, 22, 4) -> (4, 22, T) relative to the world."""
    world = _by_component(local_xyzw)
    for joints, parents in _LEVELS:
        world[:, joints] = _product(world[:, parents], world[:, joints])
    return world


def _levels() -> list[tuple[list[int], list[int]]]:
    """Joints as far from the pelvis as each other, and their parents: a third of the steps of joint by joint."""
    depth = [0] * JOINT_COUNT
    for joint in range(1, JOINT_COUNT):
        depth[joint] = depth[PARENTS[joint]] + 1
    each = [[joint for joint in range(JOINT_COUNT) if depth[joint] == level] for level in range(1, max(depth) + 1)]
    return [(joints, [PARENTS[joint] for joint in joints]) for joints in each]


_LEVELS = _levels()
_CONJUGATE = np.array([-1.0, -1.0, -1.0, 1.0])[:, None, None]


def _by_component(xyzw: Floats) -> Doubles:
    """(T, 22, 4) -> (4, 22, T), unit: whole rows of numbers are what numpy is quick with."""
    wide = xyzw.transpose(2, 1, 0).astype(np.float64, order="C")
    return np.asarray(wide / np.sqrt((wide * wide).sum(axis=0)))


def _by_frame(values: Doubles) -> Floats:
    """(C, 22, T) -> (T, 22, C)."""
    return values.transpose(2, 1, 0).astype(np.float32, order="C")


def _product(one: Doubles, other: Doubles) -> Doubles:
    """Of quaternions xyzw (4, ...): `other` first, then `one`."""
    (x, y, z, w), (a, b, c, d) = one, other
    return np.stack([w * a + x * d + y * c - z * b, w * b - x * c + y * d + z * a,
                     w * c + x * b - y * a + z * d, w * d - x * a - y * b - z * c])


def _turned(xyzw: Doubles, vectors: Doubles) -> Doubles:
    """Vectors (3, ...) turned by unit quaternions (4, ...): v + 2 u x (u x v + w v)."""
    (x, y, z, w), (a, b, c) = xyzw, vectors
    d, e, f = y * c - z * b + w * a, z * a - x * c + w * b, x * b - y * a + w * c
    return np.stack([a + 2 * (y * f - z * e), b + 2 * (z * d - x * f), c + 2 * (x * e - y * d)])
