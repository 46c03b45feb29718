"""When the toes of a solved body stand: low and slow for a while."""
from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .motion import TOES, SolvedMotion, joint_positions, leg_length, sole_height
from .rotations import Floats

STILL_M_S, MOVING_M_S = 0.15, 0.25  # a stance begins to count below the first and lasts below the second
LOW = 0.07  # of a leg, over the height of a standing toe base
SHORTEST_S, GAP_S = 0.1, 0.05  # shorter stances are none; shorter gaps are no step

Spans = list[tuple[int, int]]  # first frame, one after the last


def planted_toes(motion: SolvedMotion, global_xyzw: Floats) -> tuple[Spans, Spans]:
    """Spans of the left and the right foot. The floor is where the feet are lowest, as a rule."""
    toes = joint_positions(motion.offsets_m, motion.root_m, global_xyzw)[:, TOES]
    return _spans(toes[:, 0], motion), _spans(toes[:, 1], motion)


def _spans(toe: Floats, motion: SolvedMotion) -> Spans:
    if len(toe) < 3:
        return []
    speed = np.linalg.norm(np.gradient(toe, axis=0), axis=-1) * motion.rate_hz
    floor = max(sole_height(motion.offsets_m), float(np.percentile(toe[:, 1], 5)))
    low = toe[:, 1] < floor + LOW * leg_length(motion.offsets_m)
    slow = _runs(low & (speed < MOVING_M_S))
    stances = [span for span in slow if (speed[slice(*span)] < STILL_M_S).any()]
    joined: Spans = []
    for start, end in stances:
        if joined and start - joined[-1][1] < GAP_S * motion.rate_hz:
            start = joined.pop()[0]
        joined.append((start, end))
    return [span for span in joined if span[1] - span[0] >= max(2, SHORTEST_S * motion.rate_hz)]


def _runs(flags: NDArray[np.bool_]) -> Spans:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    return [(int(start), int(end)) for start, end in edges.reshape(-1, 2)]
