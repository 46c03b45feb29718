"""What the table of a rig family says."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Names = tuple[str, ...]


@dataclass(frozen=True)
class Family:
    """Bone names without side, in any spelling that `bone_names` reads alike.

    `limbs` and `twist` are by joint without side: collar, shoulder, elbow, wrist, hip, knee, ankle, foot.
    """

    name: str
    pelvis: str
    spine: Names  # from the pelvis up; those that a rig has share the three joints
    neck: Names  # upwards; those that a rig has share the one joint
    head: str
    limbs: Mapping[str, str]
    twist: Mapping[str, Names] = field(default_factory=dict)  # more bones along a limb that begins at the joint
    root: str | None = None  # the bone on the floor above all others
    sign: str = ""  # a pattern that some bone's name matches in this family and in no other
    switches: tuple[tuple[str, str, float], ...] = ()  # bone, property, value: what makes the named bones lead
    follows: tuple[tuple[str, str], ...] = ()  # bone, leader: constraints that make a bone move as if it hung on it
