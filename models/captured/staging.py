"""What a tick sends to the device and fetches from it: one copy each way, through memory that the device can reach."""
from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from models.body import Readings
from models.kinematics.skeleton import JOINT_COUNT

TOLD_WIDTH = 3 + 6 * JOINT_COUNT  # root, local xyzw rotations, confidence, whether measured
FIELDS = ("now_s", "rows", "positions", "xyzw", "position_known", "rotation_known")


@dataclass(frozen=True)
class Asked:
    """What B sessions ask: windows of readings, their times, and the rows of the sessions' state."""

    now_s: Any  # (B,) float64
    rows: Any  # (B,) int64
    positions: Any  # (B, T, M, 3) float32
    xyzw: Any  # (B, T, M, 4) float32
    position_known: Any  # (B, T, M) bool
    rotation_known: Any  # (B, T, M) bool

    @property
    def windows(self) -> Readings:
        return Readings(self.positions, self.xyzw, self.position_known, self.rotation_known)


class Staging:
    """Of `size` sessions with windows of `frames` readings of `trackers`. """

    def __init__(self, size: int, frames: int, trackers: int, device: torch.device, spare: int) -> None:
        """Until it is filled it asks for the state in row `spare`."""
        window, pinned = (size, frames, trackers), device.type == "cuda"
        shapes = [(size,), (size,), (*window, 3), (*window, 4), window, window]
        kinds = [torch.float64, torch.int64, torch.float32, torch.float32, torch.bool, torch.bool]
        layout = list(zip(shapes, kinds, strict=True))
        count = sum(math.prod(shape) * kind.itemsize for shape, kind in layout)
        self._sent = torch.zeros(count, dtype=torch.uint8, pin_memory=pinned)
        self._received = torch.zeros(count, dtype=torch.uint8, device=device)
        self.asked = Asked(*(_parts(self._received, layout)))
        self._filled = Asked(*_parts(self._sent, layout))
        self.told = torch.zeros(size, TOLD_WIDTH + 1, device=device)  # the last column: whether a branch was needed
        self._fetched = torch.zeros(size, TOLD_WIDTH + 1, pin_memory=pinned)

        self._spare = spare
        self.asked.rows.fill_(spare)

    def fill(self, asked: Asked, which: NDArray[np.intp] | slice) -> None:
        """With those of many that are asked; the rest asks for the spare row's state. All of torch's threads copy."""
        count = 0
        for name in FIELDS:
            values = torch.from_numpy(getattr(asked, name)[which])
            count = len(values)
            getattr(self._filled, name)[:count].copy_(values)
        self._filled.rows[count:] = self._spare

    def send(self) -> None:
        self._received.copy_(self._sent, non_blocking=True)

    def fetch(self) -> NDArray[np.float32]:
        """(size, TOLD_WIDTH + 1), once the device is done; overwritten by the next."""
        self._fetched.copy_(self.told, non_blocking=True)
        if self.told.is_cuda:
            torch.cuda.current_stream(self.told.device).synchronize()
        return self._fetched.numpy()


def _parts(memory: Tensor, layout: list[tuple[tuple[int, ...], torch.dtype]]) -> list[Tensor]:
    """Arrays one after the other in memory, the widest numbers first."""
    parts, begin = [], 0
    for shape, kind in layout:
        end = begin + math.prod(shape) * kind.itemsize
        parts.append(memory[begin:end].view(kind).view(shape))
        begin = end
    return parts
