"""The four limbs of a rig in motion: where their joints are, and turns that take their ends elsewhere."""
from __future__ import annotations

from dataclasses import dataclass, replace

from .motion import JOINT_INDEX
from .plan import Plan
from .pose import Pose, joint_heads
from .rotations import Floats, multiply, rotate
from .two_bone import bend_to


@dataclass(frozen=True)
class Limb:
    """Names of its joints, and where its middle joint points in the T-pose if the limb is straight."""

    start: str
    middle: str
    end: str
    points: tuple[float, float, float]


LEGS = tuple(Limb(f"{side}_hip", f"{side}_knee", f"{side}_ankle", (0, 0, 1)) for side in "LR")
ARMS = tuple(Limb(f"{side}_shoulder", f"{side}_elbow", f"{side}_wrist", (0, 0, -1)) for side in "LR")


def limb_places(plan: Plan, pose: Pose, offsets_m: Floats, limb: Limb) -> tuple[Floats, Floats, Floats]:
    """Start, middle and end, (T, 3) each."""
    places = joint_heads(plan, pose, offsets_m, (limb.start, limb.middle, limb.end))
    return places[:, 0], places[:, 1], places[:, 2]


def move_end(plan: Plan, pose: Pose, offsets_m: Floats, limb: Limb, target: Floats) -> Pose:
    """The limb's end at `target` (T, 3), or as near as it reaches; what hangs on the end keeps its world rotation."""
    start, middle = JOINT_INDEX[limb.start], JOINT_INDEX[limb.middle]
    places = limb_places(plan, pose, offsets_m, limb)
    turns = bend_to(*places, target, rotate(pose.turns[:, start], limb.points))
    moved = pose.turns.copy()
    moved[:, start] = multiply(turns.upper, pose.turns[:, start])
    moved[:, middle] = multiply(turns.lower, pose.turns[:, middle])
    return replace(pose, turns=moved)
