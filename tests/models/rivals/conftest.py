"""Windows of slow waves, the sights of them, and rivals small enough for a test."""
from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from models.body import Body, Readings
from models.group import measure
from models.kinematics.forward import global_to_local
from models.kinematics.rotations import matrix_to_xyzw
from models.kinematics.skeleton import neutral_offsets
from models.prior.network import NetworkConfig
from models.rivals.sight import SIGHT_WIDTH, Sight, sight_of
from models.training.dataset import Clip, WindowConfig, WindowSet

FRAMES = 9
AS_IS = WindowConfig(frames=FRAMES, mirror=0.0, speed_share=0.0)


@pytest.fixture
def small() -> NetworkConfig:
    return NetworkConfig(condition=SIGHT_WIDTH, frames=FRAMES, width=32, blocks=2, heads=2)


@pytest.fixture
def windows(swaying_body: Callable[..., tuple[Tensor, Tensor]]) -> Callable[..., WindowSet]:
    """windows(seed): drawn as they are from two swaying bodies of neutral bones."""

    def clip(seed: int) -> Clip:
        rotations, root = swaying_body(80, seed)
        return Clip(matrix_to_xyzw(global_to_local(rotations)), root, neutral_offsets(), "sway")

    return lambda seed=0: WindowSet([clip(0), clip(1)], AS_IS, seed)


@pytest.fixture
def sight(
    swaying_body: Callable[..., tuple[Tensor, Tensor]], wear: Callable[..., tuple[Body, Readings]]
) -> Callable[..., Sight]:
    """sight(frames): one sequence of a swaying body."""

    def make(frames: int = FRAMES) -> Sight:
        body, readings = wear(*swaying_body(frames))
        return sight_of([body], measure([body], [readings]))

    return make


@pytest.fixture(autouse=True)
def seeded() -> None:
    torch.manual_seed(0)
