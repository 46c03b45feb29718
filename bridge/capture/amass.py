"""AMASS recordings (.npz of SMPL, SMPL-H or SMPL-X parameters) and folder trees of them.

A file holds `poses` (T, 72 / 156 / 165) axis-angle, of which the first 66 values are our 22 joints (hands and face
are left out), `trans` (T, 3) metres in a Z-up world, `betas`, `gender`, `mocap_framerate` or `mocap_frame_rate`.

`trans` is not the pelvis: the pelvis joint is at trans + J, with J the pelvis of the shaped body in the model's own
T-pose. Where the caller gives no body model, the neutral skeleton and the J below (good to about 2 cm) stand in, and
the clip is set down so that its lowest foot joint rests on the floor, since a neutral leg is not the performer's.
"""
from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from scipy.spatial.transform import Rotation

from bridge.capture.npz_file import Arrays, npz_keys, read_arrays, require_finite
from bridge.errors import InputInvalid, InputMissing, TooShort
from bridge.frames import JOINT_COUNT, Floats, Motion, Skeleton
from bridge.generated.skeleton import PARENTS
from bridge.motion import rest_on_floor
from bridge.resample_motion import continuous_quaternions

# betas, gender, family (a value of FAMILIES) -> T-pose joints (22, 3) in the body model's own frame, Y up, metres.
RestJoints = Callable[[Floats, str, str], Floats]

FAMILIES = {72: "smpl", 156: "smplh", 165: "smplx"}  # by the width of `poses`

OUR_KEYS = ("offsets", "pelvis_rest")  # what bridge.export.npz adds, so that a motion comes back as it was,
CONFIDENCE = "confidence"  # and where it was solved this
RATE_KEYS = ("mocap_framerate", "mocap_frame_rate")
FILE_PATTERNS = ("*_poses.npz", "*_stageii.npz")
# The datasets the literature tests on; of the others one file in VALIDATION_EVERY, by name, validates.
TEST_DATASETS = frozenset({"HumanEva", "Transitions", "Transitions_mocap"})
VALIDATION_EVERY = 40
PELVIS_REST_M = np.array([0.0, -0.22, 0.03], dtype=np.float32)  # SMPL, SMPL-H
PELVIS_REST_SMPLX_M = np.array([0.0, -0.35, 0.01], dtype=np.float32)
Z_UP_TO_Y_UP = Rotation.from_matrix([[1, 0, 0], [0, 0, 1], [0, -1, 0]])
BODY_VALUES = 3 * JOINT_COUNT


def is_amass(keys: frozenset[str]) -> bool:
    """Whether a .npz with these arrays is meant to be an AMASS recording."""
    return {"poses", "trans"} <= keys


def read_tree(folder: Path, split: int | None = None, bodies: RestJoints | None = None) -> Iterator[Motion]:
    """Every recording below the folder (`<dataset>/<subject>/*_poses.npz`, `*_stageii.npz`), in order of name.

    Raises InputMissing where there is none, and what `read_recording` raises.
    """
    files = sorted(path for pattern in FILE_PATTERNS for path in folder.rglob(pattern))
    if not files:
        raise InputMissing(f"{folder}: no AMASS recordings below ({' or '.join(FILE_PATTERNS)})")
    for path in files:
        if split is None or split_of(path) == split:
            yield read_recording(path, bodies)


def split_of(path: Path) -> int:
    """0 train, 1 validation, 2 test, from the dataset's and the file's name alone."""
    if TEST_DATASETS & set(path.parts[-3:-1]):
        return 2
    digest = hashlib.sha256(recording_name(path).encode()).digest()
    return int(int.from_bytes(digest[:4], "big") % VALIDATION_EVERY == 0)


def recording_name(path: Path) -> str:
    """dataset/subject/stem, as far as the path has them."""
    return "/".join([part for part in path.parts[-3:-1] if part not in ("/", "..", ".")] + [path.stem])


def read_recording(path: Path, bodies: RestJoints | None = None) -> Motion:
    """One AMASS file as a motion of ours. Raises InputMissing, InputInvalid, NotFinite, TooShort."""
    arrays = _read_checked(path)
    root = Z_UP_TO_Y_UP * Rotation.from_rotvec(arrays["poses"][:, :3])
    local = Rotation.from_rotvec(arrays["poses"][:, :BODY_VALUES].reshape(-1, 3)).as_quat()
    local = local.reshape(-1, JOINT_COUNT, 4)
    local[:, 0] = root.as_quat()
    joints, ours = _rest_joints(path, arrays, bodies)
    motion = Motion(
        skeleton=Skeleton(joints - joints[np.maximum(PARENTS, 0)]),
        rate_hz=float(arrays["rate"]),
        root_position_m=Z_UP_TO_Y_UP.apply(arrays["trans"] + joints[0]).astype(np.float32),
        local_xyzw=continuous_quaternions(local.astype(np.float32)),
        confidence=arrays[CONFIDENCE].astype(np.float32).clip(0, 1) if CONFIDENCE in arrays else None,
        name=recording_name(path),
        split=split_of(path),
    )
    return motion if ours else rest_on_floor(motion)


