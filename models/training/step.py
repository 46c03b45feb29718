"""One step of training: draw windows, simulate their trackers, add noise, measure the loss."""
from __future__ import annotations

from dataclasses import dataclass, field

import torch
from torch import Tensor

from models.kinematics.rotations import about_y, matrix_to_sixd, turn_windows
from models.prior.condition import Cues, encode
from models.prior.denoiser import SIGMA_MAX, Statistics, first_known_heading, guess_centred
from models.prior.precision import Forward
from models.training.contacts import foot_contact
from models.training.dataset import Windows, WindowSet
from models.training.levels import LevelConfig, draw_levels, level_weight
from models.training.losses import said_loss, window_loss
from models.training.simulate import CueConfig, simulate_cues, vary_proportions
from models.training.sparse import sparsened

TOGETHER = 8  # batches drawn in one go on a GPU


@dataclass(frozen=True)
class TaskConfig:
    """What the network is asked to do."""

    cues: CueConfig = field(default_factory=CueConfig)
    levels: LevelConfig = field(default_factory=LevelConfig)


@dataclass(frozen=True)
class Batch:
    """Network inputs and truth in the heading frame."""

    poses: Tensor  # (B, T, 132) 6D
    condition: Tensor  # (B, T, C)
    offsets: Tensor  # (B, 22, 3)
    contact: Tensor  # (B, T, 4) of FEET, NaN where nothing is known of a floor
    sparse: Tensor  # (B,) bool, see sparse.py

    def to(self, device: torch.device) -> Batch:
        parts = (self.poses, self.condition, self.offsets, self.contact, self.sparse)
        return Batch(*(part.to(device, non_blocking=True) for part in parts))


    def split(self, count: int) -> list[Batch]:
        """Batches of `count` windows."""
        return list(map(Batch, *(part.split(count) for part in vars(self).values())))


def canonical(windows: Windows, cues: Cues, offsets: Tensor, sparse: Tensor | None = None) -> Batch:
    """Turn windows and cues into the head's heading frame."""
    turn = about_y(-first_known_heading(cues))
    poses = turn_windows(matrix_to_sixd(windows.rotations), turn)
    contact = torch.where(windows.floor[:, None, None], foot_contact(windows), torch.nan)
    sparse = torch.zeros_like(windows.floor) if sparse is None else sparse
    return Batch(poses.flatten(-2), encode(cues, turn), offsets, contact, sparse)


def draw_batch(windows: WindowSet, count: int, config: CueConfig) -> Batch:
    """A batch of simulated sessions."""
    drawn = windows.draw(count)
    with windows.device:
        offsets = vary_proportions(drawn.offsets, config.proportion_sd, windows.random)
        cues = simulate_cues(drawn, offsets, config, windows.random)
        if not config.sparse.share:
            return canonical(drawn, cues, offsets)
        cues, sparse = sparsened(cues, config.sparse, windows.random)
        return canonical(drawn, cues, offsets, sparse)


def next_batch(windows: WindowSet, count: int, config: CueConfig) -> Batch:
    """The next of the batches that were drawn together: on a GPU many, where one large draw takes hardly longer than
    a small one."""
    if not windows.drawn:
        together = TOGETHER if windows.device.type == "cuda" else 1
        windows.drawn.extend(draw_batch(windows, together * count, config).split(count))
    batch: Batch = windows.drawn.popleft()
    return batch


def batch_loss(
    network: Forward, statistics: Statistics, batch: Batch, config: LevelConfig, random: torch.Generator
) -> Tensor:
    """The training loss of one batch, one number."""
    noisy, sigma = add_noise(batch.poses - statistics.mean, config, random, batch.sparse)
    centred, said = guess_centred(network, statistics.sigma_data, noisy, batch.condition, sigma)
    weight = level_weight(sigma, statistics.sigma_data)
    guess, truth = (centred + statistics.mean).unflatten(-1, (-1, 6)), batch.poses.unflatten(-1, (-1, 6))
    loss = window_loss(guess, truth, batch.offsets, weight, sigma == SIGMA_MAX)
    return loss + said_loss(said, guess, truth, batch.contact) if said.shape[-1] else loss


def add_noise(
    clean: Tensor, config: LevelConfig, random: torch.Generator, sparse: Tensor | None = None
) -> tuple[Tensor, Tensor]:
    """What the network sees of centred poses (B, T, 132), some of it nothing, and the noise's level (B,)."""
    with random.device:
        levels, noise = draw_levels(len(clean), config, random, sparse), torch.randn(clean.shape, generator=random)
    sigma, zero, noise = (part.to(clean.device) for part in (*levels, noise))
    return torch.where(zero[:, None, None], 0.0, clean + sigma[:, None, None] * noise), sigma


def measure_statistics(windows: WindowSet, config: CueConfig, count: int) -> Statistics:
    """Mean pose and spread in the heading frame over random windows; joint_sd is measured after training."""
    return statistics_of(draw_batch(windows, count, config).poses)


def statistics_of(poses: Tensor) -> Statistics:
    """Mean and spread of poses (B, T, 132), before anything is known of a network."""
    flat = poses.flatten(0, 1)
    mean = flat.mean(0)
    return Statistics(mean, float((flat - mean).square().mean().sqrt()), torch.full((22,), 0.28))
