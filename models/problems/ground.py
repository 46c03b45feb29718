"""How a camera stands over the floor, from somebody of known height who stands or walks before it.

Who is upright has head, shoulders, hips and ankles over one point of the floor, at heights known of their body: a plumb
line of known length. In each frame that point is found where their rays meet best (a linear problem); what they still
miss says how the camera is pitched and rolled and how high it is: three numbers for the whole clip, the most likely
ones. Misses are a posture's, in metres where somebody is as far away as their size in the picture says, or it would
be likely that they are near. In some frames people bend, sit or kneel: such a frame says nothing. Somebody who stays at
one distance leaves pitch and height hardly apart, so usual ones are believed a little. How likely every height is, with
the pitch and roll that suit it best, says how sure the likeliest one is.

The camera is over the world's origin and looks along -Z; the floor is Y = 0.
"""
from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from scipy.interpolate import PchipInterpolator
from scipy.optimize import minimize

from models.problems.plumb import NobodyUpright, Numbers, Upright

LEVEL = np.diag([1.0, -1.0, -1.0])  # world to camera of a level one
USUAL_PITCH, PITCH_SD = math.radians(8), math.radians(20)
ROLL_SD = math.radians(3)
USUAL_HEIGHT, HEIGHT_SD = 1.5, 0.5  # metres; of its logarithm
PITCHES = tuple(math.radians(pitch) for pitch in (-12, 5, 25))  # tried first
HEIGHTS = np.log(np.geomspace(0.1, 12.0, 14))  # metres, all looked at; logarithms,
FINER = ((-0.75, -0.5, -0.25, 0.25, 0.5, 0.75), (-0.125, 0.125))  # then those so many steps from the likeliest
BOUNDS = ((math.radians(-60), math.radians(80)), (math.radians(-30), math.radians(30)), (math.log(0.05), math.log(50)))
BENT, LOOSE = 0.1, 6.0  # share of frames in which people are not upright; their misses are so many times as large
PATIENCE = 8.0  # times as large misses are likely, to begin with
NEAREST = 0.3  # metres before the camera that somebody is at least
LOOKED_AT = 40  # frames, spread over the clip
ALIKE_S = 0.8  # seconds in which a posture stays the same, so that its frames are one piece of evidence
SURE = 0.32  # how much of that evidence says how sure it is: people go on leaning as they lean, so that heights are off
             # by as much as they are said to be (training and validation motion)


@dataclass(frozen=True)
class Stand:
    """Radians and metres. Pitch: how far the camera looks down; roll: clockwise, as seen from behind it."""

    pitch: float
    roll: float
    height: float
    missed: float  # metres that people are off their plumb lines, median
    height_sd: float  # of the height's logarithm: about the share of it by which it may be off
    pitch_sd: float  # radians

    @property
    def rotation(self) -> Numbers:
        """World to camera, (3, 3)."""
        return turned(self.pitch, self.roll)


def turned(pitch: float, roll: float) -> Numbers:
    """World to camera, (3, 3)."""
    cos, sin = math.cos(pitch), math.sin(pitch)
    tilt = np.array([[1.0, 0, 0], [0, cos, -sin], [0, sin, cos]])
    cos, sin = math.cos(roll), math.sin(roll)
    return np.array([[cos, sin, 0], [-sin, cos, 0], [0, 0, 1.0]]) @ tilt @ LEVEL


def fit_stand(person: Upright, rate: float = 60.0) -> Stand:
    """The camera's stand.

    Raises:
        NobodyUpright: in no frame two heights are seen.
    """
    seen = np.flatnonzero((person.sure > 0.1).sum(1) >= 2)
    if not len(seen):
        raise NobodyUpright("in no frame two of head, shoulders, hips, ankles are seen")
    frames = seen[np.unique(np.linspace(0, len(seen) - 1, LOOKED_AT).round().astype(int))]
    weight = np.where(person.sure[frames] > 0.1, person.sure[frames], 0.0) / person.sd
    some = Upright(person.rays[frames], weight, person.heights, person.sd)
    evidence = max(1.0, len(seen) / rate / ALIKE_S) / len(frames)
    ridge = _ridge(some, evidence)
    best = minimize(_unlikely, _likeliest(ridge), (some, evidence), method="L-BFGS-B", bounds=BOUNDS).x
    height_sd, pitch_sd = _spread(ridge, best)
    off = np.linalg.norm(_misses(best, some)[0], axis=-1)[weight > 0]
    return Stand(float(best[0]), float(best[1]), math.exp(best[2]), float(np.median(off)), height_sd, pitch_sd)


Ridge = dict[float, tuple[float, Numbers]]  # log height -> how unlikely it is at best, and that pitch and roll


