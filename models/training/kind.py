"""What can be trained: anything that makes a network, measures its loss on a batch and says how good it is.

The loop in train.py knows no more of what it trains. A kind is a frozen dataclass; with the TrainConfig it decides
the weights.
"""
from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from torch import Tensor, nn

from models.prior.denoiser import Statistics
from models.prior.network import NetworkConfig
from models.training.dataset import WindowSet
from models.training.step import TaskConfig
from models.training.validate import Validation

Function = Callable[..., Tensor]  # a network, perhaps compiled and in lower precision


class Kind(Protocol):
    """A kind of network and its lessons."""

    @property
    def name(self) -> str:
        """What its checkpoints say they are."""

    def build(self, config: NetworkConfig) -> nn.Module:
        """A fresh network."""

    def measure(self, windows: WindowSet, task: TaskConfig, count: int) -> Statistics:
        """What `count` of the training windows say before training."""

    def loss(
        self, network: Function, statistics: Statistics, windows: WindowSet, count: int, task: TaskConfig
    ) -> Tensor:
        """The training loss of `count` windows drawn now, one number, on the device of the statistics' mean."""

    def validate(self, network: Function, statistics: Statistics, windows: WindowSet) -> Validation:
        """Errors on the same unseen windows at every call."""

    def finish(self, network: Function, statistics: Statistics, windows: WindowSet) -> Statistics:
        """The statistics with what unseen windows say of the trained network."""
