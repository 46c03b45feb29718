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
from typing import TypeVar

import torch
from torch import Tensor

from models.kinematics.forward import positions_from_pelvis
from models.kinematics.rotations import matrix_to_rotvec, rotvec_to_matrix
from models.kinematics.skeleton import JOINT_INDEX

LASTS_S = 0.6
FASTEST = 1.5  # m/s
STEEPEST = 1.5  # greatest speed of `left_of`, in its mean speed
PAUSE_S = 0.25  # an answer older than that is not gone on from
SUDDEN = 144.0  # m/s^2: no joint changes its speed more; 4 cm from one frame at 60 Hz to the next
RECENT_S, SUDDEN_THEN = 0.3, 90.0  # for so long after a change people look for jumps: then less is sudden
COASTS = 0.8  # share of the answer's speed that goes on over a change: many in a row must not carry a body away
TRUNK = [JOINT_INDEX[name] for name in ("pelvis", "spine1", "spine2", "spine3", "neck", "L_collar", "R_collar")]
Share = TypeVar("Share", float, Tensor)


@dataclass(frozen=True)
class Handover:
    """One session's last answer, and what is left of a difference."""

    time_s: float
    heard: Tensor  # (M,) bool: trackers that counted
    rotations: Tensor  # (22, 3, 3) as answered
    root: Tensor  # (3,) as answered
    began_s: float
    lasts_s: float
    turns: Tensor  # (22, 3) radians in the world, from the solved body to the answer when it began
    shift: Tensor  # (3,) metres
    spins: Tensor  # (22, 3) radians per second in the world, of the answers, less after a change; NaN at first
    speed: Tensor  # (3,) metres per second, likewise


def hand_over(
    rotations: Tensor, root: Tensor, offsets: Tensor, heard: Tensor, now_s: float, before: Handover | None
) -> tuple[Tensor, Tensor, Handover]:
    """A solved body (22, 3, 3), (3,) of bones (22, 3) as it is answered: rotations, root, and what the next answer
    needs to know."""
    nothing = torch.zeros_like(rotations[..., 0])
    unknown = torch.full_like(nothing, torch.nan)
    fresh = Handover(now_s, heard, rotations, root, -math.inf, LASTS_S, nothing, nothing[0], unknown, unknown[0])
    if before is None or not before.time_s < now_s <= before.time_s + PAUSE_S:
        return rotations, root, fresh
    passed_s, now = now_s - before.time_s, replace(before, time_s=now_s)
    changed = not torch.equal(heard, before.heard) or _jumps(rotations, root, offsets, now, passed_s)
    if changed:
        now = _from(_going(before, passed_s), fresh, offsets)
    rotations, root = _answered(rotations, root, now)
    share = COASTS / passed_s if changed else 1 / passed_s
    spins, speed = share * matrix_to_rotvec(rotations @ before.rotations.mT), share * (root - before.root)
    return rotations, root, replace(now, rotations=rotations, root=root, spins=spins, speed=speed)


def _jumps(rotations: Tensor, root: Tensor, offsets: Tensor, now: Handover, passed_s: float) -> bool:
    """Whether a trunk that few trackers hold would not go on as it did; `now` still has the last answer's motion."""
    recent = now.time_s - now.began_s < RECENT_S
    if not (recent or now.heard.sum() < 2) or not now.speed.isfinite().all():
        return False
    away = _apart(_going(now, passed_s), _answered(rotations, root, now), offsets)
    return bool(away[TRUNK].max() > (SUDDEN_THEN if recent else SUDDEN) * passed_s**2)


def _going(before: Handover, passed_s: float) -> tuple[Tensor, Tensor]:
    """Where the answers before were going: rotations and root."""
    spins, speed = before.spins.nan_to_num(), before.speed.nan_to_num()
    return rotvec_to_matrix(passed_s * spins) @ before.rotations, before.root + passed_s * speed


def _from(going: tuple[Tensor, Tensor], solved: Handover, offsets: Tensor) -> Handover:
    """A handover that begins: from where the answers were going to the body now solved."""
    lasts_s = max(LASTS_S, STEEPEST * float(_apart(going, (solved.rotations, solved.root), offsets).max()) / FASTEST)
    turns = matrix_to_rotvec(going[0] @ solved.rotations.mT)
    return replace(solved, began_s=solved.time_s, lasts_s=lasts_s, turns=turns, shift=going[1] - solved.root)


def _answered(rotations: Tensor, root: Tensor, now: Handover) -> tuple[Tensor, Tensor]:
    """A solved body with what is left of the difference."""
    left = left_of(min(max((now.time_s - now.began_s) / now.lasts_s, 0.0), 1.0))
    if left <= 0:
        return rotations, root
    return rotvec_to_matrix(left * now.turns) @ rotations, root + left * now.shift


def _apart(one: tuple[Tensor, Tensor], other: tuple[Tensor, Tensor], offsets: Tensor) -> Tensor:
    """Metres between the joints of two bodies, (22,)."""
    return torch.linalg.vector_norm(positions_from_pelvis(one[0] - other[0], offsets) + (one[1] - other[1]), dim=-1)


def left_of(done: Share) -> Share:
    """What is left of a difference: from one to zero as `done` goes from zero to one, with no jump in speed."""
    return 1 - done * done * (3 - 2 * done)
