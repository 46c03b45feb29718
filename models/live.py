"""Live solving: the newest frame of every session in a batch, with no look-ahead."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from models.body import Body, Readings, measure, offsets_of
from models.confidence import confidence
from models.kinematics.rotations import matrix_to_sixd, sixd_to_matrix
from models.kinematics.skeleton import JOINT_COUNT
from models.samplers.guidance import Estimate, correct
from models.samplers.lowpass import smooth_window
from models.samplers.rows import tracker_rows
from models.samplers.samplers import refine
from models.samplers.spread import Spread, posterior_spread
from models.samplers.streaming import History, StreamConfig, blend_history
from models.solver import Solver


@dataclass(frozen=True)
class Turn:
    """One session's turn: its body, its last window of readings at 60 Hz, and what it was told before."""

    body: Body
    readings: Readings
    time_s: float  # of the newest reading
    history: History = field(default_factory=History.empty)


@dataclass(frozen=True)
class Answer:
    """The body at the newest reading, and the history for the next turn."""

    rotations: Tensor  # (22, 3, 3) global
    root: Tensor  # (3,) metres
    confidence: Tensor  # (22,), see confidence.py
    history: History
    spread: Spread | None = None  # (22,) each; None: the method says none


@torch.inference_mode()
def solve_live(solver: Solver, turns: Sequence[Turn], config: StreamConfig | None = None) -> list[Answer]:
    """Answer every turn. The bodies must be of one kind; see `by_trackers`."""
    config = config or StreamConfig()
    bodies = [turn.body for turn in turns]
    measured = measure(bodies, [turn.readings for turn in turns]).likely()
    find_root, sampler = solver.root_finder(bodies), solver.config.sampler
    guess = refine(solver.guesser(bodies, measured), measured, find_root, sampler)
    blended = blend_history(guess.poses, [turn.history for turn in turns], [turn.time_s for turn in turns], config)
    smooth = smooth_window(blended, sampler.keep_hz, sampler.stop_hz)
    newest, last = measured.newest(), sixd_to_matrix(torch.unflatten(smooth[:, -1:], -1, (JOINT_COUNT, 6)))
    root, variance = find_root(last), guess.joint_sd[:, -1:].square()
    estimate = correct(last, variance, newest, root, 1 + sampler.polish, solver.floor(bodies))
    spread = posterior_spread(estimate, tracker_rows(newest), root, offsets_of(bodies))
    told = confidence(spread, solver.prior.statistics.reach)
    return [_answer(turn, estimate, spread, told, index) for index, turn in enumerate(turns)]


def _answer(turn: Turn, estimate: Estimate, spread: Spread, told: Tensor, index: int) -> Answer:
    rotations, root = estimate.rotations[index, 0], estimate.root[index, 0]
    own = Spread(spread.position[index, 0], spread.rotation[index, 0])
    history = turn.history.followed_by(turn.time_s, matrix_to_sixd(rotations).flatten())
    return Answer(rotations, root, told[index, 0], history, own)


def by_trackers(turns: Sequence[Turn]) -> dict[tuple[tuple[int, ...], float, float], list[int]]:
    """Indices of turns that can share a batch, by the kind of their bodies."""
    groups: dict[tuple[tuple[int, ...], float, float], list[int]] = {}
    for index, turn in enumerate(turns):
        groups.setdefault(turn.body.kind, []).append(index)
    return groups
