"""A solved motion on another clock: the scene's frame rate, which stays as it is."""
from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from .motion import SolvedMotion
from .rotations import Floats, continuous, slerp


def resample(motion: SolvedMotion, to_hz: float) -> SolvedMotion:
    """The motion at `to_hz` frames a second over the same span: places linear, rotations the shorter way round."""
    if to_hz <= 0:
        raise ValueError(f"a frame rate is above zero, got {to_hz}")
    count = int(np.floor((len(motion) - 1) * to_hz / motion.rate_hz + 1e-6)) + 1
    return replace(sample(motion, np.arange(count) / to_hz), rate_hz=to_hz)


def sample(motion: SolvedMotion, at_s: Floats) -> SolvedMotion:
    """The motion at any seconds from its start; held before its first and after its last frame."""
    last = len(motion) - 1
    frame = np.clip(np.asarray(at_s) * motion.rate_hz, 0, last)
    before = np.minimum(np.floor(frame).astype(int), max(last - 1, 0))
    root, turns = between(motion.root_m, motion.local_xyzw, before, frame - before)
    places = motion.trackers_m
    if places is not None:
        after = np.minimum(before + 1, last)
        places = places[before] + (frame - before)[:, None, None] * (places[after] - places[before])
    return replace(motion, root_m=root, local_xyzw=continuous(turns), trackers_m=places)


def between(
    root_m: Floats, local_xyzw: Floats, before: NDArray[np.int_], share: Floats
) -> tuple[Floats, Floats]:
    """From each row of `before` (N,) the share of the way to the next."""
    after = np.minimum(before + 1, len(root_m) - 1)
    root = root_m[before] + share[:, None] * (root_m[after] - root_m[before])
    return root, slerp(local_xyzw[before], local_xyzw[after], share[:, None])
