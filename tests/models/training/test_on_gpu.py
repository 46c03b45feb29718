"""Windows are drawn and learnt from where they lie: nothing of a step is left on the CPU."""
from __future__ import annotations

from collections.abc import Callable

import pytest
import torch

from bridge.engine.train import RECIPES
from models.prior.denoiser import SAID
from models.prior.network import Network, NetworkConfig
from models.training.dataset import Clip, WindowSet
from models.training.prior_kind import PRIOR
from models.training.step import draw_batch
from tests.pretend_gpu import GPU, PretendGenerator, PretendGpu, mark, on_gpu


def test_a_step_is_made_on_the_device(wave: Callable[..., Clip]) -> None:
    _, config = RECIPES["default"]
    windows = WindowSet([wave(90, seed=seed) for seed in range(3)], config.drawing)
    small = NetworkConfig(said=SAID, width=16, blocks=1, heads=2)
    network, statistics = Network(small), PRIOR.measure(windows, config.task, 64)
    mark([vars(windows), vars(statistics), [*network.parameters()], [*network.buffers()]])
    windows.random = PretendGenerator()
    with PretendGpu():
        batch = draw_batch(windows, 64, config.task.cues)
        assert all(map(on_gpu, (batch.poses, batch.condition, batch.offsets, batch.contact)))
        assert on_gpu(PRIOR.loss(network, statistics, windows, 64, config.task))


def test_what_is_left_on_the_cpu_is_found() -> None:
    with PretendGpu(), pytest.raises(RuntimeError, match="both devices"):
        torch.zeros(3, device=GPU) + torch.zeros(3)
