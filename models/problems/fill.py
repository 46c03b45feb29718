"""What is missing of a motion, from the prior: its guess, corrected by what it misses of what is known.

Where part of a body is known, the prior is asked what the rest does as if that were never seen, and what it misses
where the rest is known tells how it errs in between (habits.py). Where whole frames are missing it hears those that are
known, and its answer is asked about again at falling levels of noise, so that frames far from any known one hear of
those too.
"""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

import torch
from torch import Tensor

from models.guess import Guess
from models.kinematics.rotations import matrix_to_rotvec, matrix_to_sixd, rotvec_to_matrix, sixd_to_matrix
from models.problems.habits import HabitConfig, by_habit
from models.problems.interpolate import interpolated, interpolation_sd
from models.problems.known import Known
from models.problems.kriging import led_through, path_led_through
from models.problems.passes import PassConfig, look
from models.problems.root_path import RootConfig, root_path
from models.samplers.lowpass import smooth_piece
from models.samplers.schedules import NOTHING
from models.solver import Solver


@dataclass(frozen=True)
class FillConfig:
    """How what is missing is found. Chosen on the validation split."""

    levels: tuple[float, ...] = (NOTHING, 3.0)  # of noise, one pass each; of parts of a body only the first
    length_frames: float = 20.0  # over which errors are correlated, of whole frames
    trust_frames: float = 2.0  # a guess's said variance over this is what is weighed against interpolation
    habit: HabitConfig = field(default_factory=HabitConfig)  # of parts
    keep_hz: float = 4.0  # the band of what is found: all of it is kept below,
    stop_hz: float = 7.0  # nothing above
    windows: PassConfig = field(default_factory=PassConfig)
    root: RootConfig = field(default_factory=RootConfig)


@dataclass(frozen=True)
class Filled:
    """A motion without gaps."""

    rotations: Tensor  # (T, 22, 3, 3) global; what was known is as it was
    root: Tensor  # (T, 3) metres, likewise
    contact: Tensor  # (T, 4) probability that each of FEET stands


@torch.no_grad()
def fill(
    solver: Solver, known: Known, config: FillConfig | None = None, report: Callable[[float], None] = lambda done: None
) -> Filled:
    """The likeliest motion of which that is known; `report` is told the share of the work that is done."""
    config = config or FillConfig()
    start = interpolated(known)
    whole = (~known.rotation_known).all(1)
    levels = config.levels if whole.any() else config.levels[:1]
    now, contact = start, torch.zeros(len(known), 4)
    for number, level in enumerate(levels):
        told = _hidden(now, whole) if level == NOTHING else now
        guess = look(solver, told, level, config.windows, partial(_told, report, number, len(levels)))
        found = _found(guess, known, start, whole, config)
        anew = whole[:, None, None, None] | (number == 0)
        now = known.believed(torch.where(anew, found, now.rotations), start.root)
        contact = torch.where(anew[:, 0, 0], _contact(guess, contact), contact)
    sd = torch.where(known.root_known, 0.0, torch.inf)
    path = path_led_through(_smooth(start.root, config), known, config.length_frames)
    root = root_path(now.rotations, known.offsets, contact, path, sd, known.floor, config.root)
    return Filled(now.rotations, torch.where(known.root_known[:, None], known.root, root), contact)


def _smooth(values: Tensor, config: FillConfig) -> Tensor:
    return smooth_piece(values, slice(0, len(values)), config.keep_hz, config.stop_hz)


def _told(report: Callable[[float], None], number: int, passes: int, done: float) -> None:
    report((number + done) / passes)


def _contact(guess: Guess, unknown: Tensor) -> Tensor:
    return unknown if guess.contact is None else guess.contact


def _hidden(known: Known, whole: Tensor) -> Known:
    """Joints that are missing while others are known are hidden throughout, so that the guess errs alike everywhere."""
    return replace(known, rotation_known=known.rotation_known & ~_parts(known, whole))


def _parts(known: Known, whole: Tensor) -> Tensor:
    """Which joints are missing while others are known, (22,)."""
    return (~known.rotation_known & ~whole[:, None]).any(0)


def _found(guess: Guess, known: Known, start: Known, whole: Tensor, config: FillConfig) -> Tensor:
    """A guess corrected by what it misses, where whole frames are missing weighed against interpolation, and smooth:
    (T, 22, 3, 3)."""
    rotations = sixd_to_matrix(guess.poses.unflatten(-1, (-1, 6)))
    found = by_habit(rotations, known, _parts(known, whole), config.habit)
    if whole.any():
        led = led_through(rotations, known, config.length_frames)
        theirs, ours = interpolation_sd(known).square(), guess.joint_sd.square() / config.trust_frames
        share = theirs / (theirs + ours).clamp(min=1e-12)
        mixed = rotvec_to_matrix(share[..., None] * matrix_to_rotvec(led @ start.rotations.mT)) @ start.rotations
        found = torch.where(whole[:, None, None, None], mixed, found)
    smooth = _smooth(matrix_to_sixd(torch.where(known.rotation_known[..., None, None], known.rotations, found)), config)
    return led_through(sixd_to_matrix(smooth), known, config.length_frames)
