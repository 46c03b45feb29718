"""Limbs that nobody tracks do not jump: where a guess changes its mind, the answer goes over to the new one smoothly.

From one frame to the next a live guess may take the other leg to be ahead, or forget a hand whose last reading left
the window. Such a change is seen as a step that the limb's own motion does not explain. The difference to where the
answer was going is then kept, and taken away within a moment. Trunk and tracked limbs are left alone: the trackers hold
them. What a tracker's coming and going changes, and a trunk that few hold, are handover.py's.
"""
from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

import torch
from torch import Tensor

from models.kinematics.forward import positions_from_pelvis
from models.kinematics.rotations import matrix_to_rotvec, rotvec_to_matrix
from models.kinematics.skeleton import JOINT_COUNT, JOINT_INDEX
from models.samplers.handover import PAUSE_S, RECENT_S, STEEPEST, SUDDEN, SUDDEN_THEN, left_of

LIMBS = tuple(
    tuple(JOINT_INDEX[f"{side}_{name}"] for name in names)
    for names in (("hip", "knee", "ankle", "foot"), ("shoulder", "elbow", "wrist")) for side in ("L", "R")
)
LASTS_S, FASTEST = 0.4, 1.2  # seconds and m/s, as in handover.py
COASTS = 0.8  # share of the answer's speed that goes on over a change of mind


@dataclass(frozen=True)
class Steadied:
    """One session's answer, and the differences that are being taken away."""

    time_s: float
    solved: Tensor  # (22, 3, 3)
    solved_spins: Tensor  # (22, 3) radians per second in the world, NaN at first: nobody knows what is sudden then
    answered: Tensor  # (22, 3, 3)
    answered_spins: Tensor  # (22, 3)
    turns: Tensor  # (22, 3) radians in the world, from the solved limb to the answer when a difference began
    began_s: Tensor  # (22,) float64
    lasts_s: Tensor  # (22,) float64
    changed_s: float  # when other trackers counted than before
    tracked: frozenset[int]  # joints whose trackers count
    held: frozenset[int]  # the same, but for those that have only just come


def steady(
    solved: Tensor, offsets: Tensor, tracked: Sequence[int], now_s: float, before: Steadied | None
) -> Steadied:
    """Solved rotations (22, 3, 3) on bones (22, 3) as they are answered; `tracked` joints have trackers that count."""
    joints = frozenset(tracked)
    if before is None or not before.time_s < now_s <= before.time_s + PAUSE_S:
        return _first(solved, joints, now_s)
    passed_s = now_s - before.time_s
    changed_s = before.changed_s if joints == before.tracked else now_s
    recent = now_s - changed_s < RECENT_S
    held = before.held & joints if recent else joints
    before = replace(before, time_s=now_s, changed_s=changed_s, tracked=joints, held=held)
    free, spins = _free(held), matrix_to_rotvec(solved @ before.solved.mT) / passed_s
    expected = rotvec_to_matrix(passed_s * before.solved_spins) @ before.solved
    sudden = free & (_farthest(expected - solved, offsets) > (SUDDEN_THEN if recent else SUDDEN) * passed_s**2)
    if not bool((sudden | (now_s < before.began_s + before.lasts_s)).any()):
        return replace(before, solved=solved, solved_spins=spins, answered=solved, answered_spins=spins)
    going = rotvec_to_matrix(passed_s * COASTS * before.answered_spins) @ before.answered
    turns = torch.where(sudden[:, None], matrix_to_rotvec(going @ solved.mT), before.turns)
    needed = (STEEPEST / FASTEST * _farthest(going - solved, offsets)).double().clamp(min=LASTS_S)
    began_s = torch.where(sudden, now_s, torch.where(free, before.began_s, -torch.inf))
    lasts_s = torch.where(sudden, needed, before.lasts_s)
    left = left_of(((now_s - began_s) / lasts_s).clamp(0, 1)).to(solved)
    answered = rotvec_to_matrix(left[:, None] * turns) @ solved if bool(left.any()) else solved
    spins = torch.where(sudden[:, None], COASTS * before.solved_spins, spins)  # a jump is no motion to go on with
    answered_spins = matrix_to_rotvec(answered @ before.answered.mT) / passed_s
    return replace(before, solved=solved, solved_spins=spins, answered=answered, answered_spins=answered_spins,
                   turns=turns, began_s=began_s, lasts_s=lasts_s)


def _first(solved: Tensor, tracked: frozenset[int], now_s: float) -> Steadied:
    """Nothing is known of how this body moves."""
    still = torch.zeros_like(solved[..., 0])
    never = torch.full((JOINT_COUNT,), -torch.inf, dtype=torch.float64)
    unknown, ones = torch.full_like(still, torch.nan), torch.ones_like(never)
    return Steadied(now_s, solved, unknown, solved, still, still, never, ones, -math.inf, tracked, tracked)


def _farthest(changes: Tensor, offsets: Tensor) -> Tensor:
    """How far a change of rotation matrices (22, 3, 3) moves the joint of each limb that it moves most, at every joint
    of the limb, (22,) metres."""
    in_limbs, rows, limb_of = _in_limbs()
    moved = positions_from_pelvis(torch.where(in_limbs[:, None, None], changes, 0.0), offsets)
    ways = torch.linalg.vector_norm(moved, dim=-1)
    return torch.where(in_limbs, ways[rows].amax(1)[limb_of], 0.0)


@cache
def _in_limbs() -> tuple[Tensor, Tensor, Tensor]:
    """(22,) bool: joints of limbs; (limbs, 4): the joints of each, its last one again where it has three; (22,): which
    limb a joint is of, any where it is of none."""
    rows = torch.tensor([(*limb, limb[-1])[:4] for limb in LIMBS])
    limb_of = torch.zeros(JOINT_COUNT, dtype=torch.long)
    for number, limb in enumerate(LIMBS):
        limb_of[list(limb)] = number
    return _free(frozenset()), rows, limb_of


@cache
def _free(held: frozenset[int]) -> Tensor:
    """(22,) bool: joints of limbs that no tracker holds."""
    free = torch.zeros(JOINT_COUNT, dtype=torch.bool)
    for limb in LIMBS:
        free[list(limb)] = not held & set(limb)
    return free
