"""Clips for the evaluation."""
from __future__ import annotations

from collections.abc import Callable

import pytest
from torch import Tensor

from models.kinematics.forward import global_to_local
from models.kinematics.rotations import matrix_to_xyzw
from models.kinematics.skeleton import neutral_offsets
from models.training.dataset import Clip


@pytest.fixture
def clip(swaying_body: Callable[..., tuple[Tensor, Tensor]]) -> Callable[..., Clip]:
    """clip(frames, seed, source, floor): a swaying neutral body."""

    def make(frames: int = 45, seed: int = 0, source: str = "sway", floor: bool = True) -> Clip:
        rotations, root = swaying_body(frames, seed)
        return Clip(matrix_to_xyzw(global_to_local(rotations)), root, neutral_offsets(), source, floor, f"sway{seed}")

    return make
