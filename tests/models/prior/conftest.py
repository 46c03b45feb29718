"""A network small enough for a test, and cues of random windows."""
from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from models.kinematics.rotations import rotvec_to_matrix
from models.prior.condition import CUE_WIDTH, OTHER_JOINTS, Cues
from models.prior.denoiser import Statistics
from models.prior.network import Network, NetworkConfig

FRAMES = 9
TINY = NetworkConfig(condition=CUE_WIDTH, frames=FRAMES, width=32, blocks=2, heads=2)


def _cues(batch: int = 3, seed: int = 0) -> Cues:
    random = torch.Generator().manual_seed(seed)

    def known(*shape: int) -> Tensor:
        return torch.rand(shape, generator=random) < 0.8

    return Cues(
        rotations=rotvec_to_matrix(0.7 * torch.randn(batch, FRAMES, 3, 3, generator=random)),
        rotation_known=known(batch, FRAMES, 3),
        height=0.9 + 0.05 * torch.randn(batch, FRAMES, generator=random),
        height_known=known(batch, FRAMES),
        hands=torch.randn(batch, FRAMES, 2, 3, generator=random),
        hands_known=known(batch, FRAMES, 2),
        path=torch.randn(batch, FRAMES, 3, generator=random) * torch.tensor([1.0, 0.0, 1.0]),
        path_known=known(batch, FRAMES),
        others=rotvec_to_matrix(0.7 * torch.randn(batch, FRAMES, len(OTHER_JOINTS), 3, generator=random)),
        others_known=known(batch, FRAMES, len(OTHER_JOINTS)),
    )


@pytest.fixture
def random_cues() -> Callable[..., Cues]:
    """random_cues(batch, seed): windows of 9 frames whose every cue is absent now and then."""
    return _cues


@pytest.fixture
def config() -> NetworkConfig:
    return TINY


@pytest.fixture
def network() -> Network:
    """A tiny network whose head is not the zero it starts with."""
    torch.manual_seed(0)
    network = Network(TINY)
    torch.nn.init.normal_(network.head.weight, std=0.2)
    return network.eval().requires_grad_(False)


@pytest.fixture
def statistics() -> Statistics:
    return Statistics(torch.linspace(-1, 1, 132), 0.3, torch.linspace(0.1, 0.4, 22))
