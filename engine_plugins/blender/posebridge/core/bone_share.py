"""How several bones share the turns of fewer joints: in the spine, in the neck, along twisting limbs."""
from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from .bone_map import Drive
from .rig import Rig

SPINE = ("spine1", "spine2", "spine3")


def chain_drives(count: int, joints: tuple[str, ...]) -> list[Drive]:
    """`count` bones one after another share the turns of the joints evenly; the last has all of them."""
    drives = []
    for place in range(1, count + 1):
        reached = place * len(joints) / count
        number = int(np.ceil(reached - 1e-9))
        drives.append(Drive(joints[number - 1], round(reached - number + 1, 6)))
    return drives


def twist_drives(rig: Rig, joint: str, main: int, end: int, along: list[int]) -> Iterator[tuple[int, Drive]]:
    """Bones between main and end each twist a step more; bones beside them as far as they lie along the limb."""
    upper = joint.endswith(("hip", "shoulder"))
    between = sorted((bone for bone in along if bone in rig.ancestors(end)), key=lambda bone: len(rig.ancestors(bone)))
    steps = len(between) + 1
    if between and upper:
        yield main, Drive(joint, 1 / steps, twist=True)
    for number, bone in enumerate(between, start=1):
        yield bone, Drive(joint, (number + 1) / steps if upper else number / steps, twist=True)
    limb = rig.heads_m[end] - rig.heads_m[main]
    for bone in (bone for bone in along if bone not in between):
        place = (rig.heads_m[bone] - rig.heads_m[main]) @ limb / max(limb @ limb, 1e-12)
        yield bone, Drive(joint, round(float(np.clip(place, 0, 1)), 3), twist=True)
