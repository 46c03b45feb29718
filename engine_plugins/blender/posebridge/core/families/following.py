"""Control rigs whose bones follow others by constraints: the same rig with these ties as parents."""
from __future__ import annotations

from dataclasses import replace

from ..rig import Rig
from . import FAMILIES


def as_constrained(rig: Rig) -> Rig:
    """Ask for this before matching, checking or retargeting; a rig without such ties comes back as it is."""
    parents, unturned = list(rig.parents), set(rig.unturned)
    for bone, leader in (tie for family in FAMILIES for tie in family.follows):
        if bone in rig.index and leader in rig.index and rig.index[bone] not in rig.ancestors(rig.index[leader]):
            parents[rig.index[bone]] = rig.index[leader]
            unturned.discard(rig.index[bone])
    return replace(rig, parents=tuple(parents), unturned=frozenset(unturned))
