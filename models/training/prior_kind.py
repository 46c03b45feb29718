"""The prior, as what is trained."""
from __future__ import annotations

from dataclasses import dataclass, replace

from torch import Tensor, nn

from models.prior.denoiser import Statistics
from models.prior.network import Network, NetworkConfig
from models.prior.precision import Forward
from models.training.dataset import WindowSet
from models.training.step import TaskConfig, batch_loss, measure_statistics, next_batch
from models.training.validate import Validation, measure_spread, validate


@dataclass(frozen=True)
class PriorKind:
    """See kind.py."""

    name: str = "prior"

    def build(self, config: NetworkConfig) -> nn.Module:
        return Network(config)

    def measure(self, windows: WindowSet, task: TaskConfig, count: int) -> Statistics:
        return measure_statistics(windows, task.cues, count)

    def loss(
        self, network: Forward, statistics: Statistics, windows: WindowSet, count: int, task: TaskConfig
    ) -> Tensor:
        batch = next_batch(windows, count, task.cues).to(statistics.mean.device)
        return batch_loss(network, statistics, batch, task.levels, windows.random)

    def validate(self, network: Forward, statistics: Statistics, windows: WindowSet) -> Validation:
        return validate(network, statistics, windows)

    def finish(self, network: Forward, statistics: Statistics, windows: WindowSet) -> Statistics:
        spread, gain = measure_spread(network, statistics, windows)
        return replace(statistics, joint_sd=spread, spread_gain=gain)


PRIOR = PriorKind()
