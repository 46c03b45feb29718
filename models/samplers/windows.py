"""A long sequence as overlapping windows, and back."""
from __future__ import annotations

import math

import torch
from torch import Tensor


def window_starts(frames: int, window: int, stride: int) -> list[int]:
    """First frames of windows that cover `frames`, the last one flush with the end; [0] for a short sequence."""
    last = max(frames - window, 0)
    return sorted({*range(0, last + 1, stride), last})


def hold_ends(values: Tensor, frames: int) -> Tensor:
    """Repeat the last entry of (T, ...) until there are `frames`."""
    missing = frames - len(values)
    if missing <= 0:
        return values
    return torch.cat([values, values[-1:].expand(missing, *values.shape[1:])])


def blend_weights(window: int) -> Tensor:
    """(window,) in (0, 1]: a window is trusted most in its middle, where it sees both past and future."""
    at = (torch.arange(window) + 0.5) / window
    return torch.sin(math.pi * at).square() + 1e-3


class OverlapSum:
    """The weighted mean of windows laid over a sequence."""

    def __init__(self, frames: int, width: int, window: int) -> None:
        self.total = torch.zeros(frames, width)
        self.weight = torch.zeros(frames, 1)
        self.share = blend_weights(window)[:, None]

    def add(self, start: int, values: Tensor) -> None:
        """Add one window's (window, width) at `start`."""
        self.add_all([start], values[None])

    def add_all(self, starts: list[int], windows: Tensor) -> None:
        """Add windows (B, window, width), each at its start."""
        for start, values in zip(starts, self.share * windows.cpu(), strict=True):
            end = min(start + len(values), len(self.total))
            self.total[start:end] += values[: end - start]
            self.weight[start:end] += self.share[: end - start]

    def mean(self) -> Tensor:
        """(frames, width), in place of what was added: a long sequence is held once."""
        return self.total.div_(self.weight)
