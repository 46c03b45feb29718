"""Live solving: the newest frame of every session in a batch, with no look-ahead.

All sessions take each step together; on a CPU in numpy, see arrays.py.
"""
from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from models.body import Body, Readings
from models.confidence import confidence
from models.group import group_of, measure
from models.kinematics.arrays import Array, filled, in_numpy, joined, library, rows_of
from models.kinematics.rotations import matrix_to_sixd, sixd_to_matrix
from models.kinematics.skeleton import JOINT_COUNT
from models.samplers.coupling import coupling
from models.samplers.handover import hand_over
from models.samplers.lowpass import smooth_newest
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
    history: History | None = None  # None: nothing


@dataclass(frozen=True)
class Answer:
    """The body at the newest reading, and the history for the next turn."""

    rotations: Array  # (22, 3, 3) global
    root: Array  # (3,) metres
    confidence: Array  # (22,), see confidence.py
    history: History | None = None
    spread: Spread | None = None  # (22,) each; None: the method says none
    rejected: Array = None  # (M,) bool: said, but not believed; None: the method believes everything


@dataclass(frozen=True)
class _Told:
    """What B sessions are told."""

    rotations: Array  # (B, 22, 3, 3)
    root: Array  # (B, 3)
    confidence: Array  # (B, 22)
    spread: Spread  # (B, 22) each
    rejected: Array  # (B, M) bool
    history: History


def solve_live(solver: Solver, turns: Sequence[Turn], config: StreamConfig | None = None) -> list[Answer]:
    """Answer every turn, in arrays of the kind of its readings. The bodies must be of one kind; see `by_trackers`."""
    with torch.inference_mode():
        told = _solve(solver, turns, config or StreamConfig())
    same = torch.from_numpy if isinstance(turns[0].readings.positions, Tensor) else np.asarray
    return [
        Answer(same(row.rotations[0]), same(row.root[0]), same(row.confidence[0]), row.history,
               Spread(same(row.spread.position[0]), same(row.spread.rotation[0])), same(row.rejected[0]))
        for row in rows_of(told)
    ]


def _solve(solver: Solver, turns: Sequence[Turn], config: StreamConfig) -> _Told:
    bodies, sampler = [turn.body for turn in turns], solver.config.sampler
    sensed = sense(measure(bodies, [Readings(*map(in_numpy, turn.readings.parts)) for turn in turns]))
    measured, find_root, group = sensed.measured, solver.root_finder(bodies), group_of(bodies, sensed.rejected)
    now_s, tracked = np.array([turn.time_s for turn in turns]), _tracked(measured)
    history = _remembered(turns, measured, now_s, tracked)
    newest = _pursued(measured, pursue(tracked, history, now_s))
    guess = refine(solver.guesser(bodies, measured), measured, find_root, sampler)
    sixd = smooth_newest(blend_history(guess.poses, history, now_s, config), sampler.keep_hz, sampler.stop_hz)
    guessed, sd = sixd_to_matrix(sixd.reshape(-1, 1, JOINT_COUNT, 6)), guess.joint_sd[:, -1:]
    root, steps, floor = find_root(guessed), sampler.steps(len(newest.joints)), solver.floor(bodies, guessed)
    estimate = correct_within_reach(guessed, sd * sd, newest, root, steps, floor, coupling())
    spread = posterior_spread(estimate, tracker_rows(newest), root, group.joint_levers)
    steadied = steady(estimate.rotations[:, 0], group.offsets, _counting(newest), now_s, history.steadied)
    heard = newest.position_known[:, 0]
    handed = hand_over(steadied.answered, estimate.root[:, 0], group.offsets, heard, now_s, history.handover)
    answered = matrix_to_sixd(handed.rotations).reshape(len(turns), -1)
    history = replace(history.followed_by(now_s, answered, _tracked(newest)[:, 0]), handover=handed, steadied=steadied)
    spread = Spread(spread.position[:, 0], spread.rotation[:, 0])
    told = confidence(spread, solver.prior.statistics.reach)
    return _Told(handed.rotations, handed.root, told, spread, sensed.rejected[:, -1], history)


def _remembered(turns: Sequence[Turn], measured: Measurement, now_s: Array, tracked: Array) -> History:
    """What each session was told before."""
    heard = measured.position_known[:, -1]
    return joined([
        turn.history or History.none(heard[row : row + 1], now_s[row : row + 1], tracked[row : row + 1, -1])
        for row, turn in enumerate(turns)
    ])


def _pursued(measured: Measurement, steady: Array) -> Measurement:
    """The newest frame alone, T = 1, with the trackers where they continue what each session was told, (B, 9M)."""
    maths, newest = library(steady), measured.newest()
    parts = steady.reshape(len(steady), 1, -1, 9)
    known = newest.rotation_known[..., None, None]
    return replace(
        newest, positions=maths.where(newest.position_known[..., None], parts[..., :3], 0.0),
        rotations=maths.where(known, sixd_to_matrix(maths.where(known[..., 0], parts[..., 3:], 1.0)), newest.rotations),
    )


def _counting(measured: Measurement) -> Array:
    """(B, 22) bool: joints whose trackers count in the newest frame."""
    known = measured.position_known[:, -1] | measured.rotation_known[:, -1]
    counting = filled((len(known), JOINT_COUNT), 0.0, known)
    counting[:, list(measured.joints)] = known
    return counting


def _tracked(measured: Measurement) -> Array:
    """(B, T, 9M): each tracker's place and the two columns of its rotation, NaN where they are not known."""
    maths, frames = library(measured.positions), measured.positions.shape[:2]
    places = maths.where(measured.position_known[..., None], measured.positions, math.nan)
    turned = maths.where(measured.rotation_known[..., None], matrix_to_sixd(measured.rotations), math.nan)
    return maths.concat([places, turned], -1).reshape(*frames, -1)


def by_trackers(turns: Sequence[Turn]) -> dict[tuple[int, ...], list[int]]:
    """Indices of turns that can share a batch, by the kind of their bodies."""
    groups: dict[tuple[int, ...], list[int]] = {}
    for index, turn in enumerate(turns):
        groups.setdefault(turn.body.kind, []).append(index)
    return groups
