"""Two-bone inverse kinematics in closed form: a limb's end to a point, in the plane it bends in already."""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .rotations import Floats, between, rotate, unit

STRAIGHT = 0.04  # of the limb's length: a middle joint nearer to the line than this says little about its plane
REACH = 0.9995  # of the limb's length: never quite straight, so the middle joint keeps a side
AT_TARGET_M = 1e-9


@dataclass(frozen=True)
class LimbTurns:
    """World turns to put before those of the limb's two bones, (T, 4) each."""

    upper: Floats
    lower: Floats


def bend_to(start: Floats, middle: Floats, end: Floats, target: Floats, towards: Floats) -> LimbTurns:
    """Places (T, 3) of a limb's joints -> the turns that take its end to the target, or as near as it reaches.

    `towards` (T, 3): where the middle joint points if the limb is straight. A limb that is at its target is left
    alone. The turns are the shortest, so each bone keeps its twist.
    """
    upper, lower = middle - start, end - middle
    new_middle, new_end = _bent(start, middle, end, target, towards)
    there = np.linalg.norm(target - end, axis=-1, keepdims=True) < AT_TARGET_M
    new_upper = np.where(there, upper, new_middle - start)
    new_lower = np.where(there, lower, new_end - new_middle)
    return LimbTurns(between(upper, new_upper), between(lower, new_lower))


def stretched_length(start: Floats, middle: Floats, end: Floats) -> Floats:
    """(T,) from start to end if the limb were straight, metres."""
    return np.asarray(np.linalg.norm(middle - start, axis=-1) + np.linalg.norm(end - middle, axis=-1))


def _bent(start: Floats, middle: Floats, end: Floats, target: Floats, towards: Floats) -> tuple[Floats, Floats]:
    first = np.linalg.norm(middle - start, axis=-1, keepdims=True)
    second = np.linalg.norm(end - middle, axis=-1, keepdims=True)
    line, away = unit(target - start), np.linalg.norm(target - start, axis=-1, keepdims=True)
    far = np.clip(away, np.abs(first - second) + 1e-6, REACH * (first + second))
    side = _side(start, middle, end, target, towards)
    along = (first**2 - second**2 + far**2) / (2 * far)
    across = np.sqrt(np.maximum(first**2 - along**2, 0))
    return start + along * line + across * side, start + far * line


def _side(start: Floats, middle: Floats, end: Floats, target: Floats, towards: Floats) -> Floats:
    """Where the middle joint bends to, across the line to the target: as it did, carried with the line."""
    old_line, new_line = unit(end - start), unit(target - start)
    bent = (middle - start) - np.sum((middle - start) * old_line, axis=-1, keepdims=True) * old_line
    length = stretched_length(start, middle, end)[..., None]
    doubt = np.clip(1 - np.linalg.norm(bent, axis=-1, keepdims=True) / (STRAIGHT * length), 0, 1)
    mixed = bent + doubt**2 * STRAIGHT * length * unit(towards)
    carried = rotate(between(old_line, new_line), mixed)
    return unit(carried - np.sum(carried * new_line, axis=-1, keepdims=True) * new_line)