def _ridge(person: Upright, evidence: float) -> Ridge:
    """The likeliest pitch and roll of many heights, each from its neighbour's; more heights about the likeliest."""
    patient = replace(person, sure=person.sure / PATIENCE)
    heights = sorted(HEIGHTS, key=lambda height: abs(height - math.log(USUAL_HEIGHT)))
    starts = [_at_height(heights[0], np.array([pitch, 0.0]), patient, evidence)[1] for pitch in PITCHES]
    ridge = {heights[0]: min((_at_height(heights[0], start, person, evidence) for start in starts),
                             key=lambda one: one[0])}
    _look_at(heights[1:], ridge, person, evidence)
    for steps in FINER:
        _look_at(_likeliest(ridge)[2] + (HEIGHTS[1] - HEIGHTS[0]) * np.array(steps), ridge, person, evidence)
    return ridge


def _look_at(heights: Iterable[float], ridge: Ridge, person: Upright, evidence: float) -> None:
    for height in heights:
        near = min(abs(known - height) for known in ridge)
        start = next(turn for known, (_, turn) in ridge.items() if abs(known - height) == near)
        ridge[height] = _at_height(height, start, person, evidence)


def _at_height(height: float, start: Numbers, person: Upright, evidence: float) -> tuple[float, Numbers]:
    """How unlikely a log height is, with the likeliest pitch and roll near a start, (2,), and those."""
    found = minimize(lambda turn: _unlikely(np.append(turn, height), person, evidence), start, method="L-BFGS-B",
                     bounds=BOUNDS[:2], options={"maxiter": 25, "ftol": 1e-6})
    return float(found.fun), found.x


def _likeliest(ridge: Ridge) -> Numbers:
    """(3,): pitch, roll, log height."""
    height = min(ridge, key=lambda one: ridge[one][0])
    return np.append(ridge[height][1], height)


def _spread(ridge: Ridge, best: Numbers) -> tuple[float, float]:
    """How far log height and pitch may be from the best, standard deviations."""
    heights = np.array(sorted(ridge))
    unlikely = np.array([ridge[height][0] for height in heights])
    pitches = np.array([ridge[height][1][0] for height in heights])
    usual = np.array([_unusual(np.append(ridge[height][1], height)) for height in heights])
    at = np.linspace(heights[0], heights[-1], 2000)
    cost = PchipInterpolator(heights, usual + SURE * (unlikely - usual))(at)
    share = np.exp(cost.min() - cost)
    share /= share.sum()
    off = at - best[2], np.interp(at, heights, pitches) - best[0]
    height_sd, pitch_sd = (float(np.sqrt((share * one**2).sum())) for one in off)
    return height_sd, pitch_sd


def _unlikely(at: Numbers, person: Upright, evidence: float) -> float:
    """Minus the logarithm of how likely a stand (pitch, roll, log height) is. `evidence`: what a frame counts."""
    misses, depth = _misses(at, person)
    seen, depth = person.sure > 0, np.maximum(depth, NEAREST)
    missed = misses * (person.sure * person.far[:, None] / depth)[..., None]
    stands = math.log(1 - BENT) - (missed**2).sum((1, 2)) / 2
    bent = math.log(BENT) - 2 * math.log(LOOSE) * seen.sum(1)
    return float(_unusual(at) - evidence * np.logaddexp(stands, bent).sum())


def _unusual(at: Numbers) -> float:
    """The part of it that nobody's picture says."""
    off = (at[0] - USUAL_PITCH) / PITCH_SD, at[1] / ROLL_SD, (at[2] - math.log(USUAL_HEIGHT)) / HEIGHT_SD
    return float(np.square(off).sum() / 2)


def _misses(at: Numbers, person: Upright) -> tuple[Numbers, Numbers]:
    """How far points of the plumb line pass their rays, (T, P, 2), and how far before the camera they are, (T, P);
    metres."""
    turn, below = turned(at[0], at[1]), person.heights - math.exp(at[2])
    across = turn[:2] - person.rays[..., None] * turn[2]  # (T, P, 2, 3)
    moves, still = across[..., [0, 2]], across[..., 1] * below[:, None]
    weight = (person.sure**2)[..., None, None]
    square = np.einsum("tpia,tpib->tab", moves * weight, moves) + 1e-9 * np.eye(2)
    pull = -np.einsum("tpia,tpi->ta", moves * weight, still)
    place = np.linalg.solve(square, pull[..., None])[..., 0]
    return np.einsum("tpia,ta->tpi", moves, place) + still, place @ turn[2, [0, 2]][:, None] + turn[2, 1] * below
