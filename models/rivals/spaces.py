"""The rotations a rival speaks of: all relative to the world, or each to its parent; as 6D in and out."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor

from models.kinematics.forward import global_to_local, local_to_global
from models.kinematics.rotations import matrix_to_sixd, sixd_to_matrix


@dataclass(frozen=True)
class Space:
    """Two ways between the world's rotations and a network's own, (..., 22, 6) both."""

    from_world: Callable[[Tensor], Tensor]
    to_world: Callable[[Tensor], Tensor]


def _as_it_is(sixd: Tensor) -> Tensor:
    return sixd


def _below_parents(sixd: Tensor) -> Tensor:
    return matrix_to_sixd(global_to_local(sixd_to_matrix(sixd)))


def _down_the_tree(sixd: Tensor) -> Tensor:
    return matrix_to_sixd(local_to_global(sixd_to_matrix(sixd)))


GLOBAL = Space(_as_it_is, _as_it_is)
LOCAL = Space(_below_parents, _down_the_tree)
