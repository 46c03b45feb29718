"""Our kernels as operators of torch, for what traces them; see kernels.py."""
from __future__ import annotations

import torch
from torch import Tensor

from models.captured.kernels import Kernels, kernels_for


def _kernels(device: torch.device) -> Kernels:
    kernels = kernels_for(device)
    if kernels is None:
        raise RuntimeError(f"no kernels of our own on {device}")
    return kernels


def _solve(systems: Tensor, columns: Tensor) -> Tensor:
    return _kernels(columns.device).solve(systems, columns)


def _solve_banded(bands: Tensor, columns: Tensor) -> tuple[Tensor, Tensor]:
    return _kernels(columns.device).solve_banded(bands, columns)


solve = torch.library.custom_op(
    "posebridge::solve", _solve, mutates_args=(), schema="(Tensor systems, Tensor columns) -> Tensor")
solve_banded = torch.library.custom_op(
    "posebridge::solve_banded", _solve_banded, mutates_args=(),
    schema="(Tensor bands, Tensor columns) -> (Tensor, Tensor)")


@solve.register_fake
def _(systems: Tensor, columns: Tensor) -> Tensor:
    return torch.empty_like(columns, memory_format=torch.contiguous_format)


@solve_banded.register_fake
def _(bands: Tensor, columns: Tensor) -> tuple[Tensor, Tensor]:
    solved = torch.empty_like(columns, memory_format=torch.contiguous_format)
    return solved, columns.new_empty(columns.shape[:-1])
