"""Clips made of slow waves, and a recipe small enough to train within a test."""
from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import torch

from models.kinematics.rotations import matrix_to_xyzw, rotvec_to_matrix
from models.kinematics.skeleton import JOINT_COUNT, neutral_offsets
from models.prior.network import NetworkConfig
from models.training.dataset import Clip, WindowConfig
from models.training.run import TrainConfig

FRAMES = 9


def _clip(frames: int = 120, seed: int = 0, source: str = "waves", floor: bool = True, size: float = 0.5) -> Clip:
    random = torch.Generator().manual_seed(seed)
    time = torch.arange(frames)[:, None, None] / 60
    phase, pace = torch.rand(2, JOINT_COUNT, 3, generator=random) * 6
    local = rotvec_to_matrix(size * torch.sin(pace * time + phase))
    root = torch.tensor([0.0, 0.9, 0.0]) + 0.1 * torch.sin(time[:, 0] + torch.arange(3))
    return Clip(matrix_to_xyzw(local), root, neutral_offsets(), source, floor)


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Tensors this small are quickest on one thread, and on a busy machine by far."""
    usual = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(usual)


@pytest.fixture
def wave() -> Callable[..., Clip]:
    """wave(frames, seed, source, floor, size): a clip whose joints swing by up to `size` radians."""
    return _clip


@pytest.fixture
def drawing() -> WindowConfig:
    return WindowConfig(frames=FRAMES)


@pytest.fixture
def recipe(drawing: WindowConfig) -> TrainConfig:
    """Forty steps of a tiny network."""
    network = NetworkConfig(frames=FRAMES, width=32, blocks=2, heads=2)
    return TrainConfig(windows=640, batch=16, learning_rate=3e-3, average=0.9, network=network, drawing=drawing)
