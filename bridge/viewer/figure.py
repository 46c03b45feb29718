"""A skeleton as a figure of rounded limbs and balls: which shapes, how large, and where they are for a given body.

Each limb is one shape, scaled and turned: as long as its bone, so that its ends are the joints.
"""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from bridge.frames import JOINT_INDEX, Floats, Skeleton
from bridge.generated.skeleton import JOINT_NAMES, PARENTS
from bridge.viewer.colours import VISOR as VISOR_RGB
from bridge.viewer.colours import Colours
from bridge.viewer.people import Body

# Half width and half depth of the limb that ends at a joint, metres, of a neutral adult.
GIRTHS_M = {
    "hip": (0.075, 0.08), "spine1": (0.135, 0.095), "spine2": (0.125, 0.09), "spine3": (0.13, 0.095),
    "neck": (0.11, 0.085), "head": (0.05, 0.055), "collar": (0.055, 0.06), "shoulder": (0.055, 0.055),
    "elbow": (0.045, 0.048), "wrist": (0.036, 0.04), "knee": (0.068, 0.074), "ankle": (0.047, 0.053),
    "foot": (0.043, 0.036),
}
# Beyond the last joints: (joint, from, to in its frame, half width, half depth), metres.
ENDS = (
    ("head", (0, 0.0, 0.02), (0, 0.185, 0.025), 0.076, 0.094),
    ("L_wrist", (0, 0, 0), (0.17, -0.01, 0.01), 0.024, 0.042),
    ("R_wrist", (0, 0, 0), (-0.17, -0.01, 0.01), 0.024, 0.042),
    ("L_foot", (0, 0, -0.02), (0, -0.004, 0.085), 0.042, 0.018),
    ("R_foot", (0, 0, -0.02), (0, -0.004, 0.085), 0.042, 0.018),
)
VISOR = ("head", (-0.07, 0.1, 0.09), (0.07, 0.1, 0.09), 0.034, 0.034)
BALLS_M = {
    "hip": 0.058, "knee": 0.05, "ankle": 0.04, "foot": 0.03, "shoulder": 0.05, "elbow": 0.041, "wrist": 0.034,
    "collar": 0.03, "neck": 0.05, "head": 0.045,
}
BELTS_M = {"pelvis": (0.112, 0.03, 0.085), "spine1": (0.118, 0.018, 0.084), "spine2": (0.116, 0.018, 0.084),
           "spine3": (0.112, 0.018, 0.084)}  # of the trunk, in place of balls
UNCOLOURED = -1
ALONG = np.array([0.0, 1.0, 0.0])
Mesh = tuple[Floats, NDArray[np.uint32]]  # vertices (V, 3), triangles (F, 3)


@dataclass(frozen=True)
class Placed:
    """Copies of one shape."""

    positions_m: Floats  # (S, 3)
    wxyz: Floats  # (S, 4)


@dataclass(frozen=True)
class Parts:
    """Copies of a shape that are fixed to joints."""

    joints: NDArray[np.intp]  # (S,) whose frame they move with
    centres_m: Floats  # (S, 3) in that frame
    turned: Rotation  # (S) in that frame
    scales_m: Floats  # (S, 3)
    coloured_by: NDArray[np.intp]  # (S,) the joint whose colour they have; UNCOLOURED: one of their own

    def of(self, body: Body) -> Placed:
        """Where they are when the body is so."""
        frames = Rotation.from_quat(body.world_xyzw[self.joints])
        positions = body.joints_m[self.joints] + frames.apply(self.centres_m)
        turned = (frames * self.turned).as_quat()[:, [3, 0, 1, 2]]
        return Placed(positions.astype(np.float32), turned.astype(np.float32))

    def coloured(self, joints: Colours) -> Colours:
        """(22, 3) of the joints -> (S, 3)."""
        return np.where((self.coloured_by == UNCOLOURED)[:, None], np.array(VISOR_RGB, np.uint8),
                        joints[self.coloured_by])


