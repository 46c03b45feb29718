"""What is missing of a motion, as the command line or a file says it: joints, limbs by name, and frames."""
from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bridge.errors import InputInvalid, InputMissing, UsageError
from bridge.farm.frame_range import FrameRange
from bridge.frames import JOINT_COUNT, JOINT_INDEX

LIMBS = {
    "L_arm": ("L_shoulder", "L_elbow", "L_wrist"), "R_arm": ("R_shoulder", "R_elbow", "R_wrist"),
    "L_leg": ("L_hip", "L_knee", "L_ankle", "L_foot"), "R_leg": ("R_hip", "R_knee", "R_ankle", "R_foot"),
    "spine": ("spine1", "spine2", "spine3"), "head_neck": ("neck", "head"),
}
ROOT, ALL = "root", "all"  # the pelvis' place; everything


@dataclass(frozen=True)
class Missing:
    """Some joints in some frames; of all frames where none are said."""

    joints: tuple[int, ...]
    root: bool
    frames: FrameRange | None


def missing_of(several: Sequence[Missing], count: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Of a motion of `count` frames: which joints, (T, 22), and where the root is missing, (T,). Raises InputInvalid
    where none of the frames is there."""
    joints, root = np.zeros((count, JOINT_COUNT), bool), np.zeros(count, bool)
    for missing in several:
        rows = np.arange(count) if missing.frames is None else missing.frames.rows(count)
        joints[rows[:, None], np.array(missing.joints, dtype=np.intp)] = True
        root[rows] |= missing.root
    return joints, root


def parse_missing(names: str, frames: str | None) -> Missing:
    """Comma-separated joints, limbs, `root` or `all`; frames as 120-240, from 1. Raises UsageError."""
    words = [word.strip() for word in names.split(",") if word.strip()]
    joints: list[int] = []
    for word in words:
        if word == ALL:
            joints += range(JOINT_COUNT)
        elif word in LIMBS:
            joints += [JOINT_INDEX[name] for name in LIMBS[word]]
        elif word in JOINT_INDEX:
            joints.append(JOINT_INDEX[word])
        elif word != ROOT:
            raise UsageError(f"missing {word!r}: allowed are {ALL}, {ROOT}, {', '.join(LIMBS)} and joints such as "
                             f"{', '.join(list(JOINT_INDEX)[:3])}")
    if not words:
        raise UsageError(f"missing {names!r}: names of joints or limbs, commas between")
    where = FrameRange.parse(frames) if frames else None
    return Missing(tuple(sorted(set(joints))), ROOT in words or ALL in words, where)


def read_missing(path: Path) -> list[Missing]:
    """A JSON list of {"joints": "L_arm,head" or [...], "frames": "120-240"}. Raises InputMissing, InputInvalid."""
    if not path.is_file():
        raise InputMissing(f"{path}: no such file")
    try:
        rows = json.loads(path.read_text())
        return [parse_missing(_joined(row["joints"]), row.get("frames")) for row in rows]
    except (ValueError, TypeError, KeyError, AttributeError, UsageError) as error:
        raise InputInvalid(f'{path}: not a list of {{"joints": "L_arm", "frames": "120-240"}}: {error}') from error


def _joined(names: str | list[str]) -> str:
    return names if isinstance(names, str) else ",".join(names)
