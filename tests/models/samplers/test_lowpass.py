"""The low-pass: what bodies do passes, what only networks do does not."""
from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from models.samplers.lowpass import Clips, smooth_piece, smooth_window, window_lowpass

Smooth = Callable[[Tensor], Tensor]


def window(values: Tensor) -> Tensor:
    return smooth_window(values[None], 6.0, 9.0)[0]


def sequence(values: Tensor) -> Tensor:
    return smooth_piece(values, slice(0, len(values)), 6.0, 9.0)


def sine(frequency_hz: float, frames: int, phase: float = 0.3) -> Tensor:
    return torch.sin(2 * math.pi * frequency_hz * torch.arange(frames) / 60 + phase)[:, None]


@pytest.mark.parametrize(("smooth", "frames"), [(window, 41), (sequence, 41), (sequence, 400), (sequence, 7)])
def test_a_constant_is_kept(smooth: Smooth, frames: int) -> None:
    values = torch.full((frames, 2), 3.0)
    torch.testing.assert_close(smooth(values), values, atol=1e-5, rtol=0)


def test_slow_motion_is_kept() -> None:
    torch.testing.assert_close(window(sine(1.0, 41)), sine(1.0, 41), atol=0.05, rtol=0)
    slow = sine(2.0, 300)
    torch.testing.assert_close(sequence(slow)[45:-45], slow[45:-45], atol=0.01, rtol=0)


@pytest.mark.parametrize("smooth", [window, sequence])
def test_a_20_hz_shake_is_killed(smooth: Smooth) -> None:
    frames = 41 if smooth is window else 300
    middle = slice(8, -8) if smooth is window else slice(45, -45)
    assert smooth(sine(20.0, frames))[middle].abs().max() < 0.05
    mixed = smooth(sine(1.0, frames) + sine(20.0, frames))
    torch.testing.assert_close(mixed[middle], sine(1.0, frames)[middle], atol=0.06, rtol=0)


def test_trends_survive_at_the_ends_of_a_sequence() -> None:
    line = torch.arange(200.0)[:, None] * 0.05 - 1
    torch.testing.assert_close(sequence(line), line, atol=1e-4, rtol=0)


@pytest.mark.parametrize("frames", [1, 2, 3, 10])
def test_any_length_will_do(frames: int) -> None:
    values = torch.randn(frames, 22, 6)
    assert sequence(values).shape == values.shape
    assert sequence(values).isfinite().all()


def test_the_window_s_filter_is_a_projection_of_what_it_keeps() -> None:
    matrix = window_lowpass(41, 6.0, 9.0, 60.0)
    torch.testing.assert_close(matrix, matrix.T)
    kept = torch.linalg.eigvalsh(matrix.double())
    assert kept.min() > -1e-6 and kept.max() < 1 + 1e-6
    assert int((kept > 0.999).sum()) == 9  # cosines up to 6 Hz: 0, 0.73, ... 5.85 Hz


@pytest.mark.parametrize("frames", [1, 15, 101, 130])
def test_pieces_are_of_the_whole(frames: int) -> None:
    values = torch.randn(frames, 4, 3, generator=torch.Generator().manual_seed(0))
    cuts = [slice(first, min(first + 25, frames)) for first in range(0, frames, 25)]
    pieces = [smooth_piece(values, cut, 6.0, 9.0) for cut in cuts]
    torch.testing.assert_close(torch.cat(pieces), sequence(values), atol=1e-6, rtol=0)


@pytest.mark.parametrize("frames", [61, 130])
def test_every_third_frame_of_a_piece_is_that_of_the_whole(frames: int) -> None:
    values = torch.randn(frames, 4, 3, generator=torch.Generator().manual_seed(0))
    cuts = [slice(first, min(first + 24, frames), 3) for first in range(0, frames, 24)]
    pieces = [smooth_piece(values, cut, 6.0, 9.0) for cut in cuts]
    torch.testing.assert_close(torch.cat(pieces), sequence(values)[::3], atol=1e-6, rtol=0)


@pytest.mark.parametrize("frames", [61, 130, 203])
def test_slow_motion_comes_back_whole_from_every_third_frame(frames: int) -> None:
    slow = sine(2.0, frames)
    cuts = [slice(first, min(first + 24, frames)) for first in range(0, frames, 24)]
    whole = torch.cat([smooth_piece(slow[::3], cut, 6.0, 9.0, taken=3) for cut in cuts])
    torch.testing.assert_close(whole[20:-20], slow[20:-20], atol=0.01, rtol=0)
    torch.testing.assert_close(whole, sequence(slow), atol=0.1, rtol=0)


@pytest.mark.parametrize(("taken", "given"), [(1, 1), (1, 3), (3, 1)])
def test_clips_are_smoothed_together_as_each_alone(taken: int, given: int) -> None:
    lengths, frames = (42, 130, 61, 43), 130
    values = torch.randn(4, -(-frames // taken), 2, 3, generator=torch.Generator().manual_seed(0))
    there = torch.tensor([-(-length // taken) for length in lengths])
    together = Clips(6.0, 9.0, taken, given).smooth(values, there, -(-frames // given))
    for clip, length in enumerate(lengths):
        alone = smooth_piece(values[clip, : there[clip]], slice(0, length, given), 6.0, 9.0, taken=taken)
        torch.testing.assert_close(together[clip, : len(alone)], alone, atol=1e-5, rtol=0)
