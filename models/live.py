"""Live solving: the newest frame of every session in a batch, with no look-ahead."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import torch
from torch import Tensor

from models.body import Body, Readings
from models.confidence import confidence
from models.group import group_of, measure
from models.kinematics.rotations import matrix_to_sixd, sixd_to_matrix
from models.kinematics.skeleton import JOINT_COUNT
from models.samplers.coupling import coupling
from models.samplers.handover import hand_over
from models.samplers.lowpass import smooth_window
from models.samplers.measurement import Measurement
from models.samplers.pursuit import pursue
from models.samplers.rows import tracker_rows
from models.samplers.samplers import refine
from models.samplers.sensing import sense
from models.samplers.spread import Spread, posterior_spread
from models.samplers.steadying import steady
from models.samplers.streaming import History, StreamConfig, blend_history
from models.samplers.unreachable import correct_within_reach
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
    rejected: Tensor = field(default_factory=lambda: torch.zeros(0, dtype=torch.bool))  # (M,) said, but not believed


@torch.inference_mode()
def solve_live(solver: Solver, turns: Sequence[Turn], config: StreamConfig | None = None) -> list[Answer]:
    """Answer every turn. The bodies must be of one kind; see `by_trackers`."""
    config = config or StreamConfig()
    bodies = [turn.body for turn in turns]
    sensed = sense(measure(bodies, [turn.readings for turn in turns]))
    measured, newest = sensed.measured, _pursued(sensed.measured, turns)
    find_root, sampler = solver.root_finder(bodies), solver.config.sampler
    guess = refine(solver.guesser(bodies, measured), measured, find_root, sampler)
    blended = blend_history(guess.poses, [turn.history for turn in turns], [turn.time_s for turn in turns], config)
    smooth = smooth_window(blended, sampler.keep_hz, sampler.stop_hz)
    last = sixd_to_matrix(torch.unflatten(smooth[:, -1:], -1, (JOINT_COUNT, 6)))
    root, variance = find_root(last), guess.joint_sd[:, -1:].square()
    steps = sampler.steps(len(newest.joints))
    estimate = correct_within_reach(last, variance, newest, root, steps, solver.floor(bodies), coupling())
    spread = posterior_spread(estimate, tracker_rows(newest), root, group_of(bodies).joint_levers)
    told = confidence(spread, solver.prior.statistics.reach)
    tracked, answers = _tracked(newest)[:, 0], []
    for index, turn in enumerate(turns):
        offsets, now_s, before = turn.body.offsets, turn.time_s, turn.history
        solved, heard = estimate.rotations[index, 0], newest.position_known[index, 0]
        steadied = steady(solved, offsets, _counting(newest, index), now_s, before.steadied)
        body = steadied.answered, estimate.root[index, 0]
        rotations, place, handover = hand_over(*body, offsets, heard, now_s, before.handover)
        history = before.followed_by(now_s, matrix_to_sixd(rotations).flatten(), tracked[index])
        own = Spread(spread.position[index, 0], spread.rotation[index, 0])
        history = replace(history, handover=handover, steadied=steadied)
        answers.append(Answer(rotations, place, told[index, 0], history, own, sensed.rejected[index, -1]))
    return answers


def _pursued(measured: Measurement, turns: Sequence[Turn]) -> Measurement:
    """The newest frame alone, T = 1, as it continues what each session was told."""
    count, newest = len(measured.joints), measured.newest()
    steady = pursue(_tracked(measured), [turn.history for turn in turns], [turn.time_s for turn in turns])
    places, turned = steady.unflatten(-1, (count, 9)).unsqueeze(1).split([3, 6], dim=-1)
    return replace(
        newest, positions=torch.where(newest.position_known.unsqueeze(-1), places, 0.0),
        rotations=torch.where(newest.rotation_known[..., None, None], sixd_to_matrix(turned), newest.rotations),
    )


def _counting(measured: Measurement, index: int) -> list[int]:
    """The joints of one session whose trackers count in the newest frame."""
    known = measured.position_known[index, -1] | measured.rotation_known[index, -1]
    return [joint for joint, counts in zip(measured.joints, known.tolist(), strict=True) if counts]


def _tracked(measured: Measurement) -> Tensor:
    """(B, T, 9M): each tracker's place and the two columns of its rotation, NaN where they are not known."""
    places = torch.where(measured.position_known.unsqueeze(-1), measured.positions, torch.nan)
    turned = torch.where(measured.rotation_known.unsqueeze(-1), matrix_to_sixd(measured.rotations), torch.nan)
    return torch.cat([places, turned], dim=-1).flatten(-2)


def by_trackers(turns: Sequence[Turn]) -> dict[tuple[int, ...], list[int]]:
    """Indices of turns that can share a batch, by the kind of their bodies."""
    groups: dict[tuple[int, ...], list[int]] = {}
    for index, turn in enumerate(turns):
        groups.setdefault(turn.body.kind, []).append(index)
    return groups
