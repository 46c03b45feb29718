"""What was measured of each clip, and what is said of many: means weighted by frames, 95 % intervals over clips."""
from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor

RESAMPLED, BOOTSTRAP_SEED = 2000, 0
LEVEL = (0.025, 0.975)
LARGEST = "return_jump_cm"  # of this metric, live or not, the largest of all clips is told and not the mean


@dataclass(frozen=True)
class Record:
    """One clip, solved by one method under one case."""

    source: str
    group: str  # of actions
    frames: int
    values: dict[str, float]
    joints_cm: Tensor  # (22,)


Key = Callable[[Record], str]


def means(records: Sequence[Record]) -> dict[str, float]:
    """Every metric over clips, leaving out a clip's NaN."""
    return {name: _summary(name, *_column(records, name)) for name in records[0].values}


def intervals(records: Sequence[Record], names: Sequence[str]) -> dict[str, tuple[float, float]]:
    """95 % intervals of the means of some metrics: clips resampled, the same ones for every metric."""
    columns = [_column(records, name) for name in names]
    values, weights = (torch.stack(parts, dim=-1) for parts in zip(*columns, strict=True))
    spans = _interval(_ratio(_resampled(len(records)), values.nan_to_num() * weights, weights))
    return dict(zip(names, zip(*spans.tolist(), strict=True), strict=True))


def change(records: Sequence[Record], against: Sequence[Record], name: str) -> tuple[float, float, float]:
    """How much larger a mean is than another method's on the same clips, in percent, and its 95 % interval."""
    (ours, weights), (theirs, _) = _column(records, name), _column(against, name)
    counts = torch.cat([torch.ones(1, len(records), dtype=torch.float64), _resampled(len(records))])
    percent = 100 * (_ratio(counts, ours * weights, theirs * weights) - 1)
    low, high = _interval(percent[1:]).tolist()
    return float(percent[0]), low, high


def split_by(records: Sequence[Record], key: Key) -> dict[str, list[Record]]:
    """Records by what `key` says of them, in order of name."""
    return {name: [record for record in records if key(record) == name] for name in sorted({*map(key, records)})}


def joint_means(records: Sequence[Record]) -> list[float]:
    """Position error of each of the 22 joints, cm."""
    weights = torch.tensor([float(record.frames) for record in records])
    return ((torch.stack([record.joints_cm for record in records]) * weights[:, None]).sum(0) / weights.sum()).tolist()


def _column(records: Sequence[Record], name: str) -> tuple[Tensor, Tensor]:
    """A metric of every clip, (C,), and each clip's weight: its frames, or nothing where the metric is NaN."""
    values = torch.tensor([record.values[name] for record in records], dtype=torch.float64)
    frames = torch.tensor([record.frames for record in records], dtype=torch.float64)
    return values, torch.where(values.isnan(), 0.0, frames)


def _summary(name: str, values: Tensor, weights: Tensor) -> float:
    if not weights.any():
        return float("nan")
    if name.endswith(LARGEST):
        return float(values[~values.isnan()].max())
    return float((values.nan_to_num() * weights).sum() / weights.sum())


@lru_cache(maxsize=32)
def _resampled(clips: int) -> Tensor:
    """(RESAMPLED, C): how often each clip is drawn; not to be written to."""
    random = torch.Generator().manual_seed(BOOTSTRAP_SEED)
    drawn = torch.randint(clips, (RESAMPLED, clips), generator=random)
    ones = torch.ones(drawn.shape, dtype=torch.float64)
    return torch.zeros(RESAMPLED, clips, dtype=torch.float64).scatter_add_(1, drawn, ones)


def _ratio(counts: Tensor, above: Tensor, below: Tensor) -> Tensor:
    """Of sums over drawn clips, (R, ...) of (C, ...); NaN where nothing that is known was drawn."""
    return (counts @ above) / (counts @ below)


def _interval(values: Tensor) -> Tensor:
    """(R, ...) -> (2, ...)."""
    return torch.nanquantile(values, torch.tensor(LEVEL, dtype=torch.float64), dim=0)
