"""Trackers that no pose of this body reaches: a controller that drifts, lies on a table, or is in another's hand.

Farther from the head than the bones between allow, a place is not believed at all. Nearer than that, but where the
solved body still misses it by more than UNREACHED, it is believed the less the more it is missed, and the body is
solved once more from the guess: the trunk is not torn after it. Told or found noise is allowed for.
"""
from __future__ import annotations

from dataclasses import replace

from torch import Tensor

from models.kinematics.arrays import Array, at_least, lengths, library
from models.kinematics.branches import anywhere, by_plan
from models.kinematics.skeleton import HEAD
from models.samplers.guidance import Estimate, correct
from models.samplers.measurement import Measurement, arms_in_world
from models.samplers.rows import Floor
from models.samplers.system import RootPrior

UNREACHED = 0.06  # metres: of trackers on validation bodies whose bones are told 3 % wrong none is missed by more
SLACK = 1.1  # of the way along the bones, which no arm stretches out straight anyway
NOISES = 4.0  # so many sds of noise are allowed for


def within_reach(raw: Measurement, place_sd: Array) -> Array:
    """Which places (B, T, M) are no farther from the head's than the bones between are long; all where it is unseen.

    place_sd: (B, M) metres, noise per axis.
    """
    if HEAD not in raw.joints:
        return library(raw.position_known).ones_like(raw.position_known)
    head = raw.joints.index(HEAD)
    between = raw.levers - raw.levers[:, head, None]  # what both share of the way cancels
    ways = lengths(between).sum((-2, -1))
    allowed = SLACK * ways + NOISES * (place_sd + place_sd[:, head, None])
    apart = lengths(raw.positions - raw.positions[:, :, head, None])[..., 0]
    return (apart <= allowed[:, None]) | ~raw.position_known[..., head, None]


def correct_within_reach(
    rotations: Array, variance: Array, measured: Measurement, root: RootPrior, repeats: int, floor: Floor | None,
    together: Array,
) -> Estimate:
    """As guidance.correct, with less belief in trackers that are out of reach."""
    estimate = correct(rotations, variance, measured, root, repeats, floor, together)
    missed = missed_by(estimate, measured)
    allowed = at_least(NOISES * measured.position_sd, UNREACHED)
    beyond = at_least(missed * missed - allowed * allowed, 0)
    if not anywhere(beyond > 0):
        return estimate
    doubt = library(beyond).sqrt(measured.position_sd * measured.position_sd + beyond)
    doubtful = replace(measured, position_sd=doubt)
    if by_plan() or not isinstance(beyond, Tensor):
        return correct(rotations, variance, doubtful, root, repeats, floor, together)
    who, when = (beyond > 0).any(-1).nonzero(as_tuple=True)  # frames are each for themselves, and few are out of reach
    again = correct(rotations[who, when][:, None], variance[who, when][:, None], doubtful.single(who, when),
                    root.single(who, when), repeats, floor.single(who) if floor else None, together)
    pairs = zip(vars(estimate).values(), vars(again).values(), strict=True)
    return Estimate(*(whole.index_put((who, when), part[:, 0]) for whole, part in pairs))


def missed_by(estimate: Estimate, measured: Measurement) -> Array:
    """How far a body is from its trackers, (B, T, M) metres; zero where one says no place."""
    places = arms_in_world(estimate.rotations, measured.levers).sum(2) + estimate.root[..., None]
    missed = lengths(places.mT - measured.positions)[..., 0]
    return library(missed).where(measured.position_known, missed, 0.0)
