"""Windows: they cover, and equal ones overlap to themselves."""
from __future__ import annotations

from itertools import pairwise

import pytest
import torch

from models.samplers.windows import OverlapSum, blend_weights, hold_ends, window_starts


@pytest.mark.parametrize("stride", [1, 7, 10, 20, 41])
@pytest.mark.parametrize("frames", [1, 40, 41, 42, 61, 100, 401])
def test_starts_cover_every_frame(frames: int, stride: int) -> None:
    starts = window_starts(frames, 41, stride)
    covered = {frame for start in starts for frame in range(start, start + 41)}
    assert set(range(frames)) <= covered
    assert starts == sorted(set(starts)) and starts[0] == 0
    assert starts[-1] + 41 == max(frames, 41)
    assert all(later - earlier <= stride for earlier, later in pairwise(starts))


def test_the_last_value_is_held() -> None:
    values = torch.arange(6.0).reshape(3, 2)
    assert torch.equal(hold_ends(values, 5), torch.cat([values, values[-1:], values[-1:]]))
    assert hold_ends(values, 3) is values and hold_ends(values, 1) is values


@pytest.mark.parametrize("frames", [41, 42, 130])
def test_windows_cut_from_a_sequence_overlap_to_it(frames: int) -> None:
    sequence = torch.randn(frames, 4)
    blended = OverlapSum(frames, 4, 41)
    for start in window_starts(frames, 41, 10):
        blended.add(start, sequence[start : start + 41])
    torch.testing.assert_close(blended.mean(), sequence, atol=1e-5, rtol=0)


def test_the_middle_of_a_window_counts_most() -> None:
    weights = blend_weights(41)
    assert weights.argmax() == 20 and (weights > 0).all()
    torch.testing.assert_close(weights, weights.flip(0))
    blended = OverlapSum(51, 1, 41)
    blended.add(0, torch.zeros(41, 1))
    blended.add(10, torch.ones(41, 1))
    mean = blended.mean().squeeze(-1)
    assert (mean[:10] == 0).all() and (mean[41:] == 1).all()
    assert (mean[10:41].diff() > 0).all()
