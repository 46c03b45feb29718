"""Solved motion in a file: the .npz that `posebridge solve` writes, in AMASS's layout with our bones added."""
from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .coordinates import point_from_blender, point_to_blender
from .motion import SolvedMotion
from .rotations import Floats, about, continuous, inverse, multiply, to_rotvec, unit
from .smpl22 import JOINT_NAMES

BODY_VALUES = 3 * len(JOINT_NAMES)
RATES = ("mocap_framerate", "mocap_frame_rate")
Z_UP_TO_Y_UP = about([1.0, 0.0, 0.0], -np.pi / 2)  # the file's world stands as Blender's does


class MotionFileError(ValueError):
    """A file that is no motion; the message is one clear line."""


class MotionFileMissing(MotionFileError):
    """There is no such file."""


def read_motion(path: Path) -> SolvedMotion:
    """Raises MotionFileMissing or MotionFileError."""
    arrays = _arrays(path)
    lacking = [name for name in ("poses", "trans", "offsets", "pelvis_rest") if name not in arrays]
    rate = next((arrays[name] for name in RATES if name in arrays), None)
    if lacking or rate is None:
        raise MotionFileError(f"{path}: no motion that PoseBridge solved: it lacks {', '.join(lacking) or RATES[0]}")
    poses, trans = _numbers(path, "poses", arrays), _numbers(path, "trans", arrays)
    offsets, rest = _numbers(path, "offsets", arrays), _numbers(path, "pelvis_rest", arrays)
    if poses.ndim != 2 or poses.shape[1] < BODY_VALUES or len(poses) < 2 or trans.shape != (len(poses), 3):
        raise MotionFileError(f"{path}: poses {poses.shape} and trans {trans.shape} are no motion of 2 frames or more")
    if offsets.shape != (len(JOINT_NAMES), 3) or rest.shape != (3,):
        raise MotionFileError(f"{path}: the body's bones are {offsets.shape} and {rest.shape} numbers")
    if rate.size != 1 or not np.issubdtype(rate.dtype, np.number) or not 0 < float(rate) < 1e4:
        raise MotionFileError(f"{path}: a frame rate is one number above 0, got {rate}")
    turns = poses[:, :BODY_VALUES].reshape(len(poses), -1, 3)
    local = about(unit(turns), np.linalg.norm(turns, axis=-1))
    local[:, 0] = multiply(Z_UP_TO_Y_UP, local[:, 0])
    bones = offsets.copy()
    bones[0] = 0
    return SolvedMotion(bones, float(rate), point_from_blender(trans + rest), continuous(local))


def write_motion(path: Path, motion: SolvedMotion) -> None:
    """What `read_motion` and the posebridge command read as the very same motion."""
    turns = motion.local_xyzw.copy()
    turns[:, 0] = multiply(inverse(Z_UP_TO_Y_UP), turns[:, 0])
    np.savez(path, poses=to_rotvec(turns).reshape(len(motion), -1), trans=point_to_blender(motion.root_m),
             offsets=motion.offsets_m, pelvis_rest=np.zeros(3), mocap_framerate=np.array(motion.rate_hz))


def _arrays(path: Path) -> dict[str, NDArray[np.generic]]:
    if not path.is_file():
        raise MotionFileMissing(f"{path}: there is no such file")
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as file:
            wanted = ("poses", "trans", "offsets", "pelvis_rest", *RATES)
            return {name: file[name] for name in wanted if name in file.files}
    except (OSError, ValueError, EOFError, AttributeError, zipfile.BadZipFile) as error:
        raise MotionFileError(f"{path}: not a .npz file that can be read: {error}") from None


def _numbers(path: Path, name: str, arrays: dict[str, NDArray[np.generic]]) -> Floats:
    values = arrays[name]
    if not np.issubdtype(values.dtype, np.number) or not np.isfinite(values.astype(np.float64)).all():
        raise MotionFileError(f"{path}: {name} holds what is no finite number")
    return values.astype(np.float64)
