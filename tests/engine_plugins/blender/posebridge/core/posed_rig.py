"""A rig of the tests, and where its bones go when keyed: Blender's own rule, with 4 x 4 matrices, bone by bone."""
from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from bridge.frames import Motion
from engine_plugins.blender.posebridge.core.families.following import as_constrained
from engine_plugins.blender.posebridge.core.motion import SolvedMotion
from engine_plugins.blender.posebridge.core.retarget import Retargeted
from engine_plugins.blender.posebridge.core.rig import Rig
from tests.vectors.retarget_rigs import Build, build

Floats = NDArray[np.float64]


def rig_of(plan: Build) -> Rig:
    made = build(plan)
    bones = (tuple(made["names"]), tuple(made["parents"]), made["rest"], made["tails"])
    return as_constrained(Rig(*bones, made["object"]))


def rig_of_case(rig: dict[str, Any]) -> Rig:
    """The rig of a case in retarget.json."""
    rest = np.tile(np.eye(4), (len(rig["names"]), 1, 1))
    rest[:, :3, :3] = Rotation.from_quat(rig["rest_xyzw"]).as_matrix()
    rest[:, :3, 3] = rig["rest_heads"]
    return Rig(tuple(rig["names"]), tuple(rig["parents"]), rest, np.array(rig["tails"]), np.array(rig["object"]))


def solved(motion: Motion) -> SolvedMotion:
    parts = (motion.skeleton.offsets_m, motion.root_position_m, motion.local_xyzw)
    offsets, root, local = (np.asarray(part, dtype=np.float64) for part in parts)
    return SolvedMotion(offsets, motion.rate_hz, root, local)


def bones_in_world(rig: Rig, keyed: Retargeted) -> Floats:
    """(T, B, 4, 4): pose = pose of the parent . rest of the parent^-1 . rest . basis, then the object."""
    count = len(keyed.pelvis_location)
    basis = np.tile(np.eye(4), (count, len(rig.names), 1, 1))
    for row, name in enumerate(keyed.bones):
        basis[:, rig.index[name], :3, :3] = Rotation.from_quat(keyed.basis_xyzw[:, row]).as_matrix()
    basis[:, rig.index[keyed.bones[keyed.pelvis]], :3, 3] = keyed.pelvis_location
    if keyed.root is not None and keyed.root_location is not None:
        basis[:, rig.index[keyed.bones[keyed.root]], :3, 3] = keyed.root_location
    pose: dict[int, Floats] = {-1: np.tile(np.eye(4), (count, 1, 1))}
    for bone in sorted(range(len(rig.names)), key=lambda bone: len(rig.ancestors(bone))):
        parent = rig.parents[bone]
        hung = np.linalg.inv(rig.rest[parent]) @ rig.rest[bone] if parent >= 0 else rig.rest[bone]
        pose[bone] = pose[parent] @ hung @ basis[:, bone]
    return rig.object_matrix @ np.stack([pose[bone] for bone in range(len(rig.names))], axis=1)
