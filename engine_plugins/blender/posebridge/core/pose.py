"""A motion on a rig's own bones: the turns of the 22 joints and where the hips are; forward kinematics of the rig."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .plan import ALONE, Plan
from .rotations import Floats, rotate, slerp
from .rows import one_row


@dataclass(frozen=True)
class Pose:
    """T frames. World rotations relative to the T-pose and the middle of the hips, floor at height 0."""

    turns: Floats  # (T, 22, 4)
    hips_m: Floats  # (T, 3)


def bone_turns(plan: Plan, rows: Floats) -> Floats:
    """(T, rows, 4) -> (T, D, 4): the turn of every driven bone relative to the T-pose."""
    turns = rows[:, plan.last_row]
    shared = np.flatnonzero((plan.share < 1) & (np.array(plan.first_row) != np.array(plan.last_row)))
    if len(shared):
        first = rows[:, np.array(plan.first_row)[shared]]
        turns[:, shared] = slerp(first, turns[:, shared], plan.share[shared])
    return np.asarray(turns)


def joint_heads(plan: Plan, pose: Pose, offsets_m: Floats, joints: Sequence[str]) -> Floats:
    """Where the heads of these joints' bones are, (T, joints, 3)."""
    pelvis = plan.main["pelvis"]
    places = {pelvis: pose.hips_m - rotate(pose.turns[:, 0], plan.rig_hips_m)}
    turns: dict[int, Floats] = {}

    def turn(row: int) -> Floats:
        if row not in turns:
            turns[row] = _one_turn(plan, pose, offsets_m, row)
        return turns[row]

    def head(row: int) -> Floats:
        if row not in places:
            above = plan.above[row]
            if above == ALONE:
                raise ValueError(f"{plan.bones[row]} hangs on nothing that moves")
            places[row] = head(above) + rotate(turn(above), plan.offset_m[row]) + plan.still_m[row]
        return places[row]

    return np.stack([head(plan.main[joint]) for joint in joints], axis=1)


def _one_turn(plan: Plan, pose: Pose, offsets_m: Floats, row: int) -> Floats:
    last = one_row(pose.turns, offsets_m, plan.last_row[row])
    if plan.first_row[row] == plan.last_row[row] or plan.share[row] >= 1:
        return last
    return slerp(one_row(pose.turns, offsets_m, plan.first_row[row]), last, plan.share[row])