def limbs(skeleton: Skeleton) -> Parts:
    """Every bone and what is beyond the last ones, then the visor."""
    size = size_of(skeleton)
    bones = [(PARENTS[joint], np.zeros(3), skeleton.offsets_m[joint], *_girth(GIRTHS_M, joint, size), joint)
             for joint in range(1, len(PARENTS))]
    ends = [(JOINT_INDEX[name], size * np.array(start), size * np.array(end), size * wide, size * deep,
             JOINT_INDEX[name] if one is not VISOR else UNCOLOURED)
            for one in (*ENDS, VISOR) for name, start, end, wide, deep in (one,)]
    joints, starts, stops, wide, deep, colours = zip(*bones, *ends, strict=True)
    start, way = np.array(starts), np.array(stops) - np.array(starts)
    lengths = np.linalg.norm(way, axis=-1)
    scales = np.stack([wide, lengths + 0.5 * np.minimum(wide, lengths), deep], axis=-1)
    return Parts(np.array(joints), (start + way / 2).astype(np.float32), _towards(way), scales.astype(np.float32),
                 np.array(colours))


def balls(skeleton: Skeleton) -> Parts:
    """One in each joint; those of the trunk are belts around it."""
    size, count = size_of(skeleton), len(JOINT_NAMES)
    scales = [BELTS_M.get(name) or 3 * (BALLS_M[_kind(name)],) for name in JOINT_NAMES]
    return Parts(np.arange(count), np.zeros((count, 3), np.float32), Rotation.identity(count),
                 np.array(scales, dtype=np.float32) * np.float32(size), np.arange(count))


def size_of(skeleton: Skeleton) -> float:
    """How tall, with a neutral adult as 1."""
    return skeleton.standing_head_height_m / Skeleton().standing_head_height_m


def limb_mesh(rings: int = 14, around: int = 18) -> Mesh:
    """A rounded stick along Y from -0.5 to 0.5 of radius 1, a little thinner at its far end."""
    along = np.sin(np.linspace(-np.pi / 2, np.pi / 2, rings))
    radii = np.sqrt(np.clip(1 - np.abs(along) ** 3, 0, 1)) * (0.94 - 0.08 * along)
    turn = np.linspace(0, 2 * np.pi, around, endpoint=False)
    vertices = np.stack([np.outer(radii, np.cos(turn)), np.repeat(along[:, None] / 2, around, axis=1),
                         np.outer(radii, np.sin(turn))], axis=-1).reshape(-1, 3)
    return vertices.astype(np.float32), _shell(rings, around)


def ball_mesh(rings: int = 12, around: int = 18) -> Mesh:
    """A sphere of radius 1."""
    rise = np.linspace(-np.pi / 2, np.pi / 2, rings)
    turn = np.linspace(0, 2 * np.pi, around, endpoint=False)
    vertices = np.stack([np.outer(np.cos(rise), np.cos(turn)), np.repeat(np.sin(rise)[:, None], around, axis=1),
                         np.outer(np.cos(rise), np.sin(turn))], axis=-1).reshape(-1, 3)
    return vertices.astype(np.float32), _shell(rings, around)


def _shell(rings: int, around: int) -> NDArray[np.uint32]:
    """Triangles between rings of points, seen from outside."""
    ring, point = np.meshgrid(np.arange(rings - 1), np.arange(around), indexing="ij")
    here, right = ring * around + point, ring * around + (point + 1) % around
    above, across = here + around, right + around
    return np.stack([here, above, right, right, above, across], axis=-1).reshape(-1, 3).astype(np.uint32)


def _towards(way: Floats) -> Rotation:
    """(S) turns of ALONG into each way, the shortest; of a bone without length any."""
    unit = way / np.maximum(np.linalg.norm(way, axis=-1, keepdims=True), 1e-9)
    axes, cosines = np.cross(ALONG, unit), unit @ ALONG
    lengths = np.linalg.norm(axes, axis=-1, keepdims=True)
    axes = np.where(lengths > 1e-9, axes / np.maximum(lengths, 1e-9), [1.0, 0, 0])
    return Rotation.from_rotvec(axes * np.arccos(np.clip(cosines, -1, 1))[:, None])


def _girth(table: dict[str, tuple[float, float]], joint: int, size: float) -> tuple[float, float]:
    wide, deep = table[_kind(JOINT_NAMES[joint])]
    return size * wide, size * deep


def _kind(joint_name: str) -> str:
    return joint_name[2:] if joint_name[1] == "_" else joint_name
