"""One tick of B sessions of one kind, from tables to tables: windows and what each was told before in, what each is
told now out.

All sessions take each step together; on a CPU in numpy, see arrays.py. Nothing here looks at the data but through
`anywhere`, so that a device can record the steps once and repeat them (models/captured).
"""
from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from models.body import Readings
from models.confidence import confidence
from models.group import Group, measured_by
from models.kinematics.arrays import Array, filled, library
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
class Told:
    """What B sessions are told."""

    rotations: Array  # (B, 22, 3, 3) global
    root: Array  # (B, 3) metres
    confidence: Array  # (B, 22)
    spread: Spread  # (B, 22) each
    rejected: Array  # (B, M) bool: said, but not believed
    history: History


def tick(
    solver: Solver, group: Group, windows: Readings, now_s: Array, history: History, config: StreamConfig
) -> Told:
    """Answer the newest frame of windows (B, T, M, ...) that end at now_s (B,), float64 seconds."""
    sampler = solver.config.sampler
    sensed = sense(measured_by(group, windows), newest=True)
    measured, find_root = sensed.measured, solver.root_finder(group)
    newest = _pursued(measured, pursue(_tracked(measured), history, now_s))
    guess = refine(solver.guesser(group, measured, newest=True), measured, find_root, sampler)
    sixd = smooth_newest(blend_history(guess.poses, history, now_s, config), sampler.keep_hz, sampler.stop_hz)
    guessed, sd = sixd_to_matrix(sixd.reshape(-1, 1, JOINT_COUNT, 6)), guess.joint_sd[:, -1:]
    root, steps, floor = find_root(guessed), sampler.steps(len(newest.joints)), solver.floor(group)
    estimate = correct_within_reach(guessed, sd * sd, newest, root, steps, floor, coupling())
    spread = posterior_spread(estimate, tracker_rows(newest), root, group.joint_levers)
    steadied = steady(estimate.rotations[:, 0], group.offsets, _counting(newest), now_s, history.steadied)
    heard = newest.position_known[:, 0]
    handed = hand_over(steadied.answered, estimate.root[:, 0], group.offsets, heard, now_s, history.handover)
    answered = matrix_to_sixd(handed.rotations).reshape(-1, 6 * JOINT_COUNT)
    history = replace(history.followed_by(now_s, answered, _tracked(newest)[:, 0]), handover=handed, steadied=steadied)
    spread = Spread(spread.position[:, 0], spread.rotation[:, 0])
    told = confidence(spread, solver.prior.statistics.reach)
    return Told(handed.rotations, handed.root, told, spread, sensed.rejected[:, -1], history)


def untold(trackers: int) -> History:
    """Of one session that was never answered."""
    return History.none(np.zeros((1, trackers), np.bool_), np.zeros(1), np.zeros((1, 9 * trackers), np.float32))


def _pursued(measured: Measurement, steady: Array) -> Measurement:
    """The newest frame alone, T = 1, with the trackers where they continue what each session was told, (B, 9M)."""
    maths, newest = library(steady), measured.newest()
    parts = steady.reshape(-1, 1, len(newest.joints), 9)
    known = newest.rotation_known[..., None, None]
    return replace(
        newest, positions=maths.where(newest.position_known[..., None], parts[..., :3], 0.0),
        rotations=maths.where(known, sixd_to_matrix(maths.where(known[..., 0], parts[..., 3:], 1.0)), newest.rotations),
    )


def _counting(measured: Measurement) -> Array:
    """(B, 22) bool: joints whose trackers count in the newest frame."""
    known = measured.position_known[:, -1] | measured.rotation_known[:, -1]
    counting = filled((known.shape[0], JOINT_COUNT), 0.0, known)
    counting[:, list(measured.joints)] = known
    return counting


def _tracked(measured: Measurement) -> Array:
    """(B, T, 9M): each tracker's place and the two columns of its rotation, NaN where they are not known."""
    maths, frames = library(measured.positions), measured.positions.shape[:2]
    places = maths.where(measured.position_known[..., None], measured.positions, math.nan)
    turned = maths.where(measured.rotation_known[..., None], matrix_to_sixd(measured.rotations), math.nan)
    return maths.concat([places, turned], -1).reshape(*frames, -1)
