"""Feet that stand, see planted.py, of many clips at once: without a look at the data, wherever it is."""
from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from models.samplers.planted import DRIFT, FADE, FAST, FREE_SD, HELD_SD, LIKELY, REACH, SHORTEST, Stands

RATE_HZ = 60.0


@dataclass(frozen=True)
class _Stretches:
    """Runs of true values in a mask (n,), numbered; what is in none belongs to one more, the last."""

    number: Tensor  # (n,) of each entry's stretch
    first: Tensor  # (S,) entries of stretches before it
    count: Tensor  # (S,)

    @property
    def length(self) -> Tensor:
        """(n,) of each entry's stretch."""
        return self.count[self.number]

    def median(self, values: Tensor) -> Tensor:
        """Of values (n,) or (n, K) column by column, each entry's stretch's; of two in the middle the lower."""
        order = values.sort(dim=0, stable=True).indices
        by_stretch = self.number[order].sort(dim=0, stable=True).indices
        middle = self.first + (self.count - 1).clamp(min=0) // 2
        chosen = order.gather(0, by_stretch)[middle.clamp(max=len(values) - 1)]
        return values.gather(0, chosen)[self.number]


def find_all_stands(contact: Tensor, places: Tensor, lengths: Tensor) -> Stands:
    """As find_stands, of clips (C, T, 4) and (C, T, 4, 3), of which the first (C,) frames count."""
    frames, shape = contact.shape[1], contact.mT.shape
    at = torch.arange(frames, device=contact.device)
    likely = (contact > LIKELY) & (_speeds(places, lengths) < FAST) & (at < lengths[:, None])[..., None]
    there = likely.mT.reshape(-1)  # clip by clip, foot by foot, frame by frame
    runs = _stretches(likely.mT)
    stood, sure = places.transpose(1, 2).reshape(-1, 3), contact.mT.reshape(-1)
    place = runs.median(stood)
    strayed = runs.median((stood - place).norm(dim=-1)) / DRIFT
    held = there & (runs.length >= SHORTEST)
    sd = HELD_SD * (1 + strayed * strayed) / (sure * _fade(runs, there))
    found = torch.where(held[:, None], place, stood), held, torch.where(held, sd, FREE_SD)
    return Stands(*(part.reshape(*shape, *part.shape[1:]).transpose(1, 2) for part in found))


def _stretches(mask: Tensor) -> _Stretches:
    """Along the last axis of (..., T), which is then flattened."""
    begins = torch.cat([mask[..., :1], mask[..., 1:] & ~mask[..., :-1]], -1).reshape(-1)
    most = len(begins) // 2 + 1  # of any mask
    number = torch.where(mask.reshape(-1), begins.cumsum(0) - 1, most)
    count = torch.zeros(most + 1, dtype=torch.int64, device=mask.device)
    count = count.scatter_add(0, number, torch.ones_like(number))
    return _Stretches(number, count.cumsum(0) - count, count)


def _fade(runs: _Stretches, there: Tensor) -> Tensor:
    """(n,) in (0, 1] where a foot stands, see planted.py; elsewhere anything above zero."""
    place = there.cumsum(0) - 1 - runs.first[runs.number]
    return (torch.minimum(place, runs.length - 1 - place) + 1).clamp(1, FADE) / FADE


def _speeds(places: Tensor, lengths: Tensor) -> Tensor:
    """As forward.speeds, of clips (C, T, 4, 3) that end after (C,) frames."""
    at = torch.arange(places.shape[1], device=places.device)
    before = (at - REACH).clamp(min=0).minimum(lengths[:, None] - 1)
    after = (at + REACH).minimum(lengths[:, None] - 1)
    who = torch.arange(len(places), device=places.device)[:, None]
    ways = (places[who, after] - places[who, before]).norm(dim=-1)
    return ways * RATE_HZ / (after - before).clamp(min=1)[..., None]
