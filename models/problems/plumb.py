"""Somebody's keypoints as a plumb line: head, shoulders, hips and ankles of who is upright are over one point."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.kinematics.skeleton import JOINT_INDEX

Numbers = NDArray[np.float64]
LEVELS: tuple[tuple[tuple[str, ...], float, float], ...] = (  # joints of one height; metres that walking lifts them by
    (("head",), -0.025, 0.07),                                # and that they are off the plumb line, standard deviation
    (("L_shoulder", "R_shoulder"), -0.03, 0.06),
    (("pelvis", "L_hip", "R_hip"), -0.02, 0.05),
    (("L_ankle", "R_ankle"), 0.05, 0.07),
)


class NobodyUpright(ValueError):
    """Too little of anybody is seen to say how a camera stands."""


@dataclass(frozen=True)
class Upright:
    """P heights on the plumb line of somebody in T frames."""

    rays: Numbers  # (T, P, 2) on the plane one metre before the camera
    sure: Numbers  # (T, P) in [0, 1]; zero: not seen
    heights: Numbers  # (P,) metres over the floor
    sd: Numbers  # (P,) metres off the plumb line

    @property
    def far(self) -> Numbers:
        """(T,) metres from the camera that their size in the picture says, roughly: between the highest and the lowest
        point that is seen, as if seen from their front."""
        seen = self.sure > 0
        top, low = seen.argmax(1), seen.shape[1] - 1 - seen[:, ::-1].argmax(1)
        at = np.arange(len(seen))
        span = np.linalg.norm(self.rays[at, top] - self.rays[at, low], axis=-1)
        return (self.heights[top] - self.heights[low]) / np.maximum(span, 1e-3)


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