def _read_checked(path: Path) -> Arrays:
    keys = npz_keys(path)
    if not is_amass(keys):
        lacking = " and ".join(sorted({"poses", "trans"} - keys))
        raise InputInvalid(f"{path}: not an AMASS recording: it lacks {lacking}")
    rates = [key for key in RATE_KEYS if key in keys]
    if not rates:
        raise InputInvalid(f"{path}: no frame rate, allowed are {' or '.join(RATE_KEYS)}")
    optional = [key for key in ("betas", "gender", "surface_model_type", *OUR_KEYS) if key in keys]
    optional += [CONFIDENCE] if {*OUR_KEYS, CONFIDENCE} <= keys else []  # elsewhere the word may mean anything
    arrays = read_arrays(path, ["poses", "trans", rates[0], *optional])
    arrays["rate"] = arrays.pop(rates[0])
    _check(path, arrays)
    if CONFIDENCE in arrays and arrays[CONFIDENCE].shape != (len(arrays["poses"]), JOINT_COUNT):
        raise InputInvalid(f"{path}: confidence is {arrays[CONFIDENCE].shape}, allowed is (frames, {JOINT_COUNT})")
    return arrays


def _check(path: Path, arrays: Arrays) -> None:
    poses, trans, rate = arrays["poses"], arrays["trans"], arrays["rate"]
    if poses.ndim != 2 or poses.shape[1] < BODY_VALUES:
        raise InputInvalid(f"{path}: poses are {poses.shape}, allowed is (frames, {BODY_VALUES} or more)")
    if trans.shape != (len(poses), 3):
        raise InputInvalid(f"{path}: trans is {trans.shape}, allowed is ({len(poses)}, 3)")
    if len(poses) < 2:
        raise TooShort(f"{path}: {len(poses)} frames, 2 are needed")
    if rate.size != 1 or not np.issubdtype(rate.dtype, np.number) or not 0 < float(rate) < 1e4:
        raise InputInvalid(f"{path}: frame rate {rate}, allowed is one number above 0")
    for name in {"poses", "trans", "betas", *OUR_KEYS, CONFIDENCE} & set(arrays):
        require_finite(path, name, arrays[name])


def _rest_joints(path: Path, arrays: Arrays, bodies: RestJoints | None) -> tuple[Floats, bool]:
    """T-pose joints (22, 3) in the model's frame, and whether they are this performer's own."""
    if set(arrays) >= set(OUR_KEYS):
        if arrays["offsets"].shape != (JOINT_COUNT, 3) or arrays["pelvis_rest"].shape != (3,):
            raise InputInvalid(f"{path}: offsets and pelvis_rest must be ({JOINT_COUNT}, 3) and (3,)")
        return rest_joints(arrays["offsets"], arrays["pelvis_rest"]), True
    if bodies is not None:
        betas = arrays.get("betas", np.zeros(10)).astype(np.float32).ravel()
        return bodies(betas, _text(arrays, "gender"), _family(arrays)), True
    pelvis = PELVIS_REST_SMPLX_M if _family(arrays) == "smplx" else PELVIS_REST_M
    return rest_joints(Skeleton().offsets_m, pelvis), False


def _family(arrays: Arrays) -> str:
    """Whose parameters these are: as the file says (such as smplx_locked_head), else as its width does."""
    said = _text(arrays, "surface_model_type").split("_")[0].lower()
    return said if said in FAMILIES.values() else FAMILIES.get(arrays["poses"].shape[1], "smplh")


def rest_joints(offsets_m: Floats, pelvis_m: Floats) -> Floats:
    """T-pose offsets and the pelvis' place -> T-pose joint positions (22, 3)."""
    joints = offsets_m.astype(np.float32)
    joints[0] = pelvis_m
    for joint in range(1, JOINT_COUNT):
        joints[joint] += joints[PARENTS[joint]]
    return joints


def _text(arrays: Arrays, name: str) -> str:
    """A string stored as text or as bytes; "neutral" for a body of unknown gender."""
    value = arrays[name].item() if name in arrays and arrays[name].size == 1 else "neutral"
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
