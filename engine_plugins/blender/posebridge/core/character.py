"""Where a character stands and looks at rest: its own frame in the world, and the height of its floor."""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .bone_map import BoneMap
from .motion import TOES, leg_length, sole_height
from .rig import Rig
from .rotations import Floats, from_matrix, inverse, multiply, rotate, unit

SNAP_UP, SNAP_FORWARD = np.cos(np.radians(35)), np.cos(np.radians(25))  # nearer than this, the object's axis is meant
FLOOR_UNDER_ANKLE = 0.3  # of a leg: an origin between ankle and this far below it is the floor the character stands on


@dataclass(frozen=True)
class Character:
    """The rig at rest in its own frame: +X its left, +Y up, +Z forward, zero where the object's origin is; metres."""

    turn_xyzw: Floats  # (4,) the frame's axes in the world
    origin_m: Floats  # (3,) the object's origin in the world
    heads_m: Floats  # (B, 3)
    tails_m: Floats  # (B, 3)
    rest_xyzw: Floats  # (B, 4)
    joints: dict[str, int]  # joint -> the bone whose head it is


def character_of(rig: Rig, bone_map: BoneMap) -> Character:
    """Needs hips, shoulders and head in the map."""
    named = ((drive.joint, bone_map.bone_of(drive.joint, rig)) for drive in bone_map.bones.values())
    joints = {joint: bone for joint, bone in named if bone is not None}
    turn = from_matrix(_axes(rig, joints))
    away, origin = inverse(turn), rig.object_matrix[:3, 3]
    return Character(turn, origin, rotate(away, rig.heads_m - origin), rotate(away, rig.tails_m - origin),
                     multiply(away, rig.world_xyzw), joints)


def floor_height(character: Character, offsets_m: Floats) -> float:
    """Height of the floor below the character at rest, in its frame.

    The object's origin, where that is believable. Else the lowest toe base stands as high over it as the solved
    body's does, in proportion to their legs.
    """
    heads, joints = character.heads_m, character.joints
    ankles = [heads[joints[f"{side}_ankle"], 1] for side in "LR"]
    legs = float(np.mean([_leg(character, side) for side in "LR"]))
    if 0 <= min(ankles) < FLOOR_UNDER_ANKLE * legs:
        return 0.0
    lowest = min([*ankles, *(heads[joints[toe], 1] for toe in ("L_foot", "R_foot") if toe in joints)])
    share = legs / leg_length(offsets_m)
    toes_known = {"L_foot", "R_foot"} <= joints.keys()
    below_ankle = 0.0 if toes_known else -share * float(offsets_m[TOES, 1].mean())
    return float(lowest) - below_ankle - share * sole_height(offsets_m)


def _leg(character: Character, side: str) -> float:
    hip, knee, ankle = (character.heads_m[character.joints[f"{side}_{part}"]] for part in ("hip", "knee", "ankle"))
    return float(np.linalg.norm(knee - hip) + np.linalg.norm(ankle - knee))


def _axes(rig: Rig, joints: dict[str, int]) -> Floats:
    """(3, 3) columns left, up, forward in the world: axes of the object where the body lies along them."""
    head, *sides = (rig.heads_m[joints[name]] for name in ("head", "L_hip", "R_hip", "L_shoulder", "R_shoulder"))
    left_hip, right_hip, left_shoulder, right_shoulder = sides
    up = _snapped(rig, unit(head - (left_hip + right_hip) / 2), SNAP_UP)
    left = unit(left_hip - right_hip) + unit(left_shoulder - right_shoulder)
    forward = np.cross(left - (left @ up) * up, up)
    forward = _snapped(rig, unit(forward), SNAP_FORWARD)
    forward = unit(forward - (forward @ up) * up)
    return np.stack([np.cross(up, forward), up, forward], axis=1)


def _snapped(rig: Rig, direction: Floats, near: float) -> Floats:
    axes = np.concatenate([rig.object_turn.T, -rig.object_turn.T])
    best = axes[(axes @ direction).argmax()]
    return np.asarray(best if best @ direction > near else direction)
