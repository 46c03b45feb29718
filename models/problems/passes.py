"""Passes of the prior over a whole sequence: what it makes of a motion that is believed so far, window by window."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch

from models.guess import GUESS_WIDTH, Guess, guess_from_columns, guess_to_columns
from models.kinematics.rotations import matrix_to_sixd
from models.prior.denoiser import make_guesser
from models.problems.known import Known, cues_of
from models.samplers.windows import OverlapSum, window_starts
from models.solver import Solver


@dataclass(frozen=True)
class PassConfig:
    """How windows are laid."""

    stride: int = 20  # frames between windows
    batch: int = 16
    both_ways: bool = True  # ask about a sequence's mirror image too


def look(
    solver: Solver, known: Known, level: float, config: PassConfig, report: Callable[[float], None] = lambda done: None
) -> Guess:
    """What the prior says of a sequence that is as noisy as `level` says where it is not known: (T, ...), blended.

    A window counts the more the surer it is of a frame: one that has a known frame in it knows more than its neighbour.
    A sequence shorter than a window is held at its end.
    """
    window, frames = solver.prior.config.frames, len(known)
    starts = window_starts(frames, window, config.stride)
    whole = OverlapSum(max(frames, window), GUESS_WIDTH + 1, window)
    poses = matrix_to_sixd(known.rotations).flatten(-2)
    for first in range(0, len(starts), config.batch):
        batch = starts[first : first + config.batch]
        cut = (torch.tensor(batch)[:, None] + torch.arange(window)).clamp(max=frames - 1)
        guesser = make_guesser(solver.forward, solver.prior.statistics, cues_of(known, cut), config.both_ways)
        guess = guesser(poses[cut], level)
        sure = 1 / guess.joint_sd.square().mean(-1, keepdim=True).cpu()
        whole.add_all(batch, torch.cat([sure * guess_to_columns(guess).cpu(), sure], -1))
        report(min(first + config.batch, len(starts)) / len(starts))
    said = whole.mean()[:frames]
    return guess_from_columns(said[:, :-1] / said[:, -1:])
