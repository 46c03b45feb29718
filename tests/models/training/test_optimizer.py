"""Optimizers and schedule: every parameter once, one hill of learning rate, an average that follows."""
from __future__ import annotations

import itertools

import pytest
import torch

from models.prior.network import Network, NetworkConfig
from models.training.muon import Muon
from models.training.optimizer import Average, make_optimizers, schedule


@pytest.fixture
def network() -> Network:
    torch.manual_seed(0)
    return Network(NetworkConfig(frames=9, width=32, blocks=2, heads=2))


def test_every_parameter_is_moved_by_one_optimizer(network: Network) -> None:
    groups = itertools.chain.from_iterable(each.param_groups for each in make_optimizers(network, 1e-3))
    moved = [id(value) for group in groups for value in group["params"]]
    assert sorted(moved) == sorted(id(value) for value in network.parameters())


def test_muon_has_the_blocks_matrices_and_nothing_else(network: Network) -> None:
    muon, _ = make_optimizers(network, 1e-3)
    assert isinstance(muon, Muon)
    names = {id(value): name for name, value in network.named_parameters()}
    held = {names[id(value)] for value in muon.param_groups[0]["params"]}
    layers = ("qkv", "out", "mlp_in", "mlp_out")
    assert held == {f"blocks.{block}.{layer}.weight" for block in range(2) for layer in layers}


def test_the_schedule_climbs_and_comes_down_once() -> None:
    factors = [schedule(step / 1000) for step in range(1001)]
    top = factors.index(max(factors))
    assert factors[0] == 0
    assert factors[top] == pytest.approx(1)
    assert top == 30
    assert factors[:31] == sorted(factors[:31])
    assert factors[30:] == sorted(factors[30:], reverse=True)
    assert factors[-1] == pytest.approx(0.01)
    assert schedule(1.5) == pytest.approx(0.01)


def test_the_average_follows_the_weights(network: Network) -> None:
    average = Average(network, decay=0.9)
    before = average.network.head.bias.clone()
    with torch.no_grad():
        network.head.bias.add_(1)
    average.update(network, step=1)
    torch.testing.assert_close(average.network.head.bias, before + 9 / 11)  # young: 1 - (1 + 1) / (10 + 1)
    average.update(network, step=1000)
    torch.testing.assert_close(average.network.head.bias, before + 9 / 11 + 0.1 * 2 / 11)
    assert not average.network.training
    assert not any(value.requires_grad for value in average.network.parameters())


def test_an_average_of_what_stands_still_stays(network: Network) -> None:
    average = Average(network)
    average.update(network, step=5)
    for mine, theirs in zip(average.network.parameters(), network.parameters(), strict=True):
        assert torch.equal(mine, theirs)
