"""Live solving: the newest frame of each window, held together over time by what was said before.

A window solved afresh at every tick has no memory of its last answer, and the difference is jitter. Here the frames
that were already answered are blended back into the window before it is smoothed, so that the newest frame continues
them. Time is an argument; a session may run at any rate and pause.
"""
from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from models.samplers.handover import Handover
from models.samplers.steadying import Steadied

RATE_HZ = 60.0


@dataclass(frozen=True)
class StreamConfig:
    """How much the past holds the present."""

    blend: float = 0.8  # share of an answered frame's rotation that is the answer
    forget_s: float = 0.25  # an answer this far from a window's frame says nothing of it


@dataclass(frozen=True)
class History:
    """Recent answers of one session, oldest first."""

    times_s: Tensor  # (K,) float64
    sixd: Tensor  # (K, 132) 6D global rotations
    tracked: Tensor  # (K, N) where the trackers were taken to be, NaN where nobody knew
    handover: Handover | None = None  # of the last answer
    steadied: Steadied | None = None  # likewise

    @staticmethod
    def empty(tracked: int = 0) -> History:
        return History(torch.zeros(0, dtype=torch.float64), torch.zeros(0, 132), torch.zeros(0, tracked))

    def followed_by(self, time_s: float, sixd: Tensor, tracked: Tensor, keep: int = 64) -> History:
        """With one more answer; a clock that went backwards starts afresh."""
        backwards = len(self.times_s) > 0 and time_s <= float(self.times_s[-1])
        past = self if len(self.times_s) and not backwards else History.empty(len(tracked))
        return History(
            torch.cat([past.times_s, past.times_s.new_tensor([time_s])])[-keep:],
            torch.cat([past.sixd, sixd[None].cpu()])[-keep:],
            torch.cat([past.tracked, tracked[None].cpu()])[-keep:],
        )


def window_times(frames: int, newest_s: float) -> Tensor:
    """Times of a window's frames, (T,) float64 seconds."""
    return newest_s - torch.arange(frames - 1, -1, -1, dtype=torch.float64) / RATE_HZ


def recall(history: History, times_s: Tensor, config: StreamConfig) -> tuple[Tensor, Tensor]:
    """What was answered at `times_s` (T,): 6D rotations (T, 132) and how much they count (T,), 0 where nothing was."""
    if len(history.times_s) < 2:
        return torch.zeros(len(times_s), 132), torch.zeros(len(times_s))
    after = torch.searchsorted(history.times_s, times_s).clamp(1, len(history.times_s) - 1)
    earlier, later = history.times_s[after - 1], history.times_s[after]
    share = ((times_s - earlier) / (later - earlier)).clamp(0, 1).float()
    sixd = torch.lerp(history.sixd[after - 1], history.sixd[after], share[:, None])
    near = torch.minimum((times_s - earlier).abs(), (later - times_s).abs()) < config.forget_s
    inside = (times_s >= history.times_s[0] - 1e-6) & (times_s <= history.times_s[-1] + 1e-6)
    return sixd, config.blend * (near & inside).float()


def blend_history(clean: Tensor, histories: list[History], newest_s: list[float], config: StreamConfig) -> Tensor:
    """Put earlier answers back into windows (B, T, 132)."""
    frames = clean.shape[1]
    pairs = [recall(history, window_times(frames, at), config) for history, at in zip(histories, newest_s, strict=True)]
    sixd = torch.stack([pair[0] for pair in pairs]).to(clean)
    weight = torch.stack([pair[1] for pair in pairs]).to(clean)
    return torch.lerp(clean, sixd, weight.unsqueeze(-1))
