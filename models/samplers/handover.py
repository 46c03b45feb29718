"""A tracker that comes back, or is given up, changes a live body at once; here it is handed over within a moment.

When other trackers count than before, the difference between where the last answer was going and the new body is kept,
and taken away smoothly: the answer goes on as it did and is the new body after LASTS_S, or after as long as it takes
for no joint to go faster than FASTEST for it. A trunk that hangs from one tracker alone, or did until a moment ago, is
a guess, and where that guess changes its mind the body goes over to the new one in the same way. (What limbs do is
steadying.py's.)
"""
from __future__ import annotations

import math
from dataclasses import dataclass, replace

from models.kinematics.arrays import Array, at_least, at_most, filled, finite_or_zero, lengths, library, with_type
from models.kinematics.branches import anywhere
from models.kinematics.forward import positions_from_pelvis
from models.kinematics.rotations import matrix_to_rotvec, rotvec_to_matrix
from models.kinematics.skeleton import JOINT_COUNT, JOINT_INDEX

LASTS_S = 0.6
FASTEST = 1.5  # m/s
STEEPEST = 1.5  # greatest speed of `left_of`, in its mean speed
PAUSE_S = 0.25  # an answer older than that is not gone on from
SUDDEN = 144.0  # m/s^2: no joint changes its speed more; 4 cm from one frame at 60 Hz to the next
RECENT_S, SUDDEN_THEN = 0.3, 90.0  # for so long after a change people look for jumps: then less is sudden
COASTS = 0.8  # share of the answer's speed that goes on over a change: many in a row must not carry a body away
TRUNK = [JOINT_INDEX[name] for name in ("pelvis", "spine1", "spine2", "spine3", "neck", "L_collar", "R_collar")]
Bodies = tuple[Array, Array]  # rotations (B, 22, 3, 3) and root (B, 3)


@dataclass(frozen=True)
class Handover:
    """The last answers of B sessions, and what is left of differences. Times are float64."""

    time_s: Array  # (B,)
    heard: Array  # (B, M) bool: trackers that counted
    rotations: Array  # (B, 22, 3, 3) as answered
    root: Array  # (B, 3) as answered
    began_s: Array  # (B,)
    lasts_s: Array  # (B,)
    turns: Array  # (B, 22, 3) radians in the world, from the solved body to the answer when it began
    shift: Array  # (B, 3) metres
    spins: Array  # (B, 22, 3) radians per second in the world, of the answers, less after a change; NaN at first
    speed: Array  # (B, 3) metres per second, likewise

    @staticmethod
    def none(heard: Array, time_s: Array, like: Array) -> Handover:
        """Of sessions that were never answered, of the numbers of `like`; `heard` and `time_s` may say anything."""
        count = len(heard)
        never, turns = filled(time_s.shape, -math.inf, time_s), filled((count, JOINT_COUNT, 3), 0.0, like)
        return Handover(
            never, heard, filled((count, JOINT_COUNT, 3, 3), 0.0, like), turns[:, 0], never,
            filled(time_s.shape, LASTS_S, time_s), turns, turns[:, 0], turns * math.nan, turns[:, 0] * math.nan,
        )


def hand_over(rotations: Array, root: Array, offsets: Array, heard: Array, now_s: Array, before: Handover) -> Handover:
    """Solved bodies (B, 22, 3, 3), (B, 3) of bones (B, 22, 3) as they are answered, and what the next answer needs to
    know. now_s: (B,)."""
    maths, solved = library(rotations), (rotations, root)
    goes_on = continued(before.time_s, now_s)
    passed_s = maths.where(goes_on, now_s - before.time_s, 1.0)
    now = replace(before, time_s=now_s, heard=heard, began_s=maths.where(goes_on, before.began_s, -math.inf))
    changed = goes_on & ((heard != before.heard).any(-1) | _jumps(solved, offsets, now, before, passed_s))
    if anywhere(changed, common=True):
        now = _began(changed, _going(before, passed_s), solved, offsets, now)
    rotations, root = _answered(solved, now)
    share = with_type(maths.where(goes_on, maths.where(changed, COASTS, 1.0) / passed_s, math.nan), root)[:, None]
    spins = share[..., None] * matrix_to_rotvec(rotations @ before.rotations.mT)
    return replace(now, rotations=rotations, root=root, spins=spins, speed=share * (root - before.root))


def _jumps(solved: Bodies, offsets: Array, now: Handover, before: Handover, passed_s: Array) -> Array:
    """(B,): whether a trunk that few trackers hold would not go on as it did."""
    maths, recent = library(passed_s), now.time_s - before.began_s < RECENT_S
    loose = (recent | (before.heard.sum(-1) < 2)) & maths.isfinite(before.speed).all(-1)
    if not anywhere(loose, common=True):
        return loose
    away = maths.amax(_apart(_going(before, passed_s), _answered(solved, now), offsets)[:, TRUNK], -1)
    return loose & (away > maths.where(recent, SUDDEN_THEN, SUDDEN) * passed_s * passed_s)


def _going(before: Handover, passed_s: Array) -> Bodies:
    """Where the answers before were going."""
    spins, speed = finite_or_zero(before.spins), finite_or_zero(before.speed)
    passed = with_type(passed_s, speed)[:, None]
    return rotvec_to_matrix(passed[..., None] * spins) @ before.rotations, before.root + passed * speed


def _began(changed: Array, going: Bodies, solved: Bodies, offsets: Array, now: Handover) -> Handover:
    """With handovers that begin where `changed` (B,) says: from where the answers were going to the bodies solved."""
    choose, farthest = library(changed).where, library(changed).amax(_apart(going, solved, offsets), -1)
    needed = STEEPEST / FASTEST * with_type(farthest, now.lasts_s)
    turns, shift = matrix_to_rotvec(going[0] @ solved[0].mT), going[1] - solved[1]
    return replace(
        now, began_s=choose(changed, now.time_s, now.began_s),
        lasts_s=choose(changed, at_least(needed, LASTS_S), now.lasts_s),
        turns=choose(changed[:, None, None], turns, now.turns), shift=choose(changed[:, None], shift, now.shift),
    )


def _answered(solved: Bodies, now: Handover) -> Bodies:
    """Solved bodies with what is left of the differences."""
    left = left_of((now.time_s - now.began_s) / now.lasts_s)
    if not anywhere(left > 0, common=True):
        return solved
    left = with_type(left, now.shift)[:, None]
    return rotvec_to_matrix(left[..., None] * now.turns) @ solved[0], solved[1] + left * now.shift


def _apart(one: Bodies, other: Bodies, offsets: Array) -> Array:
    """Metres between the joints of bodies, (B, 22)."""
    places = positions_from_pelvis(one[0] - other[0], offsets)
    return lengths(places + (one[1] - other[1])[:, None])[..., 0]


def continued(before_s: Array, now_s: Array) -> Array:
    """Whether an answer now goes on from the one before; not after a pause, nor when a clock went backwards."""
    return (before_s < now_s) & (now_s <= before_s + PAUSE_S)


def left_of(done: Array) -> Array:
    """What is left of a difference: from one to zero as `done` goes from zero to one, with no jump in speed."""
    done = at_least(at_most(done, 1), 0)
    return 1 - done * done * (3 - 2 * done)
