"""Which readings a body cannot have made: teleports, bursts of outliers, whatever jumps.

Between one reading and the next a tracker's speed can change only so much. Where it changes more there is a jump, and
jumps cut the readings into stretches. The believable ones are the longest story: of all chains of stretches in which
each begins where the one before could have got to, the one of most readings. So an excursion is left out as soon as it
begins and the way back is believed at once; but a tracker that stays elsewhere is believed when that is the longer
story of the window.
"""
from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor

NOISES = 10.0  # a step changes by noise alone by less than so many sds of a component


@dataclass(frozen=True)
class Limits:
    """What bodies can do at 60 Hz; no reading of the training split does more."""

    step: float  # the fastest, per frame
    change: float  # of the step from one frame to the next


PLACE_LIMITS = Limits(0.25, 0.09)  # metres: 15 m/s, 320 m/s^2
TURN_LIMITS = Limits(0.9, 0.8)  # norm of two columns of a rotation matrix


def believable(values: Tensor, known: Tensor, sensor_sd: Tensor, limits: tuple[Limits, ...]) -> Tensor:
    """Which of the values (B, T, M, C) that are known (B, T, M) a body could have made; sensor_sd (B, M), limits M."""
    margin = NOISES * sensor_sd
    jumps = _jumps(values, known, margin, limits)
    if not jumps.any():
        return known
    kept = known.clone()
    for window, tracker in jumps.any(1).nonzero().tolist():
        at = known[window, :, tracker].nonzero().flatten()
        cut = jumps[window, :, tracker][at].tolist()
        story = _longest_story(values[window, at, tracker], at, cut, float(margin[window, tracker]), limits[tracker])
        kept[window, :, tracker] = False
        kept[window, at[story], tracker] = True
    return kept


def _jumps(values: Tensor, known: Tensor, margin: Tensor, limits: tuple[Limits, ...]) -> Tensor:
    """Where readings jump from the frame before, (B, T, M)."""
    pair = known[:, 1:] & known[:, :-1]
    moved = torch.linalg.vector_norm(values.diff(dim=1), dim=-1)
    step = torch.where(pair, moved, torch.inf)  # an unknown neighbour forbids nothing
    nothing = torch.full_like(step[:, :1], torch.inf)
    before, after = torch.cat([nothing, step[:, :-1]], 1), torch.cat([step[:, 1:], nothing], 1)
    fastest, change = _of_each(limits)
    allowed = torch.minimum(torch.minimum(before, after), fastest) + change + margin.unsqueeze(1)
    jumped = pair & (step > allowed)
    return torch.cat([torch.zeros_like(jumped[:, :1]), jumped], 1)


@lru_cache(maxsize=32)
def _of_each(limits: tuple[Limits, ...]) -> tuple[Tensor, Tensor]:
    """The fastest step and its greatest change, (M,) both."""
    fastest, change = torch.tensor([(limit.step, limit.change) for limit in limits]).T
    return fastest, change


def _longest_story(values: Tensor, at: Tensor, cut: list[bool], margin: float, limits: Limits) -> Tensor:
    """Which of N readings (N, C) at frames (N,) are in the longest story, (N,) bool; cut: whether each jumps."""
    firsts = [index for index, jumps in enumerate(cut) if jumps or index == 0]
    lasts = [first - 1 for first in firsts[1:]] + [len(cut) - 1]
    lengths: list[int] = []
    came_from: list[int] = []
    for there, first in enumerate(firsts):
        best, origin = 0, -1
        for here in range(there - 1):  # the stretch just before is a jump away
            gap = float(at[first] - at[lasts[here]])
            apart = float((values[first] - values[lasts[here]]).norm())
            if lengths[here] > best and apart <= limits.step * gap + margin:
                best, origin = lengths[here], here
        lengths.append(best + lasts[there] - first + 1)
        came_from.append(origin)
    told = torch.zeros(len(cut), dtype=torch.bool)
    stretch = max(range(len(lengths)), key=lambda index: lengths[index])
    while stretch >= 0:
        told[firsts[stretch] : lasts[stretch] + 1] = True
        stretch = came_from[stretch]
    return told
