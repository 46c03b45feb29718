"""A rig as plain data: what a file format or an engine knows of an armature at rest."""
from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .rotations import Floats, from_matrix, multiply

MIRRORED_OR_UNEVEN = 1e-3  # how much the axes of an object may differ in length, or from right angles


@dataclass(frozen=True)
class Rig:
    """B bones in any order. Bones are in the object's own space and units; the object's matrix leads to the world.

    A rest matrix turns and moves the bone's own axes into the object's space, as Blender's `bone.matrix_local`. The
    world is the project's (Y up); a Blender object comes through `coordinates.object_from_blender`.
    """

    names: tuple[str, ...]
    parents: tuple[int, ...]  # -1: no parent
    rest: Floats  # (B, 4, 4)
    tails: Floats  # (B, 3) the far end of each bone
    object_matrix: Floats  # (4, 4)
    unturned: frozenset[int] = frozenset()  # bones that move with their parent but do not turn with it
    fixed: frozenset[int] = frozenset()  # bones that cannot move from where their parent holds them

    @cached_property
    def index(self) -> dict[str, int]:
        return {name: bone for bone, name in enumerate(self.names)}

    @cached_property
    def scale(self) -> float:
        """Metres in one unit of the object's space."""
        return float(np.cbrt(abs(np.linalg.det(self.object_matrix[:3, :3]))))

    @cached_property
    def object_turn(self) -> Floats:
        """(3, 3) the object's rotation without its scale."""
        return np.asarray(self.object_matrix[:3, :3] / self.scale)

    @cached_property
    def heads_m(self) -> Floats:
        """(B, 3) in the world."""
        return self.to_world(self.rest[:, :3, 3])

    @cached_property
    def tails_m(self) -> Floats:
        """(B, 3) in the world."""
        return self.to_world(self.tails)

    @cached_property
    def object_xyzw(self) -> Floats:
        """(B, 4) the bones' axes in the object's space."""
        return from_matrix(self.rest[:, :3, :3] / np.linalg.norm(self.rest[:, :3, :3], axis=1, keepdims=True))

    @cached_property
    def world_xyzw(self) -> Floats:
        """(B, 4) the bones' axes in the world."""
        return multiply(from_matrix(self.object_turn), self.object_xyzw)

    def to_world(self, points: Floats) -> Floats:
        """Points (..., 3) of the object's space."""
        return np.asarray(points @ self.object_matrix[:3, :3].T + self.object_matrix[:3, 3])

    @cached_property
    def children(self) -> tuple[tuple[int, ...], ...]:
        found: list[list[int]] = [[] for _ in self.names]
        for bone, parent in enumerate(self.parents):
            if parent >= 0:
                found[parent].append(bone)
        return tuple(tuple(bones) for bones in found)

    def ancestors(self, bone: int) -> list[int]:
        """From the parent up; in a circle of parents no farther than there are bones."""
        chain: list[int] = []
        above = self.parents[bone]
        while above >= 0 and len(chain) <= len(self.names):
            chain.append(above)
            above = self.parents[above]
        return chain

    def turned_by(self, bone: int, driven: Collection[int]) -> int:
        """The nearest driven bone above whose turns reach this one, or -1: those between rest upon it."""
        while bone not in self.unturned and (bone := self.parents[bone]) >= 0:
            if bone in driven:
                return bone
        return -1

    def problems(self) -> list[str]:
        """What keeps any rig from being used, one line each."""
        found = []
        if not self.names:
            return ["the rig has no bones"]
        if len(set(self.names)) < len(self.names):
            found.append("two bones have the same name")
        if any(len(self.ancestors(bone)) > len(self.names) for bone in range(len(self.names))):
            return [*found, "the parents of bones go round in a circle"]
        if not all(np.isfinite(part).all() for part in (self.rest, self.tails, self.object_matrix)):
            return [*found, "a rest matrix or the object's matrix is not finite"]
        lengths = np.linalg.norm(self.object_matrix[:3, :3], axis=0)
        if lengths.min() < 1e-9:
            return [*found, "the object is scaled to nothing"]
        square = self.object_matrix[:3, :3].T @ self.object_matrix[:3, :3] / lengths.max() ** 2
        if np.linalg.det(self.object_matrix[:3, :3]) < 0:
            found.append("the object is mirrored (a negative scale): apply its scale")
        elif np.abs(square - np.eye(3)).max() > MIRRORED_OR_UNEVEN:
            found.append("the object is scaled differently along its axes: apply its scale")
        return found
