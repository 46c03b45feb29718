"""BoDiffusion's lessons: a network that knows the truth loses nothing, in either space, and is validated as one."""
from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from models.prior.denoiser import Statistics
from models.prior.network import Network, NetworkConfig
from models.rivals.diffusion import Bodiffusion
from models.rivals.lessons import EXACT
from models.rivals.recipes import BODIFFUSION, BODIFFUSION_LOCAL
from models.training.dataset import WindowSet
from models.training.step import TaskConfig

TASK = TaskConfig(cues=EXACT)
STATISTICS = Statistics(torch.zeros(132), 0.3, torch.ones(22))
both = pytest.mark.parametrize("kind", [BODIFFUSION, BODIFFUSION_LOCAL])


def knows(poses: Tensor) -> Callable[[Tensor, Tensor, Tensor], Tensor]:
    """EDM's target for these poses, whatever is asked."""

    def forward(motion: Tensor, told: Tensor, log_level: Tensor) -> Tensor:
        sigma = (log_level * 4).exp()[:, None, None]
        total = (sigma**2 + 0.3**2).sqrt()
        return (poses - motion * total * (0.3 / total) ** 2) * total / (sigma * 0.3)

    return forward


@both
def test_who_knows_loses_nothing(kind: Bodiffusion, windows: Callable[..., WindowSet]) -> None:
    truth = kind.poses(kind.draw(windows(3), 8, TASK))
    loss = kind.loss(knows(truth), STATISTICS, windows(3), 8, TASK)
    ignorant = kind.loss(knows(0 * truth), STATISTICS, windows(3), 8, TASK)
    assert float(loss) < 1e-5 * float(ignorant)


@both
def test_the_loss_reaches_every_weight(
    kind: Bodiffusion, windows: Callable[..., WindowSet], small: NetworkConfig
) -> None:
    network = kind.build(small)
    assert isinstance(network, Network)
    torch.nn.init.normal_(network.head.weight, std=0.1)
    kind.loss(network, kind.measure(windows(), TASK, 64), windows(), 8, TASK).backward()
    assert all(value.grad is not None and value.grad.abs().max() > 0 for value in network.parameters())


@both
def test_validation_is_of_the_same_windows_and_knows_a_perfect_guess(
    kind: Bodiffusion, windows: Callable[..., WindowSet]
) -> None:
    seen: list[Tensor] = []

    def silent(motion: Tensor, told: Tensor, log_level: Tensor) -> Tensor:
        seen.append(told)
        return torch.zeros_like(motion)

    watched = windows()
    found = kind.validate(silent, STATISTICS, watched)
    watched.draw(3)
    kind.validate(silent, STATISTICS, watched)
    assert torch.equal(seen[0], seen[1])
    watched.random.manual_seed(7)
    perfect = kind.validate(knows(kind.poses(kind.draw(watched, len(seen[0]), TASK))), STATISTICS, watched)
    assert perfect.mpjpe_cm < 0.01 < found.mpjpe_cm and perfect.mpjre_deg < 0.2 < found.mpjre_deg


def test_statistics_are_of_the_network_s_own_rotations(windows: Callable[..., WindowSet]) -> None:
    own = BODIFFUSION_LOCAL.measure(windows(), TASK, 512)
    poses = BODIFFUSION_LOCAL.poses(BODIFFUSION_LOCAL.draw(windows(), 512, TASK))
    assert float((poses.flatten(0, 1).mean(0) - own.mean).abs().max()) < 0.1
    assert not torch.allclose(own.mean, BODIFFUSION.measure(windows(), TASK, 512).mean, atol=0.02)
