"""The regressor's network: it sees the past alone, tells frames' order, and is as large as the prior."""
from __future__ import annotations

import pytest
import torch

from models.prior.checkpoint import count_parameters
from models.prior.network import Network, NetworkConfig
from models.rivals.network import Regressor
from models.rivals.recipes import REGRESSION, REGRESSION_WITH_BONES


@pytest.fixture
def network(small: NetworkConfig) -> Regressor:
    network = Regressor(small)
    torch.nn.init.normal_(network.head.weight, std=0.2)
    return network.eval()


def test_no_frame_sees_a_later_one(network: Regressor, small: NetworkConfig) -> None:
    told = torch.randn(2, small.frames, small.condition)
    other = told.clone()
    other[:, 5:] += 1
    one, changed = network(told), network(other)
    assert one.shape == (2, small.frames, small.motion)
    torch.testing.assert_close(one[:, :5], changed[:, :5])
    assert (one[:, 5:] - changed[:, 5:]).abs().amin(dim=(0, 2)).min() > 1e-4


def test_it_sees_all_of_the_past_and_its_order(network: Regressor, small: NetworkConfig) -> None:
    told = torch.randn(1, small.frames, small.condition)
    first = told.clone()
    first[:, 0] += 1
    assert (network(told)[:, -1] - network(first)[:, -1]).abs().max() > 1e-4
    swapped = told[:, [1, 0, *range(2, small.frames)]]
    assert (network(told)[:, -1] - network(swapped)[:, -1]).abs().max() > 1e-4


def test_a_fresh_one_answers_nothing(small: NetworkConfig) -> None:
    assert (Regressor(small)(torch.randn(1, small.frames, small.condition)) == 0).all()


@pytest.mark.parametrize("recipe", [REGRESSION, REGRESSION_WITH_BONES])
def test_it_is_about_as_large_as_the_prior(recipe: type) -> None:
    sizes = [count_parameters(each) for each in (Regressor(recipe.network), Network(NetworkConfig()))]
    assert sizes[0] == pytest.approx(sizes[1], rel=0.03)
