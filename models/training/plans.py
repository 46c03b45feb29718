"""What a synthesised motion is to do: crouch, bend, reach, lunge, kneel, sit; drawn at random within what people do.

A plan speaks of its fullest moment in the body's own heading (x left, y up, z ahead), in units of the leg unless
said; `synthesis.py` leads a real clip there and back.
"""
from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from torch import Tensor

from models.kinematics.skeleton import JOINT_COUNT, JOINT_INDEX

Uniform = Callable[[float, float], float]


@dataclass(frozen=True)
class Plan:
    """The fullest moment of a motion."""

    drop: float  # of the pelvis
    back: float | None = None  # pelvis behind the ankles; None: wherever the weight is over the feet
    flexed: float = 0.0  # radians of the pelvis ahead
    bent: float = 0.0  # radians of the spine ahead, aside and turned
    aside: float = 0.0
    twisted: float = 0.0
    head_kept: float = 0.5  # how much of all that neck and head take back
    hang: float = 0.5  # how much of its lean ahead the arms take back, as their weight would
    nod: float = 0.0  # spine's bend ahead on the way down and up
    left_step: tuple[float, float, float] = (0.0, 0.0, 0.0)  # of the feet
    right_step: tuple[float, float, float] = (0.0, 0.0, 0.0)
    heels: tuple[float, float] = (0.0, 0.0)  # radians off the floor
    opened: float = 0.0  # radians of the knees outwards
    hands: dict[str, tuple[float, float, float]] = field(default_factory=dict)  # wrist from the ankles' middle
    held: bool = False  # at its fullest all the time

    def turns(self, share: Tensor) -> Tensor:
        """Of every joint in its parent's frame, (T, 22, 3) radians; share (T,) of the fullest."""
        turns = torch.zeros(len(share), JOINT_COUNT, 3)
        spine = torch.tensor([self.bent, self.twisted, self.aside]) * share[:, None]
        spine[:, 0] += self.nod * 4 * share * (1 - share)
        for name in ("spine1", "spine2", "spine3"):
            turns[:, JOINT_INDEX[name]] = spine / 3
        turns[:, 0, 0] = self.flexed * share
        for name in ("neck", "head"):
            turns[:, JOINT_INDEX[name]] = -self.head_kept * (spine + turns[:, 0]).clamp(-1.0, 1.0) / 2
        for name in ("L_shoulder", "R_shoulder"):
            turns[:, JOINT_INDEX[name], 0] = -self.hang * (spine[:, 0] + turns[:, 0, 0])
        return turns


def crouch(u: Uniform) -> Plan:
    """Bend the knees, a little or down to the heels."""
    drop = u(0.1, 0.75)
    lift = u(0.0, 0.7) * max(0.0, drop - 0.2)
    return Plan(drop, flexed=u(-0.1, 0.9) * drop, bent=u(-0.1, 0.8) * drop, aside=u(-0.15, 0.15),
                twisted=u(-0.3, 0.3), head_kept=u(0.2, 1.0), hang=u(0.0, 1.0), heels=(lift, lift),
                opened=u(0.0, 0.6))


def bend(u: Uniform) -> Plan:
    """Bow, look down at something, or reach for the floor with knees almost straight or well bent."""
    drop, low = u(0.03, 0.5), u(0.05, 0.7)
    lift = u(0.0, 0.6) * max(0.0, drop - 0.25)
    target = (u(-0.25, 0.25), low, u(0.35, 0.6))
    hands = {side: (target[0] + sign * u(0.05, 0.2), *target[1:]) for side, sign in (("L", 1), ("R", -1))}
    if u(0, 1) < 0.6:
        hands.pop("L" if u(0, 1) < 0.5 else "R")
    return Plan(drop, flexed=u(0.4, 1.0), bent=u(0.2, 0.9), aside=u(-0.2, 0.2), twisted=u(-0.4, 0.4),
                head_kept=u(-0.2, 0.9), heels=(lift, lift), hang=u(0.4, 1.0), opened=u(0.0, 0.4),
                hands=hands if u(0, 1) < 0.8 else {})


