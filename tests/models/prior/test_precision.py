"""Lower precision: the same function within bfloat16's grain, float32 outside."""
from __future__ import annotations

import pytest
import torch
from torch import Tensor

from models.prior.network import Network, NetworkConfig
from models.prior.precision import differentiable_forward, in_bfloat16, on_device


def inputs(config: NetworkConfig) -> tuple[Tensor, Tensor, Tensor]:
    random = torch.Generator().manual_seed(1)
    motion = torch.randn(2, config.frames, config.motion, generator=random)
    return motion, torch.randn(2, config.frames, config.condition, generator=random), torch.tensor([-1.0, 0.5])


@pytest.mark.parametrize("wrap", [in_bfloat16, differentiable_forward])
def test_a_wrapped_network_says_almost_the_same_in_float32(network: Network, config: NetworkConfig, wrap: type) -> None:
    exact, coarse = network(*inputs(config)), wrap(network)(*inputs(config))
    assert coarse.dtype == torch.float32
    assert (coarse - exact).norm() < 0.02 * exact.norm()


def test_it_computes_in_bfloat16_inside_and_only_there(network: Network, config: NetworkConfig) -> None:
    seen: list[torch.dtype] = []

    def watching(motion: Tensor, condition: Tensor, log_level: Tensor) -> Tensor:
        seen.append(network.embed(torch.cat([motion, condition], dim=-1)).dtype)
        return motion

    in_bfloat16(watching)(*inputs(config))
    assert seen == [torch.bfloat16]
    assert network(*inputs(config)).dtype == torch.float32


def test_gradients_come_through(network: Network, config: NetworkConfig) -> None:
    network.requires_grad_(True)
    in_bfloat16(network)(*inputs(config)).square().sum().backward()
    assert all(value.grad is not None and value.grad.isfinite().all() for value in network.parameters())


def test_only_the_network_is_on_the_device(config: NetworkConfig) -> None:
    seen: list[str] = []

    def watching(*parts: Tensor) -> Tensor:
        seen.extend(part.device.type for part in parts)
        return torch.ones(2, 3)

    assert on_device(watching, torch.device("meta"))(*inputs(config)).device.type == "cpu"
    assert seen == ["meta"] * 3
