"""Feet that stand stay where they stand.

Over a span in which the solved body's toes are planted, the rig's toe base is held at one place, the mean of where it
was, by bending the leg; the foot keeps its rotation. Before and after a span the correction fades. Where a leg is too
short for it the hips come down a little. What is locked already is left as it is.
"""
from __future__ import annotations

from dataclasses import replace

import numpy as np

from .contacts import Spans
from .limbs import LEGS, Limb, limb_places, move_end
from .motion import JOINT_INDEX, leg_length
from .plan import Plan
from .pose import Pose
from .rotations import Floats, rotate
from .two_bone import AT_TARGET_M, stretched_length

FADE_S = 0.2
CALM = 0.995  # of a leg: no held foot is farther from its hip, since a nearly straight knee runs away
HIPS_S = 0.2  # how long the hips take to come down


def lock_feet(plan: Plan, pose: Pose, offsets_m: Floats, planted: tuple[Spans, Spans], rate_hz: float) -> Pose:
    """`planted`: of the left and the right foot."""
    ankles = [limb_places(plan, pose, offsets_m, leg)[2] for leg in LEGS]
    targets = [ankle + _correction(_toe(plan, pose, offsets_m, leg, ankle), spans, FADE_S * rate_hz)
               for leg, ankle, spans in zip(LEGS, ankles, planted, strict=True)]
    drop = np.max([_drop(plan, pose, offsets_m, *each) for each in zip(LEGS, targets, strict=True)], axis=0)
    lowered = replace(pose, hips_m=pose.hips_m - eased(drop, round(HIPS_S * rate_hz))[:, None] * [0, 1, 0])
    for leg, target in zip(LEGS, targets, strict=True):
        lowered = move_end(plan, lowered, offsets_m, leg, target)
    return lowered


def _toe(plan: Plan, pose: Pose, offsets_m: Floats, leg: Limb, ankle: Floats) -> Floats:
    """The toe base (T, 3); of a rig without toes where the solved body's would be on it."""
    name = leg.end.replace("ankle", "foot")
    foot = JOINT_INDEX[name]
    if name in plan.main and plan.above[plan.main[name]] == plan.main[leg.end]:
        offset = plan.offset_m[plan.main[name]]
    else:
        first, last = (np.linalg.norm(plan.offset_m[plan.main[part]]) for part in (leg.middle, leg.end))
        offset = offsets_m[foot] * (first + last) / leg_length(offsets_m)
    return ankle + rotate(pose.turns[:, JOINT_INDEX[leg.end]], offset)


def _correction(toe: Floats, spans: Spans, fade: float) -> Floats:
    """(T, 3) to add to the foot: constant toes within the spans, fading over `fade` frames around them."""
    total, weights = np.zeros_like(toe), np.zeros(len(toe))
    held = np.zeros(len(toe), dtype=bool)
    for start, end in spans:
        held[start:end] = True
    for start, end in spans:
        hold = toe[start:end].mean(axis=0)
        total[start:end] = hold - toe[start:end]
        first, last = max(0, start - int(fade)), min(len(toe), end + int(fade))
        around = np.concatenate([np.arange(first, start), np.arange(end, last)])
        around = around[~held[around]]
        edge = np.where(around < start, start, end - 1)
        weight = _smooth(1 - np.abs(around - edge) / (int(fade) + 1))
        total[around] += weight[:, None] * (hold - toe[edge])
        weights[around] += weight
    return np.asarray(total / np.maximum(weights, 1)[:, None])


def _drop(plan: Plan, pose: Pose, offsets_m: Floats, leg: Limb, target: Floats) -> Floats:
    """(T,) how far the hips must come down for the leg to reach."""
    start, middle, end = limb_places(plan, pose, offsets_m, leg)
    aside, above = np.linalg.norm((target - start)[:, [0, 2]], axis=-1), start[:, 1] - target[:, 1]
    reach = CALM * stretched_length(start, middle, end)
    asked = np.linalg.norm(target - end, axis=-1) >= AT_TARGET_M
    room = np.sqrt(np.maximum(reach**2 - aside**2, 0))
    return np.where(asked, np.maximum(above - room, 0), 0)


def eased(drop: Floats, half: int) -> Floats:
    """Nowhere less than asked, and no jumps: the most within `half` frames, then a running mean as wide."""
    if half < 1 or not drop.any():
        return drop
    window = 2 * half + 1
    padded = np.pad(drop, 2 * half, mode="edge")
    most = np.lib.stride_tricks.sliding_window_view(padded, window).max(axis=-1)
    return np.asarray(np.convolve(most, np.full(window, 1 / window), mode="valid"))


def _smooth(share: Floats) -> Floats:
    return np.asarray(share * share * (3 - 2 * share))
