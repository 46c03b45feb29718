"""Asking for the newest frame: about which frames, and that it is the same network's answer."""
from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from models.prior.checkpoint import load_prior
from models.prior.network import Network, NetworkConfig
from models.prior.newest import (
    BEFORE_NEWEST,
    CHANGING,
    Newest,
    for_newest,
    frames_beside,
    newest_forward,
)
from models.prior.thinned import every_third, thinned

FRAMES = NetworkConfig().frames
LEVEL = torch.full((3,), 0.52)


@pytest.fixture
def condition() -> Tensor:
    """Smooth windows in which nothing comes or goes."""
    phase = 6 * torch.rand(3, 1, 194, generator=torch.Generator().manual_seed(0))
    given = 0.3 * torch.sin(torch.arange(FRAMES)[:, None] / 9 + phase)
    given[..., [0, 1, 2, 39, 42, 43, 50]], given[..., 61:] = 1.0, 0.0
    return given


@pytest.fixture
def comes_and_goes(condition: Tensor) -> Tensor:
    """The first stays; a hand is lost and comes back in the second; the head is not there at first in the third."""
    condition[1, 13:22, 1] = condition[2, :30, 0] = 0.0
    return condition


def chosen(*changes: int) -> list[int]:
    frames = frames_beside(changes, for_newest(FRAMES), FRAMES)
    assert len(frames) == CHANGING and set(for_newest(FRAMES)) <= set(frames) and frames == sorted(set(frames))
    return frames


def test_few_frames_are_asked_about_and_the_others_are_between(condition: Tensor) -> None:
    asked: list[tuple[int, ...]] = []

    def run(network: Network) -> Callable[[Tensor, Tensor, Tensor], Tensor]:
        def forward(motion: Tensor, condition: Tensor, log_level: Tensor) -> Tensor:
            assert motion.shape[1] == condition.shape[1] == network.config.frames == len(network.cos)
            asked.append(tuple(motion.shape[:2]))
            return condition[..., -1:]

        return forward

    condition[..., -1] = torch.arange(FRAMES)
    network = Network(NetworkConfig(width=16, blocks=1, heads=2))
    answer = newest_forward(network, run)(torch.zeros(3, FRAMES, 132), condition, LEVEL)
    assert asked == [(3, len(BEFORE_NEWEST))]
    first = FRAMES - 1 - max(BEFORE_NEWEST)
    torch.testing.assert_close(answer[:, first:, 0], condition[:, first:, -1])
    assert (answer[:, :first, 0] == first).all()  # what is before them is as the first of them
    newest_forward(network, run)(torch.ones(3, FRAMES, 132), condition, LEVEL)  # a noisy motion
    assert asked[1:] == [(3, FRAMES)]


def test_those_beside_a_change_are_chosen() -> None:
    assert {12, 13, 21, 22, *every_third(FRAMES)} <= set(chosen(12, 21))
    assert {0, 1, *every_third(FRAMES)} <= set(chosen(0))
    assert set(every_third(FRAMES)) <= set(chosen())


def test_of_more_changes_than_there_is_room_for_the_later_count() -> None:
    others = sorted(set(range(FRAMES)) - set(for_newest(FRAMES)))
    assert chosen(*range(FRAMES - 1)) == sorted({*for_newest(FRAMES), *others[len(BEFORE_NEWEST) - CHANGING :]})


@torch.inference_mode()
def test_each_window_is_answered_as_the_network_answers_those_frames_of_it(comes_and_goes: Tensor) -> None:
    """Beside others as alone."""
    network = load_prior().network
    answer = newest_forward(network).few(comes_and_goes, LEVEL)
    asked = for_newest(FRAMES), chosen(12, 21), chosen(29)
    for window, kept, told in zip(comes_and_goes, asked, answer, strict=True):
        plain = thinned(network, lambda _, kept=kept: kept)(torch.zeros(1, len(kept), 132), window[None, kept],
                                                           LEVEL[:1])[0]
        expected = plain[torch.tensor([kept.index(frame) for frame in for_newest(FRAMES)])]
        torch.testing.assert_close(told, expected, atol=2e-4, rtol=1e-4)


@torch.inference_mode()
def test_elsewhere_than_on_a_cpu_such_windows_are_asked_about_whole(comes_and_goes: Tensor) -> None:
    network = load_prior().network
    told = Newest(network, lambda net: net, None).few(comes_and_goes[1:], LEVEL[1:])
    whole = network(torch.zeros(2, FRAMES, 132), comes_and_goes[1:], LEVEL[1:])
    torch.testing.assert_close(told, whole[:, for_newest(FRAMES)])


@torch.inference_mode()
def test_the_shipped_prior_says_nearly_the_same_of_the_newest_frame(comes_and_goes: Tensor) -> None:
    network, nothing = load_prior().network, torch.zeros(3, FRAMES, 132)
    whole = network(nothing, comes_and_goes, LEVEL)[:, -1, :132]
    apart = (whole - newest_forward(network)(nothing, comes_and_goes, LEVEL)[:, -1, :132]).square().mean(-1).sqrt()
    assert (apart > 0).all() and (apart < 0.3 * whole.std()).all()


@torch.inference_mode()
def test_a_window_of_fewer_frames_is_asked_about_whole() -> None:
    network = Network(NetworkConfig(width=16, blocks=1, heads=2, frames=12))
    condition = torch.ones(1, 12, 194)
    condition[0, :5, 0] = 0.0
    told = newest_forward(network).few(condition, LEVEL[:1])
    whole = network(torch.zeros(1, 12, 132), condition, LEVEL[:1])
    torch.testing.assert_close(told, whole[:, for_newest(12)], atol=1e-5, rtol=1e-4)
