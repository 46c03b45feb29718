"""Clips of different lengths side by side on a device."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from models.body import Body, Readings
from models.group import Group, group_of
from models.samplers.streaming import RATE_HZ
from models.swap import LOOKED_AT, can_be_swapped, evidence_of, in_other_hands, swap_signs_of, worn_swapped_each

Worn = tuple[Body, Readings]


@dataclass(frozen=True)
class Clips:
    """C clips of bodies of one kind; what is beyond a clip's end is its last frame again."""

    group: Group  # C bodies
    readings: Readings  # (C, T, M, ...)
    lengths: Tensor  # (C,) frames of each,
    frames: list[int]  # and the same on the host
    steady: list[bool]  # whether trackers neither come nor go

    @property
    def longest(self) -> int:
        return max(self.frames)


def clips_of(worn: Sequence[Worn], device: torch.device, unswap: bool) -> Clips:
    """The clips on a device; `unswap`: those that are overwhelmingly worn on the wrong hands as if on the right."""
    bodies, readings = [body for body, _ in worn], [part for _, part in worn]
    frames = [len(part) for part in readings]
    lengths = torch.tensor(frames, device=device)
    group = group_of(bodies).rows(torch.arange(len(worn), device=device))
    columns = zip(*(part.parts for part in readings), strict=True)
    padded = [pad_sequence(list(parts), batch_first=True).to(device) for parts in columns]
    stacked = Readings(*(held_from(part, lengths) for part in padded))
    known = [part.position_known for part in readings]
    steady = [bool((each == each[:1]).all()) for each in known]
    if unswap and can_be_swapped(group.joints):
        stacked = _unswapped(group, stacked, lengths)
    return Clips(group, stacked, lengths, frames, steady)


def held_from(values: Tensor, lengths: Tensor) -> Tensor:
    """(C, T, ...) with each row's last of so many entries (C,) in the place of all after it."""
    at = torch.arange(values.shape[1], device=values.device).minimum(lengths[:, None] - 1)
    return values[torch.arange(len(values), device=values.device)[:, None], at]


def _unswapped(group: Group, readings: Readings, lengths: Tensor) -> Readings:
    evidence = evidence_of(swap_signs_of(group, Readings(*(part[:, ::LOOKED_AT] for part in readings.parts))))
    at = LOOKED_AT * torch.arange(evidence.shape[1], device=evidence.device)
    wrong = worn_swapped_each(evidence * (at < lengths[:, None]), RATE_HZ / LOOKED_AT)
    pairs = zip(in_other_hands(group.joints, readings).parts, readings.parts, strict=True)
    return Readings(*(torch.where(wrong.view(-1, *[1] * (part.dim() - 1)), other, part) for other, part in pairs))
