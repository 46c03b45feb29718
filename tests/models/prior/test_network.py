"""The network: shapes, an output of zero to begin with, frames that have an order, position codes that are relative."""
from __future__ import annotations

import torch

from models.prior.network import Network, NetworkConfig, rotary_tables, rotate


def inputs(config: NetworkConfig, batch: int = 2) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    random = torch.Generator().manual_seed(1)
    motion = torch.randn(batch, config.frames, config.motion, generator=random)
    condition = torch.randn(batch, config.frames, config.condition, generator=random)
    return motion, condition, torch.randn(batch, generator=random)


def test_begins_as_zero_so_that_the_first_guess_is_the_mean(config: NetworkConfig) -> None:
    assert torch.equal(Network(config)(*inputs(config)), torch.zeros(2, config.frames, 132))


def test_windows_of_a_batch_do_not_mix(network: Network, config: NetworkConfig) -> None:
    motion, condition, level = inputs(config)
    together = network(motion, condition, level)
    torch.testing.assert_close(network(motion[1:], condition[1:], level[1:]), together[1:], atol=1e-5, rtol=0)


def test_knows_the_order_of_frames(network: Network, config: NetworkConfig) -> None:
    motion, condition, level = inputs(config)
    backwards = network(motion.flip(1), condition.flip(1), level)
    assert (backwards.flip(1) - network(motion, condition, level)).abs().max() > 1e-3


def test_every_input_matters(network: Network, config: NetworkConfig) -> None:
    motion, condition, level = inputs(config)
    usual = network(motion, condition, level)
    for changed in ((motion + 1, condition, level), (motion, condition + 1, level), (motion, condition, level + 1)):
        assert (network(*changed) - usual).abs().max() > 1e-3


def test_rotary_codes_see_only_how_far_frames_are_apart() -> None:
    cos, sin = rotary_tables(12, 16)
    q, k = torch.randn(2, 16, generator=torch.Generator().manual_seed(2))
    scores = rotate(q.expand(12, 16), cos, sin) @ rotate(k.expand(12, 16), cos, sin).T
    for apart in range(-11, 12):
        diagonal = scores.diagonal(apart)
        torch.testing.assert_close(diagonal, diagonal[:1].expand_as(diagonal), atol=1e-5, rtol=0)
    torch.testing.assert_close(scores.diagonal(), (q @ k).expand(12), atol=1e-5, rtol=0)
