"""What the floor says: where the pelvis is before the trackers are asked."""
from __future__ import annotations

from functools import cache

from torch import Tensor

from models.kinematics.arrays import Array, alike, filled, finite_or_zero, library
from models.kinematics.skeleton import FEET, PARENT_OR_SELF, descent_matrix
from models.samplers.system import RootPrior


def standing_root(
    rotations: Array, offsets: Array, foot_heights: Array, floor_height: Array, height_sd: float
) -> RootPrior:
    """The lowest foot joint is about where it is when its sole is on the floor.

    Args:
        rotations: (B, T, 22, 3, 3) global.
        offsets: (B, 22, 3) metres.
        foot_heights: (B, 4) of FEET over the floor under standing soles, metres.
        floor_height: (B,) metres, NaN where the floor is unknown: then nothing is known of the root.
        height_sd: how far from standing people are (jumps, lying), metres.
    """
    maths = library(rotations)
    rises = (rotations[..., 1, :][:, :, list(PARENT_OR_SELF)] * offsets[:, None]).sum(-1)  # (B, T, 22) of each bone
    heights = rises @ alike(_to_feet(), rises)
    known = ~maths.isnan(floor_height)[:, None]
    root_height = finite_or_zero(floor_height)[:, None] - maths.amin(heights - foot_heights[:, None], -1)
    zero = maths.zeros_like(root_height)
    mean = maths.stack([zero, root_height * known, zero], -1)
    information = maths.stack([zero, (zero + height_sd**-2) * known, zero], -1)
    return RootPrior(mean, information)


def unknown_root(shape: tuple[int, int], like: Array) -> RootPrior:
    """Nothing is known: the trackers' differences alone decide the pose."""
    zero = filled((*shape, 3), 0.0, like)
    return RootPrior(zero, zero)


@cache
def _to_feet() -> Tensor:
    """(22, 4): one where a bone is on the way from the pelvis to one of FEET."""
    return descent_matrix()[list(FEET)].mT.contiguous()