def reach(u: Uniform) -> Plan:
    """Reach for something around the body: ahead, aside, across, up."""
    side, angle, far = ("L", "R")[u(0, 1) < 0.5], u(-0.9, 1.4), u(0.5, 0.9)
    sign = 1 if side == "L" else -1
    hand = (sign * far * math.sin(angle), u(0.7, 2.1), far * math.cos(angle))
    return Plan(u(0.02, 0.15), flexed=u(-0.05, 0.35), bent=u(-0.1, 0.35), aside=-sign * u(-0.05, 0.35),
                twisted=sign * angle * u(0.2, 0.5), head_kept=u(-0.5, 0.8), hands={side: hand})


def lunge(u: Uniform) -> Plan:
    """A long step ahead or aside, weight between the feet."""
    far, drop = u(0.4, 1.0), u(0.12, 0.4)
    steps = [(0.0, 0.0, 0.45 * far), (0.0, 0.0, -0.55 * far)]
    swapped = u(0, 1) < 0.5
    left, right = reversed(steps) if swapped else steps
    lifts = (0.0, u(0.3, 0.8) * far)
    return Plan(drop, flexed=u(-0.1, 0.4), bent=u(-0.1, 0.4), twisted=u(-0.4, 0.4), head_kept=u(0.3, 1.0),
                left_step=left, right_step=right, heels=lifts[::-1] if swapped else lifts, opened=u(0.0, 0.2))


def kneel(u: Uniform) -> Plan:
    """On one knee: the other foot ahead with its shank upright, the trunk upright or over it."""
    rear, lift = -u(0.42, 0.52), u(0.7, 1.2)
    steps = [(0.0, 0.0, u(0.35, 0.5)), (0.0, 0.0, rear)]
    swapped = u(0, 1) < 0.5
    left, right = reversed(steps) if swapped else steps
    return Plan(u(0.40, 0.46), back=u(-0.1, 0.05), flexed=u(-0.1, 0.5), bent=u(-0.1, 0.5), twisted=u(-0.3, 0.3),
                head_kept=u(0.0, 1.0), left_step=left, right_step=right,
                heels=(lift, 0.0) if swapped else (0.0, lift), nod=u(0.0, 0.4))


def chair(u: Uniform) -> Plan:
    """Sit down on a chair and stand up from it, nose over toes on the way."""
    return Plan(u(0.35, 0.55), back=u(0.36, 0.55), flexed=u(-0.35, 0.3), bent=u(0.0, 0.6), aside=u(-0.2, 0.2),
                twisted=u(-0.4, 0.4), head_kept=u(0.2, 1.1), nod=u(0.5, 0.9), opened=u(0.0, 0.5),
                left_step=(u(0.0, 0.12), 0.0, u(-0.15, 0.2)), right_step=(u(-0.12, 0.0), 0.0, u(-0.15, 0.2)),
                held=u(0, 1) < 0.5)


def floor(u: Uniform) -> Plan:
    """Sit on the floor: knees up, legs out, or crossed."""
    out, opened = (u(0.5, 0.95), u(0.0, 0.4)) if u(0, 1) < 0.6 else (u(0.3, 0.4), u(0.9, 1.2))
    narrow = u(0.0, 0.1) if opened > 0.8 else 0.0
    return Plan(u(0.85, 0.92), back=out, flexed=u(-0.5, 0.1), bent=u(0.1, 0.7), aside=u(-0.15, 0.15),
                twisted=u(-0.3, 0.3), head_kept=u(0.3, 1.0), opened=opened,
                left_step=(-narrow, 0.0, 0.0), right_step=(narrow, 0.0, 0.0), held=True)


KINDS: dict[str, Callable[[Uniform], Plan]] = {
    "crouch": crouch, "bend": bend, "reach": reach, "lunge": lunge, "kneel": kneel, "chair": chair, "floor": floor,
}
