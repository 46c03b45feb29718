"""What the floor says: where the pelvis is before the trackers are asked."""
from __future__ import annotations

import torch
from torch import Tensor

from models.kinematics.forward import positions_from_pelvis
from models.kinematics.skeleton import FEET
from models.samplers.guidance import RootPrior


def standing_root(
    rotations: Tensor, offsets: Tensor, foot_heights: Tensor, floor_height: Tensor, height_sd: float
) -> RootPrior:
    """The lowest foot joint is about where it is when its sole is on the floor.

    Args:
        rotations: (B, T, 22, 3, 3) global.
        offsets: (B, 22, 3) metres.
        foot_heights: (B, 4) of FEET over the floor under standing soles, metres.
        floor_height: (B,) metres, NaN where the floor is unknown: then nothing is known of the root.
        height_sd: how far from standing people are (jumps, lying), metres.
    """
    heights = positions_from_pelvis(rotations, offsets[:, None])[:, :, list(FEET), 1]
    known = ~floor_height.isnan()
    root_height = floor_height.nan_to_num()[:, None] - (heights - foot_heights[:, None]).amin(-1)
    zero = torch.zeros_like(root_height)
    mean = torch.stack([zero, root_height * known[:, None], zero], dim=-1)
    information = torch.stack([zero, (zero + height_sd**-2) * known[:, None], zero], dim=-1)
    return RootPrior(mean, information)


def unknown_root(shape: tuple[int, int], like: Tensor) -> RootPrior:
    """Nothing is known: the trackers' differences alone decide the pose."""
    zero = torch.zeros(*shape, 3, dtype=like.dtype, device=like.device)
    return RootPrior(zero, zero)
