"""A body for files that show one: rounded limbs in the T-pose, each fixed to one joint.

So a program that opens the file shows somebody who moves; left and right have colours of their own, so that whoever
looks sees at once if it is mirrored.
"""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bridge.frames import Floats, Skeleton
from bridge.generated.skeleton import JOINT_NAMES, PARENTS
from bridge.viewer.figure import UNCOLOURED, Mesh, Parts, ball_mesh, balls, limb_mesh, limbs

COLOURS = {  # linear RGB
    "middle": (0.50, 0.50, 0.50), "left": (0.10, 0.33, 0.80), "right": (0.80, 0.33, 0.10), "visor": (0.02, 0.02, 0.02),
}
THINNEST_M = 1e-3


@dataclass(frozen=True)
class Skin:
    """Triangles of one colour, where they are in the T-pose with the soles on the floor."""

    colour: str  # a key of COLOURS
    points_m: Floats  # (V, 3)
    normals: Floats  # (V, 3)
    joints: NDArray[np.uint8]  # (V,) the joint each point moves with
    triangles: NDArray[np.uint32]  # (F, 3), seen from outside


def rest_joints(skeleton: Skeleton) -> Floats:
    """Joints (22, 3) of the T-pose that stands on the floor over the origin, metres."""
    joints = skeleton.offsets_m.astype(np.float64)
    for joint in range(1, len(PARENTS)):
        joints[joint] += joints[PARENTS[joint]]
    joints[:, 1] += skeleton.sole_height_m - joints[:, 1].min()
    return joints.astype(np.float32)


def skins(skeleton: Skeleton) -> list[Skin]:
    """The whole body, one skin for each colour."""
    at = rest_joints(skeleton)
    every = [*_pieces(limbs(skeleton), limb_mesh(8, 12), at), *_pieces(balls(skeleton), ball_mesh(7, 12), at)]
    return [_joined(colour, [piece for piece in every if piece.colour == colour]) for colour in COLOURS]


def _pieces(parts: Parts, mesh: Mesh, at: Floats) -> list[Skin]:
    points, triangles = mesh
    triangles = triangles[np.linalg.norm(_faces(points, triangles), axis=-1) > 1e-6]  # not those that poles make lines
    outward = _normals(points, triangles)
    made = []
    for row, joint in enumerate(parts.joints):
        if parts.scales_m[row].min() < THINNEST_M:  # a bone without length, as bodies have that lack a joint
            continue
        placed = parts.turned[row].apply(points * parts.scales_m[row]) + parts.centres_m[row] + at[joint]
        normals = parts.turned[row].apply(outward / parts.scales_m[row])
        normals /= np.linalg.norm(normals, axis=-1, keepdims=True)
        made.append(Skin(_colour(int(parts.coloured_by[row])), placed.astype(np.float32), normals.astype(np.float32),
                         np.full(len(points), joint, dtype=np.uint8), triangles))
    return made


def _colour(joint: int) -> str:
    if joint == UNCOLOURED:
        return "visor"
    return {"L_": "left", "R_": "right"}.get(JOINT_NAMES[joint][:2], "middle")


def _joined(colour: str, pieces: list[Skin]) -> Skin:
    starts = np.cumsum([0, *(len(piece.points_m) for piece in pieces)])
    return Skin(
        colour, np.concatenate([piece.points_m for piece in pieces]),
        np.concatenate([piece.normals for piece in pieces]), np.concatenate([piece.joints for piece in pieces]),
        np.concatenate([piece.triangles + np.uint32(start) for piece, start in zip(pieces, starts, strict=False)]))


def _normals(points: Floats, triangles: NDArray[np.uint32]) -> NDArray[np.float64]:
    """(V, 3) outward, of points around the origin: the mean of the faces they are in; radial where those vanish."""
    faces = _faces(points, triangles)
    normals = np.zeros((len(points), 3))
    for corner in range(3):
        np.add.at(normals, triangles[:, corner], faces)
    lengths = np.linalg.norm(normals, axis=-1, keepdims=True)
    radial = points / np.maximum(np.linalg.norm(points, axis=-1, keepdims=True), 1e-9)
    return np.asarray(np.where(lengths > 1e-12, normals / np.maximum(lengths, 1e-12), radial))


def _faces(points: Floats, triangles: NDArray[np.uint32]) -> NDArray[np.float64]:
    """(F, 3) each triangle's outward way, twice as long as it is large."""
    corners = points[triangles].astype(np.float64)
    return np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
