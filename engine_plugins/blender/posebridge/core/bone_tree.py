"""A rig's bones as a tree in space: what structure is read from."""
from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .rig import Rig
from .rotations import Floats

UP = np.array([0.0, 1.0, 0.0])


@dataclass(frozen=True)
class BoneTree:
    """Paths, ends and sides; the world's vertical is up."""

    rig: Rig

    @cached_property
    def leaves(self) -> list[int]:
        return [bone for bone, below in enumerate(self.rig.children) if not below]

    @cached_property
    def across(self) -> Floats:
        """The horizontal axis along which the ends of the body mirror each other: its left or its right."""
        axes = self.rig.object_turn.T - np.outer(self.rig.object_turn.T @ UP, UP)
        flat = [axis / np.linalg.norm(axis) for axis in axes if np.linalg.norm(axis) > 0.7]
        return min(flat, key=self._asymmetry)

    @cached_property
    def aside(self) -> Floats:
        """(B,) how far each bone's head is to the side of the middle."""
        along = self.rig.heads_m @ self.across
        return np.asarray(along - (along[self.leaves].min() + along[self.leaves].max()) / 2)

    @cached_property
    def size(self) -> float:
        heights = self.rig.heads_m[:, 1]
        return float(heights.max() - heights.min())

    def path(self, top: int, bottom: int) -> list[int]:
        """From below `top` down to `bottom`."""
        chain = [bottom, *self.rig.ancestors(bottom)]
        return chain[: chain.index(top)][::-1]

    def meeting(self, bones: list[int]) -> int | None:
        """The nearest bone above all of them, or one of them."""
        chains = [[bone, *self.rig.ancestors(bone)] for bone in bones]
        return next((bone for bone in chains[0] if all(bone in chain for chain in chains)), None)

    def way_from_top(self, bone: int) -> float:
        """Metres along the bones from the topmost one."""
        chain = [bone, *self.rig.ancestors(bone)]
        return float(np.linalg.norm(np.diff(self.rig.heads_m[chain], axis=0), axis=-1).sum())

    def two_bones(self, path: list[int], end: int) -> tuple[int, int] | None:
        """The start and the middle of the limb that ends at `end`: two long straight parts of about the same length."""
        heads = self.rig.heads_m
        way = {bone: self.way_from_top(end) - self.way_from_top(bone) for bone in path}
        best: float = -np.inf
        choice: tuple[int, int] | None = None
        for number, start in enumerate(path):
            for middle in path[number + 1 :]:
                first = float(np.linalg.norm(heads[middle] - heads[start]))
                second = float(np.linalg.norm(heads[end] - heads[middle]))
                crooked = way[start] - first - second
                if (score := first + second - 2 * abs(first - second) - 2 * crooked) > best:
                    best, choice = score, (start, middle)
        return choice

    def likeness(self, path: list[int], end: int) -> float:
        """How near to one another the lengths of that limb's parts are: the shorter in the longer."""
        limb = self.two_bones(path, end)
        if limb is None:
            return 0.0
        first, second = np.linalg.norm(np.diff(self.rig.heads_m[[*limb, end]], axis=0), axis=-1)
        return float(min(first, second) / max(first, second, 1e-9))

    def _asymmetry(self, axis: Floats) -> float:
        ends = self.rig.heads_m[self.leaves]
        along = ends @ axis
        middle = (along.min() + along.max()) / 2
        mirrored = ends - 2 * np.outer(along - middle, axis)
        return float(np.linalg.norm(ends[:, None] - mirrored[None], axis=-1).min(axis=0).mean())
