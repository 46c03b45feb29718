"""Turns a list of strides into footsteps: alternate feet, a steady beat, along straight lines and turns."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import cos, radians, sin

from bridge.demo_motion.feet import Footprint, Step

HALF_STANCE_M = 0.095
TOE_OUT_RAD = 0.1
BEAT_S = 0.56
SWING_SHARE = 0.76  # of a beat; in the rest both feet are down


@dataclass(frozen=True)
class Stance:
    """The point midway between the feet, and the heading."""

    x: float = 0.0
    z: float = 0.0
    yaw_rad: float = 0.0

    def footprint(self, side: int) -> Footprint:
        """Where the left (0) or right (1) foot stands."""
        outward = 1 if side == 0 else -1
        return Footprint(
            self.x + outward * HALF_STANCE_M * cos(self.yaw_rad),
            self.z - outward * HALF_STANCE_M * sin(self.yaw_rad),
            self.yaw_rad + outward * TOE_OUT_RAD,
        )

    def moved(self, length_m: float, turn_rad: float) -> Stance:
        """Turned, and advanced along the mean of both headings."""
        middle = self.yaw_rad + turn_rad / 2
        return Stance(self.x + length_m * sin(middle), self.z + length_m * cos(middle), self.yaw_rad + turn_rad)


def stride(
    start: Stance, strides: Sequence[tuple[float, float]], start_s: float, first_side: int
) -> tuple[list[Step], Stance]:
    """Steps for each (length m, turn degrees, left positive), and where they end.

    The foot rolls as far as its stride is long. End with a stride of length 0 to bring the feet together.
    """
    steps, stance, side, previous = [], start, first_side, 0.0
    for index, (length, turn) in enumerate(strides):
        stance = stance.moved(length, radians(turn))
        reach = min((length + previous) / 1.0, 1.0)
        step = Step(side, start_s + index * BEAT_S, BEAT_S * SWING_SHARE, stance.footprint(side))
        steps.append(replace(step, toe_off_rad=0.12 + 0.55 * min(previous / 0.5, 1.0),
                             heel_strike_rad=0.32 * min(length / 0.5, 1.0), lift_m=0.035 + 0.02 * reach))
        side, previous = 1 - side, length
    return steps, stance
