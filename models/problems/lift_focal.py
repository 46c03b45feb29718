"""Whether a focal length that was told can be right: a quick look at a stretch of a clip, before it is lifted.

A told focal length that is too long puts somebody of known size too far away, and so below the floor if the camera
looks down at them. Lifted as told they would bend their legs, and their bones, too long for the picture if they came
nearer, would turn out of its plane. So a few passes have it as one more unknown of the fit (lift_body.py). What these
find is off by some 3 %: that is worse than a focal length that is right, so only what is off by clearly more is
believed. The clip is lifted anew then, for a fit that began wrong stays wrong.
"""
from __future__ import annotations

import math
from dataclasses import dataclass

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
    too_long: float = 0.96  # found over told: from here down the told one is too long
    too_short: float = 1.08  # which does little harm: bones that seem too short may lie in the picture plane
    farthest: float = 0.2  # of the logarithm: what seems to be off by more was seen wrong
    stood: tuple[float, ...] = (0.026, 0.026, 0.017, 0.017)  # metres: how much higher than in the rest pose FEET are
                                                              # that stand, medians of the training split

    def chosen(self, found: float) -> float:
        """Times the told focal length that is gone on with."""
        clear = found < self.too_long or found > self.too_short
        return found if clear and abs(math.log(found)) < self.farthest else 1.0

    @property
    def unsure(self) -> Unsure:
        """All else is known."""
        return Unsure(focal_sd=self.sd)

    def stretch(self, seen: Seen) -> Seen:
        """The frames that are looked at: those in a row in which most is seen."""
        sure = seen.confidence.sum(-1).cumsum(0)
        first = int((sure[self.frames :] - sure[: -self.frames]).argmax()) + 1 if len(seen) > self.frames else 0
        return seen.frames(slice(first, first + self.frames))
