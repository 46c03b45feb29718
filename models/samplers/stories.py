"""The longest story of gating.py for all windows and trackers at once, without a look at the data.

Frame after frame, each reading carries the story that ends with it as one number: how many readings it has, in which
frame it last had one (as the first of equals counts) and which frames are its own, one bit each. So the longest story
that may go on is the greatest number.
"""
from __future__ import annotations

import torch
from torch import Tensor

FRAMES_BITS, PLACE_BITS = 48, 6
MOST_FRAMES = FRAMES_BITS
ONE_MORE = 1 << (FRAMES_BITS + PLACE_BITS)


def longest_stories(values: Tensor, known: Tensor, jumps: Tensor, margin: Tensor, step: Tensor) -> Tensor:
    """Which readings (B, T, M, C) that are known (B, T, M) are in the longest story of their window and tracker,
    (B, T, M) bool.

    Args:
        jumps: (B, T, M) where a stretch begins.
        margin: (B, M) what noise may add to a step.
        step: (M,) the longest step from frame to frame.
    """
    frames = known.shape[1]
    if frames > MOST_FRAMES:
        raise ValueError(f"a window of {frames} frames; up to {MOST_FRAMES} can be told apart")
    known, begins = known.mT, (jumps | (known & (known.cumsum(1) == 1))).mT  # (B, M, T)
    follows, last = _follows(values, known, begins, margin, step)
    ended = [torch.zeros_like(known[..., 0], dtype=torch.int64)]  # stories at the end of stretches, nothing at first
    now = ended[0]
    for frame in range(frames):
        before = (torch.stack(ended, -1) * follows[..., frame, : frame + 1]).amax(-1)
        now = torch.where(begins[..., frame], before, now)
        now = torch.where(known[..., frame], _with_reading(now, frame), now)
        ended.append(now * last[..., frame])
    best = torch.stack(ended, -1).amax(-1)
    bits = torch.arange(frames, device=best.device)
    return (((best[:, None] >> bits[:, None]) & 1) > 0) & known.mT


def _with_reading(story: Tensor, frame: int) -> Tensor:
    """A story with one reading more, of this frame."""
    kept = story & ~(((1 << PLACE_BITS) - 1) << FRAMES_BITS)
    return kept + (ONE_MORE + ((MOST_FRAMES - frame) << FRAMES_BITS) + (1 << frame))


def _follows(values: Tensor, known: Tensor, begins: Tensor, margin: Tensor, step: Tensor) -> tuple[Tensor, Tensor]:
    """(B, M, T, 1 + T): whether a stretch that begins in a frame may follow one that ended in another, the first column
    for none; (B, M, T): where stretches end."""
    frames = known.shape[-1]
    at = torch.arange(frames, device=known.device)
    stretch = begins.cumsum(-1)
    seen = known.cumsum(-1)
    next_begins = torch.cat([begins[..., 1:], torch.zeros_like(begins[..., :1])], -1)  # a jump is from the frame before
    last = known & (next_begins | (seen == seen[..., -1:]))
    by_tracker = values.transpose(1, 2)
    apart = torch.linalg.vector_norm(by_tracker[:, :, :, None] - by_tracker[:, :, None], dim=-1)
    near = apart <= step[:, None, None] * (at[:, None] - at).clamp(min=0) + margin[..., None, None]
    follows = last[:, :, None] & (stretch[:, :, None] <= stretch[..., None] - 2) & near
    return torch.cat([torch.zeros_like(follows[..., :1]), follows], -1), last

