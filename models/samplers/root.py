"""What the floor says: where the pelvis is before the trackers are asked, and where feet cannot be."""
from __future__ import annotations

import torch
from torch import Tensor

from models.kinematics.forward import positions_from_pelvis
from models.kinematics.skeleton import FEET, TOES, standing_heights
from models.samplers.guidance import RootPrior
from models.samplers.measurement import levers
from models.samplers.rows import Floor


def standing_root(rotations: Tensor, offsets: Tensor, floor_height: Tensor, height_sd: float) -> RootPrior:
    """The lowest foot joint is about where it is when its sole is on the floor.

    Args:
        rotations: (B, T, 22, 3, 3) global.
        offsets: (B, 22, 3) metres.
        floor_height: (B,) metres, NaN where the floor is unknown: then nothing is known of the root.
        height_sd: how far from standing people are (jumps, lying), metres.
    """
    feet = list(FEET)
    heights = positions_from_pelvis(rotations, offsets[:, None])[:, :, feet, 1]
    soles = standing_heights(offsets)[:, feet]
    known = ~floor_height.isnan()
    root_height = floor_height.nan_to_num()[:, None] - (heights - soles[:, None]).amin(-1)
    zero = torch.zeros_like(root_height)
    mean = torch.stack([zero, root_height * known[:, None], zero], dim=-1)
    information = torch.stack([zero, (zero + height_sd**-2) * known[:, None], zero], dim=-1)
    return RootPrior(mean, information)


def floor_under(offsets: Tensor, floor_height: Tensor, sd: float) -> Floor:
    """The floor that the toe bases of bodies (B, 22, 3) rest on; floor_height (B,), NaN where it is unknown."""
    lever = levers(offsets, TOES, offsets.new_zeros(len(TOES), 3))
    soles = standing_heights(offsets)[:, list(TOES)]
    return Floor(lever, floor_height.unsqueeze(-1) + soles, sd)


def unknown_root(shape: tuple[int, int], like: Tensor) -> RootPrior:
    """Nothing is known: the trackers' differences alone decide the pose."""
    zero = torch.zeros(*shape, 3, dtype=like.dtype, device=like.device)
    return RootPrior(zero, zero)
