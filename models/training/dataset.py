"""Windows of real motion for training: drawn at random, turned to the head's heading, mirrored, sped up or slowed.

Holds the global 6D rotations of all clips in one tensor; a batch is one gather. They may lie on a GPU, where windows
are drawn as well: a processor draws some thousand a second, a GPU trains on ten times as many.
"""
from __future__ import annotations

import copy
from collections import deque
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from models.kinematics.forward import local_to_global
from models.kinematics.rotations import matrix_to_sixd, sixd_to_matrix, xyzw_to_matrix
from models.training.widen import WidenConfig, widen
from models.training.windows import Windows as Windows
from models.training.windows import mirror as mirror

RATE_HZ = 60.0


@dataclass(frozen=True)
class Clip:
    """One motion at RATE_HZ. floor is False where Y = 0 is no floor under the feet (climbing, terrain)."""

    local_xyzw: Tensor  # (T, 22, 4)
    root: Tensor  # (T, 3) metres
    offsets: Tensor  # (22, 3) metres
    source: str
    floor: bool = True
    name: str = ""
    action: str = ""  # what is done, where the source says


@dataclass(frozen=True)
class WindowConfig:
    """How windows are drawn."""

    frames: int = 41
    mirror: float = 0.5  # share mirrored
    speed_share: float = 0.5  # share played at another speed
    slowest: float = 0.8
    fastest: float = 1.25
    source_power: float = 0.7  # a source of n frames is drawn with weight n ** power, so that small ones are heard
    action_power: float = 1.0  # the same for actions within a source; 1: as often as they were recorded
    widen: WidenConfig = field(default_factory=WidenConfig)


class WindowSet:
    """Random windows out of many clips."""

    def __init__(self, clips: Sequence[Clip], config: WindowConfig, seed: int = 0) -> None:
        self.config = config
        self.reach = int(config.frames * config.fastest) + 2
        kept = [clip for clip in clips if len(clip.root) >= self.reach]
        if not kept:
            raise ValueError(f"no clip has the {self.reach} frames a window needs; got {len(clips)} clips")
        self.sixd = torch.cat([_global_sixd(clip) for clip in kept])
        self.root = torch.cat([clip.root for clip in kept])
        self.offsets = torch.stack([clip.offsets for clip in kept])
        self.floor = torch.tensor([clip.floor for clip in kept])
        lengths = torch.tensor([len(clip.root) for clip in kept])
        self.starts = lengths.cumsum(0) - lengths
        self.room = lengths - self.reach + 1
        self.weights = _clip_weights(kept, self.room.double(), config)
        self.random = torch.Generator().manual_seed(seed)
        self.drawn: deque[Any] = deque()  # what was drawn ahead of its turn, see step.py

    def to(self, device: torch.device) -> WindowSet:
        """The same windows, drawn on a device; another kind of device draws others from the same seed."""
        moved, seed = copy.copy(self), self.random.initial_seed()
        moved.drawn = deque()
        for name in ("sixd", "root", "offsets", "floor", "starts", "room", "weights"):
            setattr(moved, name, getattr(self, name).to(device))
        moved.random = torch.Generator(device).manual_seed(seed)
        return moved

    @property
    def device(self) -> torch.device:
        return self.random.device

    @property
    def count(self) -> int:
        """Different windows, as they were recorded."""
        return int(self.room.sum())

    def draw(self, count: int) -> Windows:
        """`count` augmented windows."""
        with self.device:
            return self._draw(count)

    def _draw(self, count: int) -> Windows:
        clip = torch.multinomial(self.weights, count, replacement=True, generator=self.random)
        start = self.starts[clip] + (self._uniform(count) * self.room[clip]).long()
        at = start[:, None] + torch.arange(self.config.frames) * self._speeds(count)[:, None]
        before = at.long()
        share = (at - before).float()
        sixd = torch.lerp(self.sixd[before], self.sixd[before + 1], share[..., None, None])
        root = torch.lerp(self.root[before], self.root[before + 1], share.unsqueeze(-1))
        windows = Windows(sixd_to_matrix(sixd), root, self.offsets[clip], self.floor[clip])
        windows = mirror(windows, self._uniform(count) < self.config.mirror)
        return widen(windows, self.config.widen, self.random)

    def _uniform(self, count: int) -> Tensor:
        return torch.rand(count, generator=self.random, dtype=torch.float64)

    def _speeds(self, count: int) -> Tensor:
        low, high = self.config.slowest, self.config.fastest
        varied = low * (high / low) ** self._uniform(count)
        return torch.where(self._uniform(count) < self.config.speed_share, varied, torch.ones_like(varied))


def _global_sixd(clip: Clip) -> Tensor:
    return matrix_to_sixd(local_to_global(xyzw_to_matrix(clip.local_xyzw)))


def _clip_weights(clips: Sequence[Clip], room: Tensor, config: WindowConfig) -> Tensor:
    """Each source's windows share the weight (its windows) ** power; within it each action's do so again."""
    acted = room * _totals([(clip.source, clip.action) for clip in clips], room) ** (config.action_power - 1)
    sources = [clip.source for clip in clips]
    total = _totals(sources, room)
    return acted * (total / _totals(sources, acted)) * total ** (config.source_power - 1)


def _totals(groups: Sequence[Hashable], values: Tensor) -> Tensor:
    """The sum of the values of each one's group, at each one."""
    totals: dict[Hashable, float] = {}
    for group, value in zip(groups, values.tolist(), strict=True):
        totals[group] = totals.get(group, 0.0) + value
    return torch.tensor([totals[group] for group in groups], dtype=values.dtype)
