"""Whether a focal length that was told can be right: a quick look at a stretch of a clip, before it is lifted.

A told focal length that is too long puts somebody of known size too far away, and so into the floor if the camera looks
down at them. Lifted as told they would bend their legs, and their bones, too long for the picture if they came nearer,
would turn out of its plane. So a few passes have it as one more unknown of the fit (lift_body.py). What these find is
off by some 3 %, which is worse than a focal length that is right: only one that takes feet clearly out of the floor is
believed. One that brings them down to it is not, for people do stand, sit and hang higher than the floor, and bones
that seem too short for the picture do little harm. The clip is lifted anew then: a fit that began wrong stays wrong.
"""
from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from models.kinematics.camera import Camera
from models.problems.lift_body import Unsure
from models.problems.seen import Seen
from models.samplers.schedules import NOTHING


@dataclass(frozen=True)
class FocalConfig:
    """How a focal length is looked at, and from when on it is not believed. Chosen on the validation split."""

    levels: tuple[float, ...] = (NOTHING, 8.0, 4.0, 2.0, 1.0, 0.5)  # of noise, one pass each
    fits: tuple[int, ...] = (6, 2, 2, 2, 2, 3)  # Gauss-Newton steps after each pass
    stride: int = 40  # frames between windows
    frames: int = 240  # in a row that are looked at
    sd: float = 0.1  # of the logarithm of what is found over what was told, before anything is seen
    sunk: float = 0.026  # metres that the told one puts feet deeper, from which on it is not believed
    farthest: float = 0.2  # of the logarithm: what seems to be off by more was seen wrong
    stood: tuple[float, ...] = (0.026, 0.026, 0.017, 0.017)  # metres: how much higher than in the rest pose FEET are
                                                              # that stand, medians of the training split

    def chosen(self, found: float, rises: float) -> float:
        """Times the told focal length that is gone on with. `rises`: metres by which feet do with its logarithm."""
        change = math.log(found)
        return found if abs(change) < self.farthest and change * rises > self.sunk else 1.0

    @property
    def unsure(self) -> Unsure:
        """All else is known."""
        return Unsure(focal_sd=self.sd)

    def stretch(self, seen: Seen) -> Seen:
        """The frames that are looked at: those in a row in which most is seen."""
        sure = seen.confidence.sum(-1).cumsum(0)
        first = int((sure[self.frames :] - sure[: -self.frames]).argmax()) + 1 if len(seen) > self.frames else 0
        return seen.frames(slice(first, first + self.frames))


def feet_rise(camera: Camera, root: Tensor, floor: float) -> float:
    """Metres by which somebody's feet under the root (T, 3) are higher the longer the focal length is, with its
    logarithm: depths are stretched as it is, along the camera's axis."""
    feet = torch.stack([root[:, 0], torch.full_like(root[:, 1], floor), root[:, 2]], -1)
    depth = camera.seen_from(feet[:, None])[:, 0, 2]
    return float((depth * camera.rotation[:, 2, 1]).mean())
