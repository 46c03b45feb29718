"""Bodies move below about 9 Hz: what a network adds above is jitter, taken out along the frames of a window."""
from __future__ import annotations

import math
from functools import lru_cache

import torch
from torch import Tensor

from models.kinematics.arrays import Array, alike


@lru_cache(maxsize=16)
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


@lru_cache(maxsize=16)
def _kernel(keep_hz: float, stop_hz: float, rate_hz: float) -> Tensor:
    """A windowed sinc of odd length with unit sum."""
    half = math.ceil(2 * rate_hz / (stop_hz - keep_hz) / 2)
    at = torch.arange(-half, half + 1, dtype=torch.float64)
    sinc = torch.sinc((keep_hz + stop_hz) / rate_hz * at)
    kernel = sinc * torch.hann_window(2 * half + 3, periodic=False, dtype=torch.float64)[1:-1]
    return (kernel / kernel.sum()).float()


def smooth_sequence(values: Tensor, keep_hz: float, stop_hz: float, rate_hz: float = 60.0) -> Tensor:
    """Low-pass (T, ...) along a whole sequence; the ends are mirrored through their end point, so trends survive."""
    kernel = _kernel(keep_hz, stop_hz, rate_hz).to(values)
    reach = min(len(kernel) // 2, len(values) - 1)
    kernel = kernel[len(kernel) // 2 - reach : len(kernel) // 2 + reach + 1]
    flat = values.reshape(len(values), -1)
    before = 2 * flat[:1] - flat[1 : reach + 1].flip(0)
    after = 2 * flat[-1:] - flat[-reach - 1 : -1].flip(0)
    padded = torch.cat([before, flat, after]).T.unsqueeze(1)
    smooth = torch.nn.functional.conv1d(padded, (kernel / kernel.sum()).view(1, 1, -1))
    return smooth.squeeze(1).T.reshape_as(values)


def smooth_piece(values: Tensor, piece: slice, keep_hz: float, stop_hz: float, rate_hz: float = 60.0) -> Tensor:
    """A piece of the smoothed sequence, without smoothing more of it than that takes."""
    reach = len(_kernel(keep_hz, stop_hz, rate_hz)) // 2
    first = max(0, piece.start - reach)
    smooth = smooth_sequence(values[first : piece.stop + reach], keep_hz, stop_hz, rate_hz)
    return smooth[piece.start - first : piece.stop - first]
