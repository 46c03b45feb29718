"""A device's small linear systems, as operators of torch: a trace of the maths keeps them whole, see fused.py."""
from __future__ import annotations

import torch
from torch import Tensor

from models.captured.kernels import MOST_FRAMES, kernels_for
from models.kinematics.systems import solve_banded_whole


@torch.library.custom_op("posebridge::solve", mutates_args=())
def solve(systems: Tensor, columns: Tensor) -> Tensor:
    """See systems.solve; by our kernels where there are any."""
    kernels = kernels_for(columns.device)
    if kernels:
        return kernels.solve(systems, columns)
    return torch.linalg.solve_ex(systems, columns).result.contiguous()


@torch.library.custom_op("posebridge::solve_banded", mutates_args=())
def solve_banded(bands: Tensor, columns: Tensor, place: Tensor) -> tuple[Tensor, Tensor]:
    """See systems.solve_banded."""
    kernels = kernels_for(columns.device)
    if kernels and columns.shape[-2] <= MOST_FRAMES:
        return kernels.solve_banded(bands[..., :-1], columns)
    solved, variance = solve_banded_whole(bands, columns, place)
    return solved.contiguous(), variance.contiguous()


@solve.register_fake
def _(systems: Tensor, columns: Tensor) -> Tensor:
    return torch.empty_like(columns, memory_format=torch.contiguous_format)


@solve_banded.register_fake
def _(bands: Tensor, columns: Tensor, place: Tensor) -> tuple[Tensor, Tensor]:
    return torch.empty_like(columns, memory_format=torch.contiguous_format), columns.new_empty(columns.shape[:-1])
