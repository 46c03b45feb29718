"""A motion as BVH: our 22 joints in T-pose; rotations as Euler angles without jumps.

Centimetres, Y up, facing +Z unless asked for otherwise: so most programs take BVH. With Z up it faces -Y, as Blender
and other programs with Z up have it; left is +X either way.
"""
from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from bridge.export.atomic import replacing
from bridge.export.bvh_style import PER_M, BvhStyle
from bridge.export.decimals import decimal_lines
from bridge.export.euler import EulerPath
from bridge.frames import JOINT_COUNT, Floats, Motion
from bridge.generated.skeleton import JOINT_NAMES, PARENTS
from bridge.resample import unit_quaternions

LINES = 4096  # made and written at a time: those of an hour take gigabytes
# Our axes -> the file's.
TURNS = {"y": Rotation.identity(), "z": Rotation.from_matrix([[1, 0, 0], [0, 0, -1], [0, 1, 0]])}
# Where the bones without a child end in the T-pose: crown, toe tips, finger tips of an adult.
END_SITES_M = {
    "head": (0.0, 0.17, 0.0),
    "L_foot": (0.0, 0.0, 0.08),
    "R_foot": (0.0, 0.0, 0.08),
    "L_wrist": (0.17, 0.0, 0.0),
    "R_wrist": (-0.17, 0.0, 0.0),
}


USUAL = BvhStyle()


def write_bvh(
    path: Path, motion: Motion, style: BvhStyle = USUAL, rows: NDArray[np.intp] | None = None, step: int = 1
) -> None:
    """Write the motion; the file appears whole or not at all.

    rows: of these frames, ascending, `step` apart, nothing but the lines, which are as in the file of all: angles go on
    from frame to frame, so those of a part that began anew might differ by turns.
    """
    scale, turn = PER_M[style.unit], TURNS[style.up]
    offsets, ends = (scale * turn.apply(values) for values in (motion.skeleton.offsets_m, _ends_m()))
    frame_s = float(f"{1 / motion.rate_hz:.9f}")  # as the file of all says it
    head = ["HIERARCHY", *_hierarchy(offsets, ends, style.order), "MOTION",
            f"Frames: {len(motion) if rows is None else len(rows)}", f"Frame Time: {step * frame_s:.9f}", ""]
    with replacing(path) as unfinished, unfinished.open("wb") as file:
        file.write("\n".join(head).encode("ascii"))
        for first, values in _blocks(motion, scale, turn, style.order):
            if rows is not None:
                values = values[rows[(rows >= first) & (rows < first + len(values))] - first]
            file.write(decimal_lines(values))


def _blocks(motion: Motion, scale: float, turn: Rotation, order: str) -> Iterator[tuple[int, NDArray[np.float64]]]:
    """The numbers of some lines, (LINES, 69), and which frame is the first of them."""
    root, path = scale * turn.apply(motion.root_position_m), EulerPath(order)
    for first in range(0, len(motion), LINES):
        block = slice(first, first + LINES)
        angles = path.next(_in_file_order(motion.local_xyzw[block], turn))
        yield first, np.concatenate([root[block], angles.reshape(len(angles), -1)], axis=1)


def file_order() -> list[int]:
    """Joints as BVH nests them: every child before the next sibling."""
    order: list[int] = []

    def visit(joint: int) -> None:
        order.append(joint)
        for child in _children(joint):
            visit(child)

    visit(0)
    return order


def _in_file_order(local_xyzw: Floats, turn: Rotation) -> NDArray[np.float64]:
    """(T, 22, 4) in the file's axes, joints in the file's order."""
    local = unit_quaternions(local_xyzw[:, file_order()])
    axes = turn.apply(local[..., :3].reshape(-1, 3)).reshape(len(local), -1, 3)
    return np.concatenate([axes, local[..., 3:]], axis=-1)


def _ends_m() -> Floats:
    """(22, 3) END_SITES_M, zero where a joint has children."""
    ends = np.zeros((JOINT_COUNT, 3), dtype=np.float32)
    for name, end in END_SITES_M.items():
        ends[JOINT_NAMES.index(name)] = end
    return ends


def _children(joint: int) -> list[int]:
    return [child for child in range(JOINT_COUNT) if PARENTS[child] == joint]


def _hierarchy(offsets: Floats, ends: Floats, order: str, joint: int = 0, depth: int = 0) -> Iterator[str]:
    tabs = "\t" * depth
    yield f"{tabs}{'JOINT' if joint else 'ROOT'} {JOINT_NAMES[joint]}"
    yield f"{tabs}{{"
    yield f"{tabs}\tOFFSET {_triple(offsets[joint])}"
    place = "" if joint else "Xposition Yposition Zposition "
    turns = " ".join(f"{axis}rotation" for axis in order)
    yield f"{tabs}\tCHANNELS {3 if joint else 6} {place}{turns}"
    for child in _children(joint):
        yield from _hierarchy(offsets, ends, order, child, depth + 1)
    if JOINT_NAMES[joint] in END_SITES_M:
        yield from (f"{tabs}\tEnd Site", f"{tabs}\t{{", f"{tabs}\t\tOFFSET {_triple(ends[joint])}", f"{tabs}\t}}")
    yield f"{tabs}}}"


def _triple(values: NDArray[np.floating]) -> str:
    return " ".join(f"{value:.6f}" for value in values)
