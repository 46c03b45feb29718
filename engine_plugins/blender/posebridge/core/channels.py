"""A retargeted motion as the channels that an animation is made of: one curve for every number of every bone."""
from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from .coordinates import point_to_blender, xyzw_to_wxyz
from .eulers import ORDERS, to_eulers
from .retarget import Retargeted
from .rotations import Floats, rotate, unit

PROPERTIES = {"QUATERNION": "rotation_quaternion", "AXIS_ANGLE": "rotation_axis_angle",
              **{order: "rotation_euler" for order in ORDERS}}


@dataclass(frozen=True)
class Channel:
    """(T,) values of one number."""

    bone: str  # empty: of the object itself
    name: str  # a property of a pose bone: rotation_quaternion, location, or ["one of its own"]
    index: int
    values: Floats

    @staticmethod
    def constant(bone: str, name: str, value: float) -> Channel:
        """One key that holds for good."""
        return Channel(bone, name, 0, np.array([value]))


def channels(
    keyed: Retargeted, modes: Mapping[str, str], parent_axes: frozenset[str], object_free: bool = False
) -> Iterator[Channel]:
    """Bone by bone, each rotation as the bone's mode wants it.

    `parent_axes` are bones whose location goes along their parent's axes (Blender: Local Location is off).
    `object_free`: the object itself may move where the pelvis cannot; without it such a character turns on the spot.
    """
    places = {} if keyed.pelvis_fixed else {keyed.pelvis: keyed.pelvis_location}
    if keyed.object_m is not None and object_free:
        yield from _columns("", "location", point_to_blender(keyed.object_m))
    if keyed.root is not None and keyed.root_location is not None:
        places[keyed.root] = keyed.root_location
    for row, bone in enumerate(keyed.bones):
        mode = modes.get(bone, "QUATERNION")
        numbers = rotation_numbers(keyed.basis_xyzw[:, row], mode)
        yield from _columns(bone, PROPERTIES[mode], numbers)
        if row in places:
            moved = places[row]
            turned = rotate(keyed.rest_local_xyzw[row], moved) if bone in parent_axes else moved
            yield from _columns(bone, "location", turned)


def rotation_numbers(xyzw: Floats, mode: str) -> Floats:
    """(T, 4) -> (T, 4) w x y z, (T, 4) angle and axis, or (T, 3) angles."""
    if mode == "QUATERNION":
        return xyzw_to_wxyz(xyzw)
    if mode == "AXIS_ANGLE":
        length = np.linalg.norm(xyzw[:, :3], axis=-1, keepdims=True)
        axis = np.where(length > 1e-9, unit(xyzw[:, :3]), np.eye(3)[1])
        return np.concatenate([2 * np.arctan2(length, xyzw[:, 3:]), axis], axis=-1)
    return to_eulers(xyzw, mode)


def _columns(bone: str, name: str, numbers: Floats) -> Iterator[Channel]:
    return (Channel(bone, name, index, numbers[:, index]) for index in range(numbers.shape[1]))
