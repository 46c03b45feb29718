"""A tracker that comes back, or is given up, changes a live body at once; here it is handed over within a moment.

When other trackers count than before, the difference between where the last answer was going and the new body is kept,
and taken away smoothly: the answer goes on as it did and is the new body after LASTS_S, or after as long as it takes
for no joint to go faster than FASTEST for it.
"""
from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeVar

import torch
from torch import Tensor

from models.kinematics.forward import positions_from_pelvis
from models.kinematics.rotations import matrix_to_rotvec, rotvec_to_matrix

LASTS_S = 0.6
FASTEST = 1.5  # m/s
STEEPEST = 1.5  # greatest speed of `left_of`, in its mean speed
PAUSE_S = 0.25  # an answer older than that is not gone on from
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
    spins: Tensor  # (22, 3) radians per second in the world, of the answers; none just after a change
    speed: Tensor  # (3,) metres per second, likewise


def hand_over(
    rotations: Tensor, root: Tensor, offsets: Tensor, heard: Tensor, now_s: float, before: Handover | None
) -> tuple[Tensor, Tensor, Handover]:
    """A solved body (22, 3, 3), (3,) of bones (22, 3) as it is answered: rotations, root, and what the next answer
    needs to know."""
    nothing = torch.zeros_like(rotations[..., 0])
    fresh = Handover(now_s, heard, rotations, root, now_s, LASTS_S, nothing, nothing[0], nothing, nothing[0])
    if before is None or not before.time_s < now_s <= before.time_s + PAUSE_S:
        return rotations, root, fresh
    changed = not torch.equal(heard, before.heard)
    now = _changed(fresh, offsets, before) if changed else replace(before, time_s=now_s)
    left = left_of(min(max((now_s - now.began_s) / now.lasts_s, 0.0), 1.0))
    if left > 0:
        rotations, root = rotvec_to_matrix(left * now.turns) @ rotations, root + left * now.shift
    if not changed:
        passed_s = now_s - before.time_s
        spins, speed = matrix_to_rotvec(rotations @ before.rotations.mT) / passed_s, (root - before.root) / passed_s
        now = replace(now, spins=spins, speed=speed)
    return rotations, root, replace(now, rotations=rotations, root=root)


def _changed(solved: Handover, offsets: Tensor, before: Handover) -> Handover:
    """A handover that begins: from where the answers before were going to the body now solved."""
    passed_s = solved.time_s - before.time_s
    going = rotvec_to_matrix(passed_s * before.spins) @ before.rotations
    shift = before.root + passed_s * before.speed - solved.root
    ways = positions_from_pelvis(going - solved.rotations, offsets) + shift
    return replace(solved, lasts_s=_time_for(ways), turns=matrix_to_rotvec(going @ solved.rotations.mT), shift=shift)


def _time_for(ways: Tensor) -> float:
    """Seconds in which joints go their ways (22, 3), metres."""
    return max(LASTS_S, STEEPEST * float(ways.norm(dim=-1).max()) / FASTEST)


def left_of(done: Share) -> Share:
    """What is left of a difference: from one to zero as `done` goes from zero to one, with no jump in speed."""
    return 1 - done * done * (3 - 2 * done)
