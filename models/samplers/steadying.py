"""Limbs that nobody tracks do not jump: where a guess changes its mind, the answer goes over to the new one smoothly.

From one frame to the next a live guess may take the other leg to be ahead, or forget a hand whose last reading left
the window. Such a change is seen as a step that the limb's own motion does not explain. The difference to where the
answer was going is then kept, and taken away within a moment. Trunk and tracked limbs are left alone: the trackers hold
them. What a tracker's coming and going changes, and a trunk that few hold, are handover.py's.
"""
from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from models.kinematics.arrays import (
    Array,
    alike,
    at_least,
    filled,
    finite_or_zero,
    lengths,
    library,
    with_type,
)
from models.kinematics.branches import anywhere
from models.kinematics.forward import positions_from_pelvis
from models.kinematics.rotations import matrix_to_rotvec, rotvec_to_matrix
from models.kinematics.skeleton import JOINT_COUNT, JOINT_INDEX
from models.samplers.handover import RECENT_S, STEEPEST, SUDDEN, SUDDEN_THEN, continued, left_of

LIMBS = tuple(
    tuple(JOINT_INDEX[f"{side}_{name}"] for name in names)
    for names in (("hip", "knee", "ankle", "foot"), ("shoulder", "elbow", "wrist")) for side in ("L", "R")
)
LASTS_S, FASTEST = 0.4, 1.2  # seconds and m/s, as in handover.py
COASTS = 0.8  # share of the answer's speed that goes on over a change of mind


@dataclass(frozen=True)
class Steadied:
    """The answers of B sessions, and the differences that are being taken away. Times are float64."""

    time_s: Array  # (B,)
    solved: Array  # (B, 22, 3, 3)
    solved_spins: Array  # (B, 22, 3) radians per second in the world, NaN at first: nobody knows what is sudden then
    answered: Array  # (B, 22, 3, 3)
    answered_spins: Array  # (B, 22, 3)
    turns: Array  # (B, 22, 3) radians in the world, from the solved limb to the answer when a difference began
    began_s: Array  # (B, 22)
    lasts_s: Array  # (B, 22)
    changed_s: Array  # (B,) when other trackers counted than before
    tracked: Array  # (B, 22) bool: joints whose trackers count
    held: Array  # (B, 22) bool: the same, but for those that have only just come

    @staticmethod
    def none(time_s: Array, like: Array) -> Steadied:
        """Of sessions that were never answered, of the numbers of `like`; `time_s` (B,) may say anything."""
        never, still = filled(time_s.shape, -math.inf, time_s), filled((len(time_s), JOINT_COUNT, 3), 0.0, like)
        turned, nothing = filled((*still.shape, 3), 0.0, like), still[..., 0] > 0
        times = filled(nothing.shape, -math.inf, time_s), filled(nothing.shape, LASTS_S, time_s)
        return Steadied(never, turned, still * math.nan, turned, still, still, *times, never, nothing, nothing)


def steady(solved: Array, offsets: Array, tracked: Array, now_s: Array, before: Steadied) -> Steadied:
    """Solved rotations (B, 22, 3, 3) on bones (B, 22, 3) as they are answered at now_s (B,); `tracked` (B, 22) joints
    have trackers that count."""
    maths, goes_on = library(solved), continued(before.time_s, now_s)
    now = _told(tracked, now_s, before, goes_on)
    passed_s = maths.where(goes_on, now_s - before.time_s, math.nan)[:, None]
    passed = with_type(passed_s, solved)[..., None]
    spins = matrix_to_rotvec(solved @ before.solved.mT) / passed
    expected = rotvec_to_matrix(passed * before.solved_spins) @ before.solved
    free, recent = free_limbs(now.held), (now_s - now.changed_s < RECENT_S)[:, None]
    limit = maths.where(recent, SUDDEN_THEN, SUDDEN) * passed_s * passed_s
    sudden = free & (_farthest(expected - solved, offsets) > limit)
    now = replace(now, solved=solved, solved_spins=spins, answered=solved, answered_spins=finite_or_zero(spins))
    differs = sudden | (goes_on[:, None] & (now_s[:, None] < before.began_s + before.lasts_s))
    return _taken_away(now, before, sudden, free, passed, offsets) if anywhere(differs, usual=True) else now


