"""The network outside torch gives what the network in torch gives."""
from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from models.prior.checkpoint import load_prior
from models.prior.network import Network, NetworkConfig
from models.prior.precision import multiplies_bytes
from models.prior.runtime import fast_forward, fast_function, rough_forward

CPU = torch.device("cpu")


def inputs(config: NetworkConfig, batch: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    random = torch.Generator().manual_seed(0)
    shape = (batch, config.frames)
    motion = torch.randn(*shape, config.motion, generator=random)
    return motion, torch.randn(*shape, config.condition, generator=random), torch.randn(batch, generator=random)


@pytest.mark.parametrize("batch", [1, 2, 7])
def test_it_is_the_same_function_at_any_batch_size(batch: int) -> None:
    config = NetworkConfig(width=32, blocks=2, heads=2)
    network = Network(config).eval().requires_grad_(False)
    torch.nn.init.normal_(network.head.weight)
    motion, condition, levels = inputs(config, batch)
    fast = fast_forward(network)
    for given in (levels, torch.full((batch,), 0.5), levels, torch.full((batch,), -1.0), torch.full((batch,), 0.2)):
        torch.testing.assert_close(fast(motion, condition, given), network(motion, condition, given),
                                   atol=1e-5, rtol=1e-4)


def test_the_shipped_prior_keeps_its_answers() -> None:
    prior = load_prior()
    motion, condition, levels = inputs(prior.config, 3)
    fast = fast_forward(prior.network)
    for given in (levels, torch.full((3,), 0.52)):
        torch.testing.assert_close(fast(motion, condition, given), prior.network(motion, condition, given),
                                   atol=3e-5, rtol=1e-4)


def test_any_network_will_do() -> None:
    network = torch.nn.Sequential(torch.nn.Linear(5, 7), torch.nn.GELU(), torch.nn.Linear(7, 2)).requires_grad_(False)
    given = torch.randn(3, 4, 5, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(fast_function(network, (4, 5))(given), network(given), atol=1e-5, rtol=1e-4)


@pytest.mark.skipif(not multiplies_bytes(CPU), reason="this CPU's sums of bytes overflow, so they are not used on it")
def test_in_bytes_it_says_nearly_the_same() -> None:
    prior = load_prior()
    motion, condition, _ = inputs(prior.config, 3)
    level = torch.full((3,), 0.52)
    said = prior.network(motion, condition, level)
    off = rough_forward(prior.network)(motion, condition, level) - said
    assert 1e-4 < off.square().mean().sqrt() / said.square().mean().sqrt() < 0.05


def test_in_bytes_a_window_s_answer_does_not_depend_on_the_others() -> None:
    prior = load_prior()
    motion, condition, _ = inputs(prior.config, 4)
    condition[1:] *= 5
    rough, level = rough_forward(prior.network), torch.full((4,), 0.52)
    alone = rough(motion[:1], condition[:1], level[:1])
    torch.testing.assert_close(rough(motion, condition, level)[:1], alone, atol=1e-4, rtol=0)


def test_it_reports_to_nobody_and_leaves_nothing_in_the_home(tmp_path: Path) -> None:
    """ONNX Runtime would keep an identifier there, for what it sends to its makers."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "ORT_"))}
    subprocess.run([sys.executable, "-c", "import models.prior.runtime"], check=True, timeout=100,
                   cwd=Path(__file__).resolve().parents[3], env={**own, "HOME": str(tmp_path)})
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
