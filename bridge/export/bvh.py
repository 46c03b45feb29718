"""A motion as BVH: our 22 joints in T-pose, Y up, facing +Z; rotations as Euler angles without jumps.

Lengths are in centimetres unless asked for in metres: most programs take BVH for centimetres.
"""
from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from bridge.export.atomic import replacing
from bridge.frames import JOINT_COUNT, Floats, Motion
from bridge.generated.skeleton import JOINT_NAMES, PARENTS
from bridge.resample import unit_quaternions

CHANNELS = {"ZXY": "Zrotation Xrotation Yrotation", "ZYX": "Zrotation Yrotation Xrotation"}
CM_PER_M = 100.0
# Where the bones without a child end in the T-pose: crown, toe tips, finger tips of an adult.
END_SITES_M = {
    "head": (0.0, 0.17, 0.0),
    "L_foot": (0.0, 0.0, 0.08),
    "R_foot": (0.0, 0.0, 0.08),
    "L_wrist": (0.17, 0.0, 0.0),
    "R_wrist": (-0.17, 0.0, 0.0),
}


def write_bvh(path: Path, motion: Motion, centimetres: bool = True, order: str = "ZXY") -> None:
    """Write the motion; the file appears whole or not at all. `order` is ZXY or ZYX."""
    scale = CM_PER_M if centimetres else 1.0
    with replacing(path) as unfinished, unfinished.open("w", encoding="ascii", newline="\n") as file:
        file.write("HIERARCHY\n")
        file.writelines(f"{line}\n" for line in _hierarchy(motion.skeleton.offsets_m * scale, scale, order))
        file.write(f"MOTION\nFrames: {len(motion)}\nFrame Time: {1 / motion.rate_hz:.9f}\n")
        values = np.concatenate([motion.root_position_m * scale, _in_file_order(motion, order)], axis=1)
        np.savetxt(file, values, fmt="%.6f")


def euler_degrees(xyzw: Floats, order: str) -> NDArray[np.float64]:
    """Rotations (T, J, 4) -> (T, J, 3) degrees in the order's own sequence, each the nearest to the frame before."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # at a pole any split of the two outer angles is as good
        first = Rotation.from_quat(xyzw.reshape(-1, 4)).as_euler(order, degrees=True).reshape(*xyzw.shape[:2], 3)
    both = np.stack([first, _twin(first)])  # (2, T, J, 3)
    angles = first.copy()
    for row in range(1, len(angles)):
        choices = both[:, row] + 360 * np.round((angles[row - 1] - both[:, row]) / 360)
        nearer = np.abs(choices - angles[row - 1]).sum(axis=-1).argmin(axis=0)
        angles[row] = np.take_along_axis(choices, nearer[None, :, None], axis=0)[0]
    return np.asarray(angles)


def file_order() -> list[int]:
    """Joints as BVH nests them: every child before the next sibling."""
    order: list[int] = []

    def visit(joint: int) -> None:
        order.append(joint)
        for child in _children(joint):
            visit(child)

    visit(0)
    return order


def _in_file_order(motion: Motion, order: str) -> NDArray[np.float64]:
    return euler_degrees(unit_quaternions(motion.local_xyzw[:, file_order()]), order).reshape(len(motion), -1)


def _twin(angles: NDArray[np.float64]) -> NDArray[np.float64]:
    """The other three angles of the same rotations: outer ones half a turn on, the middle one mirrored."""
    return np.stack([angles[..., 0] + 180, 180 - angles[..., 1], angles[..., 2] + 180], axis=-1)


def _children(joint: int) -> list[int]:
    return [child for child in range(JOINT_COUNT) if PARENTS[child] == joint]


def _hierarchy(offsets: Floats, scale: float, order: str, joint: int = 0, depth: int = 0) -> Iterator[str]:
    tabs = "\t" * depth
    yield f"{tabs}{'JOINT' if joint else 'ROOT'} {JOINT_NAMES[joint]}"
    yield f"{tabs}{{"
    yield f"{tabs}\tOFFSET {_triple(offsets[joint])}"
    place = "" if joint else "Xposition Yposition Zposition "
    yield f"{tabs}\tCHANNELS {3 if joint else 6} {place}{CHANNELS[order]}"
    for child in _children(joint):
        yield from _hierarchy(offsets, scale, order, child, depth + 1)
    name = JOINT_NAMES[joint]
    if name in END_SITES_M:
        end = np.array(END_SITES_M[name]) * scale
        yield from (f"{tabs}\tEnd Site", f"{tabs}\t{{", f"{tabs}\t\tOFFSET {_triple(end)}", f"{tabs}\t}}")
    yield f"{tabs}}}"


def _triple(values: NDArray[np.floating]) -> str:
    return " ".join(f"{value:.6f}" for value in values)
