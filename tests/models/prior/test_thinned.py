"""Asking about every third frame: of which frames, when it is done, and that it hardly shows."""
from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from models.kinematics.rotations import about_y
from models.prior.checkpoint import load_prior
from models.prior.condition import Cues, encode, presence_changes
from models.prior.denoiser import SAID, make_guesser
from models.prior.network import Network, NetworkConfig
from models.prior.thinned import EVERY, thinned_forward

FRAMES = NetworkConfig().frames
LEVEL = torch.full((3,), 0.52)


class Asked:
    """A network that says when its frames were, and remembers how many it was asked about."""

    def __init__(self) -> None:
        self.frames: list[tuple[int, int]] = []

    def run(self, network: Network) -> Callable[[Tensor, Tensor, Tensor], Tensor]:
        def forward(motion: Tensor, condition: Tensor, log_level: Tensor) -> Tensor:
            assert motion.shape[1] == condition.shape[1] == network.config.frames == len(network.cos)
            self.frames.append((len(motion), motion.shape[1]))
            return condition[..., -1:]

        return forward


@pytest.fixture
def condition() -> Tensor:
    """Windows in which nothing comes or goes; the last column says the time."""
    given = torch.zeros(3, FRAMES, 194)
    given[..., :3] = 1.0
    given[..., -1] = torch.arange(FRAMES)
    return given


def test_frames_between_are_between_and_the_newest_is_asked_about(condition: Tensor) -> None:
    asked = Asked()
    answer = thinned_forward(Network(NetworkConfig(width=16, blocks=1, heads=2)), asked.run)(
        torch.zeros(3, FRAMES, 132), condition, LEVEL)
    assert asked.frames == [(3, (FRAMES - 1) // EVERY + 1)]
    torch.testing.assert_close(answer[:, 1:, 0], condition[:, 1:, -1])
    assert (answer[:, -1, 0] == FRAMES - 1).all()


def test_windows_in_which_trackers_come_or_go_are_asked_about_whole(condition: Tensor) -> None:
    asked, network = Asked(), Network(NetworkConfig(width=16, blocks=1, heads=2))
    forward, nothing = thinned_forward(network, asked.run), torch.zeros(3, FRAMES, 132)
    condition[1, 5, 0] = 0.0
    answer = forward(nothing, condition, LEVEL)
    assert sorted(asked.frames) == [(1, FRAMES), (2, (FRAMES - 1) // EVERY + 1)]
    torch.testing.assert_close(answer[:, 1:, 0], condition[:, 1:, -1])
    asked.frames.clear()
    condition[:, 9, 2] = 0.0
    forward(nothing, condition, LEVEL)
    forward(nothing + 1.0, condition * 0 + 1, LEVEL)  # a noisy motion
    assert asked.frames == [(3, FRAMES)] * 2


@pytest.mark.parametrize("what", ["rotation_known", "height_known", "hands_known", "path_known", "others_known"])
def test_any_change_of_what_is_known_is_seen(what: str, random_cues: Callable[..., Cues]) -> None:
    cues = random_cues()
    every = {name: torch.ones_like(part) for name, part in vars(cues).items() if name.endswith("_known")}
    turn = about_y(torch.zeros(len(cues.height)))
    assert not presence_changes(encode(replace(cues, **every), turn)).any()
    lost = every[what].clone()
    lost[0, 7] = False
    assert presence_changes(encode(replace(cues, **(every | {what: lost})), turn)).tolist()[0]


def test_the_shipped_prior_says_nearly_the_same_of_smooth_windows() -> None:
    network = load_prior().network
    random = torch.Generator().manual_seed(0)
    phase = torch.rand(3, 1, 194, generator=random) * 6
    condition = 0.3 * torch.sin(torch.arange(FRAMES)[:, None] / 9 + phase)
    condition[..., [0, 1, 2, 39, 42, 43, 50]], condition[..., 61:] = 1.0, 0.0
    nothing = torch.zeros(3, FRAMES, 132)
    whole, thin = network(nothing, condition, LEVEL), thinned_forward(network, lambda net: net)
    apart = (whole - thin(nothing, condition, LEVEL))[..., :132]
    assert 0 < apart.square().mean().sqrt() < 0.15 * whole[..., :132].std()


@pytest.mark.parametrize("both_ways", [False, True])
def test_from_nothing_few_frames_are_guessed_and_the_others_follow(
    both_ways: bool, random_cues: Callable[..., Cues]
) -> None:
    """As if the whole network's answer were between; one that comes or goes is asked about whole."""
    cues, statistics = random_cues(), load_prior().statistics
    steady = replace(cues, **{
        name: part[:, :1].expand_as(part) for name, part in vars(cues).items() if name.endswith("_known")})
    torch.manual_seed(0)
    network = Network(NetworkConfig(width=16, blocks=1, heads=2, frames=cues.height.shape[1], said=SAID))
    random = torch.Generator().manual_seed(0)
    network.head.weight.data = 0.05 * torch.randn(network.head.weight.shape, generator=random)
    sparse, nothing = thinned_forward(network, lambda net: net), torch.zeros(*cues.height.shape, 132)
    for told in (steady, cues):
        with torch.no_grad():
            guess = make_guesser(sparse, statistics, told, both_ways)(nothing, math.inf)
            plain = make_guesser(sparse.__call__, statistics, told, both_ways)(nothing, math.inf)
        asked = [frame for frame in range(cues.height.shape[1]) if frame % EVERY == (cues.height.shape[1] - 1) % EVERY]
        for name in ("poses", "joint_sd", "contact"):
            found, expected = getattr(guess, name), getattr(plain, name)
            torch.testing.assert_close(found[:, asked], expected[:, asked], atol=1e-5, rtol=1e-5)
        torch.testing.assert_close(guess.poses, plain.poses, atol=1e-5, rtol=1e-5)
        for name in ("joint_sd", "contact"):  # between in themselves, for their logarithm and logit
            torch.testing.assert_close(getattr(guess, name), getattr(plain, name), atol=0.2, rtol=0.0)
