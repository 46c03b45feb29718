"""BoDiffusion: the prior's network, told places in metres; of global rotations, or of local ones as published."""
from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from models.prior.denoiser import SIGMA_MAX, Statistics, denoise_centred
from models.prior.network import Network, NetworkConfig
from models.prior.precision import Forward
from models.rivals.lessons import EXACT, Lesson, View, draw_lesson
from models.rivals.spaces import Space
from models.training.dataset import WindowSet
from models.training.levels import level_weight
from models.training.losses import window_loss
from models.training.step import TaskConfig, add_noise, statistics_of
from models.training.validate import COUNT, SEED, Validation, errors


@dataclass(frozen=True)
class Bodiffusion:
    """What training asks of it; see training/kind.py."""

    name: str
    space: Space

    def build(self, config: NetworkConfig) -> nn.Module:
        return Network(config)

    def measure(self, windows: WindowSet, task: TaskConfig, count: int) -> Statistics:
        return statistics_of(self.poses(self.draw(windows, count, task)))

    def loss(
        self, network: Forward, statistics: Statistics, windows: WindowSet, count: int, task: TaskConfig
    ) -> Tensor:
        """The published loss in the network's own rotations, and the prior's in the world's."""
        lesson = self.draw(windows, count, task).to(statistics.mean.device)
        poses = self.poses(lesson)
        noisy, sigma = add_noise(poses - statistics.mean, task.levels, windows.random)
        guess = denoise_centred(network, statistics.sigma_data, noisy, lesson.told, sigma) + statistics.mean
        weight = level_weight(sigma, statistics.sigma_data)
        own = ((guess - poses).square().flatten(1).mean(1) * weight).mean()
        squares = torch.zeros_like(sigma, dtype=torch.bool)  # at every level, as published
        return own + window_loss(self.in_world(guess), lesson.truth, lesson.offsets, weight, squares)

    @torch.no_grad()
    def validate(self, network: Forward, statistics: Statistics, windows: WindowSet) -> Validation:
        windows.random.manual_seed(SEED)
        lesson = self.draw(windows, COUNT, TaskConfig(cues=EXACT)).to(statistics.mean.device)
        nothing = torch.zeros_like(self.poses(lesson))
        level = torch.full((COUNT,), SIGMA_MAX, device=nothing.device)
        guess = denoise_centred(network, statistics.sigma_data, nothing, lesson.told, level) + statistics.mean
        return errors(self.in_world(guess), lesson.truth, lesson.offsets)

    def finish(self, network: Forward, statistics: Statistics, windows: WindowSet) -> Statistics:
        return statistics

    def draw(self, windows: WindowSet, count: int, task: TaskConfig) -> Lesson:
        return draw_lesson(windows, count, View(windows.config.frames // 2), task.cues)

    def poses(self, lesson: Lesson) -> Tensor:
        """The truth as the network speaks of it, (B, T, 132)."""
        return self.space.from_world(lesson.truth).flatten(-2)

    def in_world(self, poses: Tensor) -> Tensor:
        """(B, T, 132) -> (B, T, 22, 6)."""
        return self.space.to_world(poses.unflatten(-1, (-1, 6)))
