"""The regressors: the body of every frame from this frame's trackers and those before, in one pass."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from models.prior.denoiser import Statistics
from models.prior.network import NetworkConfig
from models.rivals.lessons import EXACT, Lesson, View, draw_lesson
from models.rivals.losses import frame_loss
from models.rivals.network import Regressor
from models.training.dataset import WindowSet
from models.training.step import TaskConfig, statistics_of
from models.training.validate import COUNT, SEED, Validation, errors


@dataclass(frozen=True)
class Regression:
    """What training asks of it; see training/kind.py."""

    name: str
    bones: bool  # told the user's

    def build(self, config: NetworkConfig) -> nn.Module:
        return Regressor(config)

    def measure(self, windows: WindowSet, task: TaskConfig, count: int) -> Statistics:
        return statistics_of(self.draw(windows, count, task).truth.flatten(2))

    def loss(
        self, network: Callable[[Tensor], Tensor], statistics: Statistics, windows: WindowSet, count: int,
        task: TaskConfig,
    ) -> Tensor:
        lesson = self.draw(windows, count, task).to(statistics.mean.device)
        return frame_loss(regress(network, statistics, lesson.told), lesson.truth, lesson.offsets)

    @torch.no_grad()
    def validate(self, network: Callable[[Tensor], Tensor], statistics: Statistics, windows: WindowSet) -> Validation:
        """Of the newest frame alone: the only one it is asked for."""
        windows.random.manual_seed(SEED)
        lesson = self.draw(windows, COUNT, TaskConfig(cues=EXACT)).to(statistics.mean.device)
        guess = regress(network, statistics, lesson.told)
        return errors(guess[:, -1:], lesson.truth[:, -1:], lesson.offsets)

    def finish(
        self, network: Callable[[Tensor], Tensor], statistics: Statistics, windows: WindowSet
    ) -> Statistics:
        return statistics

    def draw(self, windows: WindowSet, count: int, task: TaskConfig) -> Lesson:
        return draw_lesson(windows, count, View(windows.config.frames - 1, self.bones), task.cues)


def regress(network: Callable[[Tensor], Tensor], statistics: Statistics, told: Tensor) -> Tensor:
    """Global rotations in the head's frame, (B, T, C) -> (B, T, 22, 6)."""
    return (network(told) + statistics.mean).unflatten(-1, (-1, 6))
