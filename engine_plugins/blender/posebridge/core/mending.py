"""What the posebridge command is told of a motion to be mended, and what comes back from it."""
from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np

from .bone_map import BoneMap
from .motion import SolvedMotion
from .resample import sample
from .rotations import continuous, inverse, multiply
from .smpl22 import JOINT_NAMES

SOLVER_HZ = 60.0  # what the prior works at


@dataclass(frozen=True)
class Mending:
    """One call of the posebridge command. `words`: flags of the verb. `stage`: what it is called while it works,
    `said`: what its result is called besides; `first_frame`: of the scene, the result's first.

    `before`: from the motion that was read to the one that the command is given. `after`: from the one that was read,
    that one, and the command's own, to the result at the scene's rate."""

    verb: str
    words: tuple[str, ...]
    stage: str
    said: str
    first_frame: int
    before: Callable[[SolvedMotion], SolvedMotion] = lambda read: read
    after: Callable[[SolvedMotion, SolvedMotion, SolvedMotion], SolvedMotion] = lambda read, given, made: made


def at_most_solver_rate(read: SolvedMotion) -> SolvedMotion:
    """No shorter than it was: held to the next frame of the solver's. A lower rate stays, so that what is noise in it
    is seen as it was captured."""
    if read.rate_hz <= SOLVER_HZ:
        return read
    count = math.ceil((len(read) - 1) * SOLVER_HZ / read.rate_hz - 1e-6) + 1
    return replace(sample(read, np.arange(count) / SOLVER_HZ), rate_hz=SOLVER_HZ)


def changed_as(read: SolvedMotion, given: SolvedMotion, made: SolvedMotion) -> SolvedMotion:
    """The motion changed as the one that was made of it, at whatever rate, was: where nothing was, it stays as it is
    to the last digit, whatever its rate."""
    times = np.arange(len(read)) / read.rate_hz
    was, now = sample(given, times), sample(made, times)
    turned = multiply(read.local_xyzw, multiply(inverse(was.local_xyzw), now.local_xyzw))
    return replace(read, local_xyzw=continuous(turned), root_m=read.root_m + now.root_m - was.root_m)


def missing_names(bone_map: BoneMap, bones: Collection[str]) -> str:
    """The joints that these bones stand for, as --missing has them; with the pelvis also where it is. ValueError: none
    of the bones stands for any."""
    joints = {drive.joint for bone, drive in bone_map.bones.items() if bone in bones}
    if not joints:
        raise ValueError("none of the selected bones stands for a joint of the body: select those that are missing")
    return ",".join([name for name in JOINT_NAMES if name in joints] + ["root"] * ("pelvis" in joints))


def file_frames(frames: range, first: int, last: int) -> str:
    """The scene's frames `first` to `last`, as far as a motion of `frames` has them, as --frames counts: from 1."""
    low, high = max(first, frames[0]), min(last, frames[-1])
    if low > high:
        raise ValueError(f"frames {first} to {last} are not in the motion, which has {frames[0]} to {frames[-1]}")
    return f"{low - frames[0] + 1}-{high - frames[0] + 1}"


def keys_of(frames: range, keyed: Sequence[int], every: int) -> list[int]:
    """Which of the frames are keys: those that are keyed or, with `every` above 0, one in so many and the last."""
    keys = sorted({*frames[::every], frames[-1]}) if every else [key for key in keyed if key in frames]
    if len(keys) < 2:
        raise ValueError("an action with keys at two frames or more is needed")
    if len(keys) == keys[-1] - keys[0] + 1:
        raise ValueError("every frame has a key, so nothing lies between: say that one in so many is one")
    return keys


def at_frames(read: SolvedMotion, made: SolvedMotion, keys: Sequence[int]) -> SolvedMotion:
    """A motion in-betweened from keys at these frames of one that was read, at all frames from the first to the last.
    The command has each key at the nearest frame of the solver's: time is stretched by up to half a frame of these, so
    that each falls on its own frame again."""
    times = np.round((np.array(keys) - keys[0]) / read.rate_hz * SOLVER_HZ) / SOLVER_HZ
    frames = np.arange(keys[0], keys[-1] + 1)
    return replace(sample(made, np.interp(frames, keys, times)), rate_hz=read.rate_hz)
