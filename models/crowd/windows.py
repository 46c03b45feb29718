"""All windows of many clips through the prior, and blended."""
from __future__ import annotations

import torch
from torch import Tensor

from models.body import Readings
from models.crowd.clips import Clips, held_from
from models.group import measured_by
from models.guess import GUESS_WIDTH, Guess, guess_from_columns, guess_to_columns
from models.samplers.sensing import SENSED_WIDTH, Sensed, from_columns, to_columns
from models.samplers.windows import blend_weights, window_starts
from models.solver import Solver


def blended(solver: Solver, clips: Clips, at_once: int) -> tuple[Guess, Sensed]:
    """What the prior says of the clips (C, T), by `at_once` windows together, and what their trackers mean."""
    device, window = clips.lengths.device, solver.prior.config.frames
    share = blend_weights(window).to(device)[:, None]
    width = GUESS_WIDTH + SENSED_WIDTH * len(clips.group.joints)
    total = torch.zeros(len(clips.frames) * clips.longest, width + 1, device=device)
    for who, first in zip(*(part.split(at_once) for part in _windows(solver, clips)), strict=True):
        at = first[:, None] + torch.arange(window, device=device)
        parts = (part[who[:, None], at] for part in clips.readings.parts)
        group = clips.group.rows(who)
        guess, sensed = solver.windows_of(group, measured_by(group, Readings(*parts)))
        columns = torch.cat([guess_to_columns(guess), to_columns(sensed)], -1)
        weighted = share * torch.nn.functional.pad(columns, (0, 1), value=1.0)
        total.index_add_(0, (who[:, None] * clips.longest + at).flatten(), weighted.flatten(0, 1))
    summed = held_from(total.unflatten(0, (len(clips.frames), -1)), clips.lengths)
    said, told = (summed[..., :-1] / summed[..., -1:]).split([GUESS_WIDTH, width - GUESS_WIDTH], dim=-1)
    raw = measured_by(clips.group, Readings(*(part[:, :1] for part in clips.readings.parts)))
    return guess_from_columns(said), from_columns(told, raw)


def _windows(solver: Solver, clips: Clips) -> tuple[Tensor, Tensor]:
    """Of all windows the clip and the first frame, (W,) both."""
    config, window = solver.config, solver.prior.config.frames
    starts = [window_starts(frames, window, config.stride if steady else config.stride_lost)
              for frames, steady in zip(clips.frames, clips.steady, strict=True)]
    who = [clip for clip, some in enumerate(starts) for _ in some]
    pairs = torch.tensor([who, [first for some in starts for first in some]], device=clips.lengths.device)
    return pairs[0], pairs[1]
