"""One step: batches in the heading frame, a loss that a perfect network brings to nothing, statistics of the data."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from models.kinematics.rotations import about_y, heading, sixd_to_matrix
from models.kinematics.skeleton import HEAD
from models.prior.condition import CUE_WIDTH
from models.prior.denoiser import Statistics
from models.training.dataset import Clip, WindowConfig, WindowSet
from models.training.levels import LevelConfig
from models.training.simulate import CueConfig, exact_cues
from models.training.step import Batch, batch_loss, canonical, draw_batch, measure_statistics

QUIET = CueConfig(hand_lost=0, head_lost=0, noisy=0)
STATISTICS = Statistics(torch.zeros(132), 0.28, torch.ones(22))


@pytest.fixture
def batch(wave: Callable[..., Clip], drawing: WindowConfig) -> Batch:
    return draw_batch(WindowSet([wave()], drawing), 16, QUIET)


def random() -> torch.Generator:
    return torch.Generator().manual_seed(5)


def test_a_batch_faces_forward_at_its_middle_frame(batch: Batch) -> None:
    assert batch.poses.shape == (16, 9, 132)
    assert batch.condition.shape == (16, 9, CUE_WIDTH)
    head = sixd_to_matrix(batch.poses.unflatten(-1, (22, 6)))[:, 4, HEAD]
    torch.testing.assert_close(heading(head), torch.zeros(16), atol=1e-5, rtol=0)


def test_a_world_turned_gives_the_same_batch(wave: Callable[..., Clip], drawing: WindowConfig) -> None:
    drawn = WindowSet([wave()], drawing).draw(4)
    turn = about_y(torch.tensor(2.0))
    turned = replace(drawn, rotations=turn @ drawn.rotations, root=drawn.root @ turn.mT)
    one, other = (canonical(each, exact_cues(each, each.offsets), each.offsets) for each in (drawn, turned))
    torch.testing.assert_close(one.poses, other.poses, atol=1e-5, rtol=0)
    torch.testing.assert_close(one.condition, other.condition, atol=1e-4, rtol=0)


def knows(truth: Tensor) -> Callable[[Tensor, Tensor, Tensor], Tensor]:
    """A network that answers what turns any input into the truth: EDM's target, from the input and level it sees."""

    def forward(motion: Tensor, condition: Tensor, log_level: Tensor) -> Tensor:
        sigma = (log_level * 4).exp()[:, None, None]
        total = (sigma**2 + 0.28**2).sqrt()
        noisy = motion * total
        answer: Tensor = (truth - noisy * (0.28 / total) ** 2) * total / (sigma * 0.28)
        return answer

    return forward


def test_a_network_that_knows_the_truth_loses_nothing(batch: Batch) -> None:
    perfect, ignorant = (
        batch_loss(network, STATISTICS, batch, LevelConfig(), random())
        for network in (knows(batch.poses), lambda motion, told, log: torch.zeros_like(motion))
    )
    assert float(perfect) < 1e-3 * float(ignorant)


def test_a_start_from_zero_shows_the_network_zero(batch: Batch) -> None:
    seen: list[Tensor] = []

    def watching(motion: Tensor, condition: Tensor, log_level: Tensor) -> Tensor:
        seen.append(motion)
        return motion

    batch_loss(watching, STATISTICS, batch, LevelConfig(start_share=1.0, zero_share=1.0), random())
    assert torch.equal(seen[0], torch.zeros(16, 9, 132))
    batch_loss(watching, STATISTICS, batch, LevelConfig(start_share=1.0, zero_share=0.0), random())
    assert float(seen[1].std()) == pytest.approx(1, abs=0.05)


def test_statistics_are_those_of_the_data(wave: Callable[..., Clip], drawing: WindowConfig) -> None:
    windows = WindowSet([wave()], drawing)
    statistics = measure_statistics(windows, QUIET, count=512)
    poses = draw_batch(windows, 512, QUIET).poses
    assert float((poses.flatten(0, 1).mean(0) - statistics.mean).abs().max()) < 0.1
    assert float((poses - statistics.mean).square().mean().sqrt()) == pytest.approx(statistics.sigma_data, rel=0.1)
