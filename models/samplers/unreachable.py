"""Trackers that no pose of this body reaches: a controller that drifts, lies on a table, or is in another's hand.

Farther from the head than the bones between allow, a place is not believed at all. Nearer than that, but where the
solved body still misses it by more than UNREACHED, it is believed the less the more it is missed, and the body is
solved once more from the guess: the trunk is not torn after it. Told or found noise is allowed for.
"""
from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor

from models.kinematics.skeleton import HEAD
from models.samplers.guidance import Estimate, RootPrior, correct
from models.samplers.measurement import Measurement, arms_in_world
from models.samplers.rows import Floor

UNREACHED = 0.06  # metres: of trackers on validation bodies whose bones are told 3 % wrong none is missed by more
SLACK = 1.1  # of the way along the bones, which no arm stretches out straight anyway
NOISES = 4.0  # so many sds of noise are allowed for


def within_reach(raw: Measurement, place_sd: Tensor) -> Tensor:
    """Which places (B, T, M) are no farther from the head's than the bones between are long; all where it is unseen.

    place_sd: (B, M) metres, noise per axis.
    """
    if HEAD not in raw.joints:
        return torch.ones_like(raw.position_known)
    head = raw.joints.index(HEAD)
    between = raw.levers - raw.levers[:, head, None]  # what both share of the way cancels
    ways = torch.linalg.vector_norm(between, dim=-1).sum(-1)
    allowed = SLACK * ways + NOISES * (place_sd + place_sd[:, head, None])
    apart = torch.linalg.vector_norm(raw.positions - raw.positions[:, :, head, None], dim=-1)
    return (apart <= allowed[:, None]) | ~raw.position_known[..., head, None]


def correct_within_reach(
    rotations: Tensor, variance: Tensor, measured: Measurement, root: RootPrior, repeats: int, floor: Floor | None,
    together: Tensor,
) -> Estimate:
    """As guidance.correct, with less belief in trackers that are out of reach."""
    estimate = correct(rotations, variance, measured, root, repeats, floor, together)
    missed = missed_by(estimate, measured)
    allowed = torch.clamp(NOISES * measured.position_sd, min=UNREACHED)
    beyond = (missed.square() - allowed.square()).clamp(min=0)
    if not bool(beyond.any()):
        return estimate
    doubtful = replace(measured, position_sd=(measured.position_sd.square() + beyond).sqrt())
    return correct(rotations, variance, doubtful, root, repeats, floor, together)


def missed_by(estimate: Estimate, measured: Measurement) -> Tensor:
    """How far a body is from its trackers, (B, T, M) metres; zero where one says no place."""
    places = arms_in_world(estimate.rotations, measured.levers).sum(2) + estimate.root.unsqueeze(-1)
    return torch.where(measured.position_known, torch.linalg.vector_norm(places.mT - measured.positions, dim=-1), 0.0)
