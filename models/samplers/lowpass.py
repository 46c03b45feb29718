"""Bodies move below about 9 Hz: what a network adds above is jitter, taken out along the frames of a window."""
from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor

from models.kinematics.arrays import Array, alike

BLOCK = 60  # frames of clips that are smoothed by one matrix: a multiple of what is taken, and of what is given


@lru_cache(maxsize=16)
@torch.inference_mode(False)  # it is kept, and may be needed where there are gradients
def window_lowpass(frames: int, keep_hz: float, stop_hz: float, rate_hz: float) -> Tensor:
    """(frames, frames): keeps cosine components up to keep_hz, none from stop_hz on, a cosine taper between."""
    order = torch.arange(frames, dtype=torch.float64)
    basis = torch.cos(math.pi * (order[None] + 0.5) * order[:, None] / frames) * math.sqrt(2 / frames)
    basis[0] /= math.sqrt(2)
    frequency = order * rate_hz / (2 * frames)
    share = ((frequency - keep_hz) / (stop_hz - keep_hz)).clamp(0, 1)
    gain = (1 + torch.cos(math.pi * share)) / 2
    return (basis.T @ (gain[:, None] * basis)).float()


def smooth_window(values: Array, keep_hz: float, stop_hz: float, rate_hz: float = 60.0) -> Array:
    """Low-pass (B, T, ...) along T."""
    matrix = alike(window_lowpass(values.shape[1], keep_hz, stop_hz, rate_hz), values)
    return (matrix @ values.reshape(*values.shape[:2], -1)).reshape(values.shape)


def smooth_newest(values: Array, keep_hz: float, stop_hz: float, rate_hz: float = 60.0) -> Array:
    """The last frame alone of what `smooth_window` makes of (B, T, C): (B, 1, C)."""
    return alike(window_lowpass(values.shape[1], keep_hz, stop_hz, rate_hz), values)[-1:] @ values


@dataclass(frozen=True)
class _Cut:
    """A stretch of every `taken`-th frame, of which every `given`-th is wanted smooth."""

    inputs: int
    taken: int
    first: int  # frames from the stretch's first to the first that is wanted
    outputs: int
    given: int
    begins: bool  # whether the sequence begins here,
    ends: bool  # and ends here


def smooth_piece(
    values: Tensor, piece: slice, keep_hz: float, stop_hz: float, rate_hz: float = 60.0, taken: int = 1
) -> Tensor:
    """A piece of a long sequence, smooth, without more of the sequence than that takes.

    The ends of the sequence are mirrored through their end points, so that trends survive.

    Args:
        values: (N, ...) every `taken`-th frame of the sequence, from its first on.
        piece: the frames that are answered; begins at a multiple of `taken`, and has a step if not all are wanted.
    """
    reach = _half(keep_hz, stop_hz, rate_hz) // taken + 1
    first, last = max(0, piece.start // taken - reach), min(len(values), -(-piece.stop // taken) + reach)
    wanted = range(piece.start, piece.stop, piece.step or 1)
    begins, ends = first == 0, last == len(values)
    cut = _Cut(last - first, taken, piece.start - first * taken, len(wanted), wanted.step, begins, ends)
    near = values[first:last]
    smooth = alike(_smoother(cut, keep_hz, stop_hz, rate_hz), near) @ near.reshape(len(near), -1)
    return smooth.reshape(-1, *values.shape[1:])


@dataclass(frozen=True)
class Clips:
    """How C clips of different lengths are smoothed at once: those of which more than two thirds of a second is there.

    Each is cut into blocks that are all smoothed by one matrix; beyond its ends it is mirrored as in smooth_piece.
    """

    keep_hz: float
    stop_hz: float
    taken: int = 1  # every so manieth frame is there,
    given: int = 1  # and every so manieth wanted

    def smooth(self, values: Tensor, lengths: Tensor, wanted: int) -> Tensor:
        """(C, wanted, ...) of values (C, N, ...), of which the first (C,) are there; the others count nothing."""
        inner, count = values.flatten(2), len(values)
        ends, first = (lengths - 1)[:, None], torch.zeros_like(lengths)[:, None]
        reach = _half(self.keep_hz, self.stop_hz, 60.0) // self.taken + 1
        step, blocks = BLOCK // self.taken, -(-wanted * self.given // BLOCK)
        at = torch.arange(-reach, blocks * step + reach, device=values.device)
        folded = torch.where(at < 0, -at, torch.where(at > ends, 2 * ends - at, at))
        edge, outside = torch.where(at < 0, first, ends), (at < 0) | (at > ends)
        who = torch.arange(count, device=values.device)[:, None]
        near = inner[who, folded.clamp(min=0).minimum(ends)]
        near = torch.where(outside[..., None], 2 * inner[who, edge] - near, near)
        pieces = near.unfold(1, step + 2 * reach, step) @ self._matrix(reach, values).mT  # (C, blocks, K, outputs)
        return pieces.mT.reshape(count, -1, inner.shape[-1])[:, :wanted].reshape(count, wanted, *values.shape[2:])

    def _matrix(self, reach: int, like: Tensor) -> Tensor:
        """(outputs, inputs) of a block that neither begins a clip nor ends it."""
        outputs, inputs = BLOCK // self.given, BLOCK // self.taken + 2 * reach
        cut = _Cut(inputs, self.taken, reach * self.taken, outputs, self.given, begins=False, ends=False)
        return alike(_smoother(cut, self.keep_hz, self.stop_hz, 60.0), like)


def _half(keep_hz: float, stop_hz: float, rate_hz: float) -> int:
    """How many frames to either side count."""
    return math.ceil(rate_hz / (stop_hz - keep_hz))


@lru_cache(maxsize=32)
@torch.inference_mode(False)  # see above
def _smoother(cut: _Cut, keep_hz: float, stop_hz: float, rate_hz: float) -> Tensor:
    """(outputs, inputs): a windowed sinc of unit sum about each frame that is wanted."""
    half = _half(keep_hz, stop_hz, rate_hz)
    reach = min(half // cut.taken + 1, cut.inputs - 1)
    at = torch.arange(-reach, cut.inputs + reach)
    there = (cut.begins | (at >= 0)) & (cut.ends | (at < cut.inputs))
    away = ((cut.first + cut.given * torch.arange(cut.outputs))[:, None] - cut.taken * at).abs()
    shares = _shares(min(half, reach * cut.taken), half, (keep_hz + stop_hz) / rate_hz)
    kernel = shares[away.clamp(max=len(shares) - 1)] * there
    kernel = kernel / kernel.sum(1, keepdim=True)
    before, inside, after = kernel.split([reach, cut.inputs, reach], dim=1)
    inside[:, 0] += 2 * before.sum(1)
    inside[:, -1] += 2 * after.sum(1)
    inside[:, 1 : reach + 1] -= before.flip(1)
    inside[:, cut.inputs - 1 - reach : cut.inputs - 1] -= after.flip(1)
    return inside.float()


def _shares(last: int, half: int, per_frame: float) -> Tensor:
    """What a frame counts that is so many away: one for each until the last that does, and nothing for those beyond."""
    away = torch.arange(last + 2, dtype=torch.float64)
    window = (1 + torch.cos(math.pi * away / (half + 1))) * (away <= last)
    return torch.sinc(per_frame * away) * window
