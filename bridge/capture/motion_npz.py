"""Our motion archive: many clips of 22-joint motion in one .npz (int16 quaternions wxyz, a table of clips)."""
from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bridge.capture.npz_file import Arrays, npz_keys, read_arrays, require_finite
from bridge.errors import InputInvalid
from bridge.frames import JOINT_COUNT, Floats, Motion, Skeleton

TABLE = ("clip_start", "clip_len", "clip_skeleton", "fps", "clip_name", "clip_subject", "clip_style", "split")
KEYS = ("quat", "trans", "offsets", *TABLE)
LABELS = ("split_kind", "clip_action")  # where a source has them
# Climbing and uneven ground: nothing flat under the feet (clip_style, clip_subject).
NO_FLOOR = {("amc", "cmu01"), ("amc", "cmu03")}


def is_archive(keys: frozenset[str]) -> bool:
    """Whether a .npz with these arrays is meant to be one of ours."""
    return {"quat", "clip_start", "clip_len"} <= keys


def archive_names(path: Path) -> list[str]:
    """Names of the clips, in order, without decoding any."""
    return [str(name) for name in read_arrays(path, ["clip_name"])["clip_name"]]


def read_archive(path: Path, wanted: Callable[[str, int], bool] = lambda name, split: True) -> list[Motion]:
    """The clips for which `wanted(name, split)` holds, each with arrays of its own.

    Raises InputMissing, InputInvalid, NotFinite.
    """
    said = [key for key in LABELS if key in npz_keys(path)]
    arrays = read_arrays(path, [*KEYS, *said])
    _check(path, arrays)
    skeletons = [Skeleton(offsets.astype(np.float32)) for offsets in arrays["offsets"]]
    rows = range(len(arrays["clip_start"]))
    return [
        _clip(arrays, row, skeletons)
        for row in rows
        if wanted(str(arrays["clip_name"][row]), int(arrays["split"][row]))
    ]


def decode_quaternions(wxyz: NDArray[np.int16]) -> Floats:
    """(T, 22, 4) int16 wxyz -> float32 unit xyzw."""
    xyzw = np.empty(wxyz.shape, dtype=np.float32)
    xyzw[..., :3] = wxyz[..., 1:]
    xyzw[..., 3] = wxyz[..., 0]
    squares = np.einsum("tjc,tjc->tj", xyzw, xyzw)
    xyzw *= (1 / np.sqrt(np.maximum(squares, 1)))[..., None]
    return xyzw


def _clip(arrays: Arrays, row: int, skeletons: list[Skeleton]) -> Motion:
    start = int(arrays["clip_start"][row])
    frames = slice(start, start + int(arrays["clip_len"][row]))
    source = (str(arrays["clip_style"][row]), str(arrays["clip_subject"][row]))
    return Motion(
        skeleton=skeletons[int(arrays["clip_skeleton"][row])],
        rate_hz=float(arrays["fps"][row]),
        root_position_m=np.ascontiguousarray(arrays["trans"][frames], dtype=np.float32),
        local_xyzw=decode_quaternions(arrays["quat"][frames]),
        name=str(arrays["clip_name"][row]),
        split=int(arrays["split"][row]),
        kind=str(arrays["split_kind"][row]) if "split_kind" in arrays else "",
        action=str(arrays["clip_action"][row]) if "clip_action" in arrays else "",
        floor=source not in NO_FLOOR,
    )


def _check(path: Path, arrays: Arrays) -> None:
    quat, count = arrays["quat"], len(arrays["trans"])
    if quat.dtype != np.int16 or quat.shape != (count, JOINT_COUNT, 4):
        raise InputInvalid(f"{path}: quat is {quat.dtype} {quat.shape}, allowed is int16 ({count}, {JOINT_COUNT}, 4)")
    for name, tail in (("trans", (3,)), ("offsets", (JOINT_COUNT, 3))):
        if arrays[name].shape[1:] != tail:
            raise InputInvalid(f"{path}: {name} has rows of shape {arrays[name].shape[1:]}, allowed is {tail}")
        require_finite(path, name, arrays[name])
    clips = len(arrays["clip_start"])
    ragged = [name for name in TABLE if len(arrays[name]) != clips]
    if ragged:
        raise InputInvalid(f"{path}: {', '.join(ragged)} not as long as clip_start ({clips} clips)")
    _check_table(path, arrays, count)


def _check_table(path: Path, arrays: Arrays, frames: int) -> None:
    start, length = arrays["clip_start"].astype(np.int64), arrays["clip_len"].astype(np.int64)
    if (start < 0).any() or (length < 1).any() or (start + length > frames).any():
        raise InputInvalid(f"{path}: a clip lies outside the archive's {frames} frames")
    skeleton = arrays["clip_skeleton"]
    if (skeleton < 0).any() or (skeleton >= len(arrays["offsets"])).any():
        raise InputInvalid(f"{path}: a clip names a skeleton the archive lacks (it has {len(arrays['offsets'])})")
    if not (np.isfinite(arrays["fps"]) & (arrays["fps"] > 0)).all():
        raise InputInvalid(f"{path}: fps must be above 0")
