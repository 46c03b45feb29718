"""How a camera stands over the floor, from somebody of known height who stands or walks before it.

Who is upright has head, shoulders, hips and ankles over one point of the floor, at heights known of their body: a plumb
line of known length. In each frame that point is found where their rays meet best (a linear problem); what they still
miss says how the camera is pitched and rolled and how high it is: three numbers for the whole clip, the most likely
ones. Misses are a posture's, in metres; in the picture the same are larger the nearer somebody is, so that nearness is
unlikely by itself. In some frames people bend, sit or kneel: such a frame says nothing. Somebody who stays at one
distance leaves pitch and height hardly apart, so usual ones are believed a little.

The camera is over the world's origin and looks along -Z; the floor is Y = 0.
"""
from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from models.kinematics.skeleton import JOINT_INDEX

Numbers = NDArray[np.float64]
LEVEL = np.diag([1.0, -1.0, -1.0])  # world to camera of a level one
LEVELS: tuple[tuple[tuple[str, ...], float, float], ...] = (  # joints of one height; metres that walking lifts them by
    (("head",), -0.025, 0.07),                                # and that they are off the plumb line, standard deviation
    (("L_shoulder", "R_shoulder"), -0.03, 0.06),
    (("pelvis", "L_hip", "R_hip"), -0.02, 0.05),
    (("L_ankle", "R_ankle"), 0.05, 0.07),
)
USUAL_PITCH, PITCH_SD = math.radians(8), math.radians(20)
ROLL_SD = math.radians(3)
USUAL_HEIGHT, HEIGHT_SD = 1.5, 0.5  # metres; of its logarithm
STARTS = tuple((math.radians(pitch), height) for pitch in (-12, 5, 25) for height in (0.6, 1.6))
BOUNDS = ((math.radians(-60), math.radians(80)), (math.radians(-30), math.radians(30)), (math.log(0.05), math.log(50)))
BENT, LOOSE, FAR = 0.1, 6.0, 5.0  # share of frames in which people are not upright; their misses are so many times
                                  # as large, as if at this distance, metres
PATIENCE = (8.0, 3.0, 1.0)  # times as large misses are likely, to begin with
NEAREST = 0.3  # metres before the camera that somebody is at least
LOOKED_AT = 60  # frames, spread over the clip
ALIKE_S = 0.8  # seconds in which a posture stays the same, so that its frames are one piece of evidence


class NobodyUpright(ValueError):
    """Too little of anybody is seen to say how a camera stands."""


@dataclass(frozen=True)
class Stand:
    """Radians and metres. Pitch: how far the camera looks down; roll: clockwise, as seen from behind it."""

    pitch: float
    roll: float
    height: float
    missed: float  # metres that people are off their plumb lines, median

    @property
    def rotation(self) -> Numbers:
        """World to camera, (3, 3)."""
        return turned(self.pitch, self.roll)


@dataclass(frozen=True)
class Upright:
    """P heights on the plumb line of somebody in T frames."""

    rays: Numbers  # (T, P, 2) on the plane one metre before the camera
    sure: Numbers  # (T, P) in [0, 1]; zero: not seen
    heights: Numbers  # (P,) metres over the floor
    sd: Numbers  # (P,) metres off the plumb line


def turned(pitch: float, roll: float) -> Numbers:
    """World to camera, (3, 3)."""
    cos, sin = math.cos(pitch), math.sin(pitch)
    tilt = np.array([[1.0, 0, 0], [0, cos, -sin], [0, sin, cos]])
    cos, sin = math.cos(roll), math.sin(roll)
    return np.array([[cos, sin, 0], [-sin, cos, 0], [0, 0, 1.0]]) @ tilt @ LEVEL


def upright(
    rays: Numbers, sure: Numbers, joints: Sequence[int], mounts: Numbers, standing: Numbers
) -> Upright:
    """Keypoints as a plumb line: the means of those on each of LEVELS, where both sides are seen.

    Args:
        rays, sure: (T, K, 2) and (T, K).
        joints, mounts: K joints that carry them, and where on these, (K, 3) metres.
        standing: (22,) heights of the joints of somebody who stands, metres.
    """
    columns, heights, sds = [], [], []
    for names, lifted, sd in LEVELS:
        own = [[place for place, joint in enumerate(joints) if joint == JOINT_INDEX[name]] for name in names]
        middle = [place for name, places in zip(names, own, strict=True) if "_" not in name for place in places]
        sides = [places for name, places in zip(names, own, strict=True) if "_" in name and places]
        if middle or len(sides) == 2:
            used = middle or [place for places in sides for place in places]
            columns.append(_mean(rays[:, used], sure[:, used], whole=not middle or names[0] != "head"))
            heights.append(float(np.mean([standing[joints[place]] + mounts[place, 1] for place in used])) + lifted)
            sds.append(sd)
    if len(columns) < 2:
        raise NobodyUpright("the keypoints have no two of head, shoulders, hips, ankles")
    return Upright(np.stack([mean for mean, _ in columns], 1), np.stack([some for _, some in columns], 1),
                   np.array(heights), np.array(sds))


def _mean(rays: Numbers, sure: Numbers, whole: bool) -> tuple[Numbers, Numbers]:
    """(T, 2) and (T,). `whole`: nothing where one of them is not seen."""
    weight = sure[..., None] + 1e-9
    mean = (rays * weight).sum(1) / weight.sum(1)
    return mean, sure.min(1) if whole else sure.max(1)


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
    best = min((_from(start, some, evidence) for start in STARTS), key=lambda one: _unlikely(one, some, evidence))
    off = np.linalg.norm(_misses(best, some)[0], axis=-1)[weight > 0]
    return Stand(float(best[0]), float(best[1]), math.exp(best[2]), float(np.median(off)))


def _from(start: tuple[float, float], person: Upright, evidence: float) -> Numbers:
    """The likeliest stand near one, (3,): first with much patience for postures, then with less."""
    at = np.array([start[0], 0.0, math.log(start[1])])
    for patience in PATIENCE:
        some = replace(person, sure=person.sure / patience)
        at = minimize(_unlikely, at, (some, evidence), method="L-BFGS-B", bounds=BOUNDS).x
    return at


def _unlikely(at: Numbers, person: Upright, evidence: float) -> float:
    """Minus the logarithm of how likely a stand (pitch, roll, log height) is. `evidence`: what a frame counts."""
    misses, depth = _misses(at, person)
    seen, depth = person.sure > 0, np.maximum(depth, NEAREST)
    stands = math.log(1 - BENT) - ((misses * person.sure[..., None]) ** 2).sum((1, 2)) / 2
    stands = stands + 2 * (np.log(depth / FAR) * seen).sum(1)
    bent = math.log(BENT) - 2 * math.log(LOOSE) * seen.sum(1)
    usual = np.array([(at[0] - USUAL_PITCH) / PITCH_SD, at[1] / ROLL_SD, (at[2] - math.log(USUAL_HEIGHT)) / HEIGHT_SD])
    return float((usual**2).sum() / 2 - evidence * np.logaddexp(stands, bent).sum())


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
