"""Bones and tracker mounts of whoever wears the trackers: from standing, from a T-pose, or from ordinary motion."""
from __future__ import annotations

from dataclasses import dataclass, field, replace

import torch
from torch import Tensor

from models.body import Body, Readings
from models.calibration.belief import Belief
from models.calibration.evidence import EvidenceConfig, evidence, first_belief
from models.calibration.factors import FactorPrior, values_count, with_values
from models.calibration.guess import guess_sequence, postures_at
from models.calibration.known_pose import standing_postures, t_pose_postures
from models.calibration.mount_turns import TurnPrior, Turns, t_pose_turns, told_turns
from models.calibration.posture import Postures, rows_of
from models.calibration.still import RATE_HZ, PoseNotFound, Window, find_standing, find_t_pose
from models.calibration.stream import StreamConfig, stream_belief
from models.solver import Solver

POSES = ("standing", "t-pose", "moving")
RELINEARISED = 3  # times a held posture's lengths are made linear anew
SHORTEST_MOVING_S = 2.0


@dataclass(frozen=True)
class Priors:
    """What is known of people and devices before."""

    factors: FactorPrior = field(default_factory=FactorPrior)
    turns: TurnPrior = field(default_factory=TurnPrior)


@dataclass(frozen=True)
class Calibration:
    """What was found, around the body as told, and how sure it is."""

    pose: str
    window: Window  # the part of the session that was used
    values: Tensor  # (N,) float64, see factors.py
    covariance: Tensor  # (N, N)
    before: Tensor  # (N, N) covariance without any evidence
    turns: Turns  # of the mounts
    turn_sd_before: float  # radians per axis
    residual_before: float  # metres rms: lengths that were read less those of the guessed postures, on the body as told
    residual_after: float  # the same on the body as found


@dataclass(frozen=True)
class _Seen:
    """What one of the poses shows."""

    window: Window
    postures: Postures
    belief: Belief
    turns: Turns


def calibrated(
    solver: Solver, body: Body, readings: Readings, pose: str, priors: Priors | None = None
) -> tuple[Body, Calibration]:
    """The body with its bones and mounts as they are likeliest, from readings at 60 Hz in one of POSES.

    Raises:
        PoseNotFound: the pose never occurs; the message says what came nearest.
        ValueError: for a pose that is none of POSES.
    """
    if pose not in POSES:
        raise ValueError(f"pose {pose!r} is none of {', '.join(POSES)}")
    priors = priors or Priors()
    seen = {"standing": _standing, "t-pose": _t_pose, "moving": _moving}[pose](solver, body, readings, priors)
    values = seen.belief.mean[: (count := values_count(body))]
    turned = replace(body, mount_rotations=seen.turns.rotations)
    found = with_values(turned, values)
    return found, Calibration(
        pose, seen.window, values, seen.belief.covariance[:count, :count],
        priors.factors.covariance(len(body.joints)), seen.turns, priors.turns.sd,
        residual(turned, seen.postures), residual(found, seen.postures),
    )


def residual(body: Body, postures: Postures) -> float:
    """Metres rms between the lengths that were read and those of the guessed postures on this body."""
    rows = rows_of(postures, body)
    return float(rows.residual[rows.known].square().mean().sqrt()) if rows.known.any() else 0.0


def held_belief(body: Body, postures: Postures, prior: FactorPrior) -> Belief:
    """After moments that are all one posture."""
    config = EvidenceConfig()
    first = belief = first_belief(body, prior, config)
    weights = torch.full((len(postures),), 1 / len(postures))
    for _ in range(RELINEARISED):
        belief = first.added(*evidence(postures, body, belief, weights, config))
    return belief


def _standing(solver: Solver, body: Body, readings: Readings, priors: Priors) -> _Seen:
    window = find_standing(body, readings)
    postures = standing_postures(solver, body, readings.frames(window.start, window.end))
    return _Seen(window, postures, held_belief(body, postures, priors.factors), told_turns(body, priors.turns))


def _t_pose(solver: Solver, body: Body, readings: Readings, priors: Priors) -> _Seen:
    window = find_t_pose(body, readings)
    held = readings.frames(window.start, window.end)
    turns = t_pose_turns(body, held, priors.turns)
    turned = replace(body, mount_rotations=turns.rotations)
    postures = t_pose_postures(turned, held)
    return _Seen(window, postures, held_belief(turned, postures, priors.factors), turns)


def _moving(solver: Solver, body: Body, readings: Readings, priors: Priors) -> _Seen:
    if len(readings) < SHORTEST_MOVING_S * RATE_HZ:
        raise PoseNotFound(f"{len(readings) / RATE_HZ:.2g} s of motion are too short; {SHORTEST_MOVING_S:g} are needed")
    config = StreamConfig(prior=priors.factors)
    frames = torch.arange(0, len(readings), round(config.every_s * RATE_HZ))
    postures = postures_at(frames, *guess_sequence(solver, body, readings), readings)
    belief = stream_belief(body, postures, config.every_s, config)
    return _Seen(Window(0, len(readings), 0.0), postures, belief, told_turns(body, priors.turns))
