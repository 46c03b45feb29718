"""A motion in the layout of AMASS (axis-angle `poses`, `trans`, Z-up world), with our bone offsets added.

A reader that knows AMASS takes it as SMPL-H with mean shape; bridge.capture.amass gives back the very same motion,
since `offsets` and `pelvis_rest` say which body it was.
"""
from __future__ import annotations

from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile

import numpy as np
from numpy.lib.format import write_array, write_array_header_1_0
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from bridge.capture.amass import BODY_VALUES, PELVIS_REST_M, Z_UP_TO_Y_UP
from bridge.export.atomic import replacing
from bridge.frames import Floats, Motion

SMPLH_VALUES = 156  # 52 joints; those of the hands are left at rest
SHAPE_VALUES = 16
PIECE = 4096  # frames made and written at a time: an hour's poses take a gigabyte on the way


def write_npz(path: Path, motion: Motion) -> None:
    """Write the motion; the file appears whole or not at all."""
    arrays: dict[str, NDArray[Any]] = {
        "trans": Z_UP_TO_Y_UP.inv().apply(motion.root_position_m) - PELVIS_REST_M,
        "betas": np.zeros(SHAPE_VALUES),
        "gender": np.array("neutral"),
        "mocap_framerate": np.array(motion.rate_hz),
        "offsets": motion.skeleton.offsets_m,
        "pelvis_rest": PELVIS_REST_M,
    }
    if motion.confidence is not None:
        arrays["confidence"] = motion.confidence
    with replacing(path) as unfinished, ZipFile(unfinished, "w", ZIP_DEFLATED) as archive:
        with _member(archive, "poses") as file:
            head = {"descr": "<f8", "fortran_order": False, "shape": (len(motion), SMPLH_VALUES)}
            write_array_header_1_0(file, head)
            for first in range(0, len(motion), PIECE):
                file.write(_poses(motion.local_xyzw[first : first + PIECE]).tobytes())
        for name, array in arrays.items():
            with _member(archive, name) as file:
                write_array(file, np.asanyarray(array), allow_pickle=False)


def _member(archive: ZipFile, name: str) -> IO[bytes]:
    """As numpy's own archives have it."""
    return archive.open(f"{name}.npy", "w", force_zip64=True)


def _poses(local_xyzw: Floats) -> NDArray[np.float64]:
    """(T, 22, 4) -> (T, 156)."""
    poses = np.zeros((len(local_xyzw), SMPLH_VALUES))
    poses[:, :BODY_VALUES] = rotation_vectors(local_xyzw).reshape(len(poses), -1)
    poses[:, :3] = (Z_UP_TO_Y_UP.inv() * Rotation.from_quat(local_xyzw[:, 0])).as_rotvec()
    return poses


def rotation_vectors(xyzw: Floats) -> NDArray[np.float64]:
    """Unit quaternions (..., 4) -> (..., 3) radians, at most pi long. As scipy's, in a fraction of the time."""
    wide = xyzw.astype(np.float64)
    wide = np.where(wide[..., 3:] < 0, -wide, wide)
    sine = np.linalg.norm(wide[..., :3], axis=-1, keepdims=True)
    angle = 2 * np.arctan2(sine, wide[..., 3:])
    return np.asarray(wide[..., :3] * np.where(sine > 1e-12, angle / np.maximum(sine, 1e-12), 2.0))