def _told(tracked: Array, now_s: Array, before: Steadied, goes_on: Array) -> Steadied:
    """Which trackers count now, and which of those do not hold their limbs yet; of a new session all do."""
    maths, same = library(tracked), (tracked == before.tracked).all(-1)
    changed_s = maths.where(goes_on, maths.where(same, before.changed_s, now_s), -math.inf)
    recent = now_s - changed_s < RECENT_S
    held = maths.where(recent[:, None], before.held & tracked, tracked)
    return replace(before, time_s=now_s, changed_s=changed_s, tracked=tracked, held=held)


def _taken_away(
    now: Steadied, before: Steadied, sudden: Array, free: Array, passed: Array, offsets: Array
) -> Steadied:
    """What is solved `now`, with the differences that began `before` and those that begin, where it is `sudden`, less
    what has been taken away of them. passed: (B, 1, 1) seconds, NaN for sessions that start afresh."""
    maths, now_s = library(sudden), now.time_s[:, None]
    going = rotvec_to_matrix(finite_or_zero(passed) * COASTS * before.answered_spins) @ before.answered
    turns = maths.where(sudden[..., None], matrix_to_rotvec(going @ now.solved.mT), before.turns)
    needed = STEEPEST / FASTEST * _farthest(going - now.solved, offsets)
    began_s = maths.where(sudden, now_s, maths.where(free & (passed[..., 0] > 0), before.began_s, -math.inf))
    lasts_s = maths.where(sudden, at_least(with_type(needed, now_s), LASTS_S), before.lasts_s)
    left = with_type(left_of((now_s - began_s) / lasts_s), turns)
    answered = rotvec_to_matrix(left[..., None] * turns) @ now.solved if anywhere(left > 0, usual=True) else now.solved
    solved_spins = maths.where(sudden[..., None], COASTS * before.solved_spins, now.solved_spins)  # a jump is no motion
    answered_spins = finite_or_zero(matrix_to_rotvec(answered @ before.answered.mT) / passed)
    return replace(now, answered=answered, answered_spins=answered_spins, solved_spins=solved_spins, turns=turns,
                   began_s=began_s, lasts_s=lasts_s)


def _farthest(changes: Array, offsets: Array) -> Array:
    """How far changes of rotation matrices (B, 22, 3, 3) move the joint of each limb that they move most, at every
    joint of the limb, (B, 22) metres."""
    rows, limb_of = _limbs()
    moved = positions_from_pelvis(changes * alike(_IN_LIMBS, changes)[:, None, None], offsets)
    ways = library(moved).amax(lengths(moved)[:, rows, 0], -1)
    return ways[:, limb_of] * alike(_IN_LIMBS, changes)


def free_limbs(held: Array) -> Array:
    """(B, 22) bool: joints of limbs that no tracker holds, by the joints that they do hold."""
    rows, limb_of = _limbs()
    return alike(_IN_LIMBS > 0, held) & ~held[:, rows].any(-1)[:, limb_of]


_IN_LIMBS = np.isin(np.arange(JOINT_COUNT), [joint for limb in LIMBS for joint in limb]).astype(np.float32)


@cache
def _limbs() -> tuple[list[list[int]], list[int]]:
    """The joints of each limb, its last one again where it has three; which limb a joint is of, any where of none."""
    rows = [[*limb, limb[-1]][:4] for limb in LIMBS]
    limb_of = [next((number for number, limb in enumerate(LIMBS) if joint in limb), 0) for joint in range(JOINT_COUNT)]
    return rows, limb_of
