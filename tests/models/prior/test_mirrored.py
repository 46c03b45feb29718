"""A second opinion from the mirror: what comes out is exactly as fair to the left as to the right."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import torch

from models.guess import Guess
from models.kinematics.mirror import mirror_poses
from models.prior.condition import Cues
from models.prior.denoiser import SAID, Statistics, make_guesser
from models.prior.mirrored import mirror_cues, mirror_guess, seen_both_ways
from models.prior.network import Network, NetworkConfig

RandomCues = Callable[..., Cues]


def nothing() -> torch.Tensor:
    return torch.randn(3, 9, 132, generator=torch.Generator().manual_seed(1))


def parts(cues: Cues) -> list[torch.Tensor]:
    return list(vars(cues).values())


def test_the_mirror_of_the_mirror_says_what_was_said(random_cues: RandomCues) -> None:
    cues = random_cues()
    for one, other in zip(parts(mirror_cues(mirror_cues(cues))), parts(cues), strict=True):
        assert torch.equal(one, other)
    guess = Guess(nothing(), torch.rand(3, 9, 22), torch.rand(3, 9, 4))
    again = mirror_guess(mirror_guess(guess))
    assert torch.equal(again.poses, guess.poses) and torch.equal(again.joint_sd, guess.joint_sd)
    assert again.contact is not None and guess.contact is not None and torch.equal(again.contact, guess.contact)


def test_left_is_told_of_right(random_cues: RandomCues) -> None:
    cues = random_cues()
    image = mirror_cues(replace(cues, hands=torch.ones(3, 9, 2, 3) * torch.tensor([[1.0], [2.0]])))
    assert torch.equal(image.hands[0, 0], torch.tensor([[-2.0, 2.0, 2.0], [-1.0, 1.0, 1.0]]))
    assert torch.equal(image.rotation_known, cues.rotation_known[:, :, [0, 2, 1]])
    assert torch.equal(image.height, cues.height)


def test_a_mirrored_window_is_guessed_as_the_mirror_image(
    config: NetworkConfig, statistics: Statistics, random_cues: RandomCues
) -> None:
    torch.manual_seed(0)
    network = Network(replace(config, said=SAID)).eval().requires_grad_(False)
    torch.nn.init.normal_(network.head.weight, std=0.2)
    guesser_of = partial(make_guesser, network, statistics)
    cues, x = random_cues(), nothing()
    one = seen_both_ways(guesser_of, cues)(x, 0.7)
    image = seen_both_ways(guesser_of, mirror_cues(cues))(mirror_poses(x), 0.7)
    torch.testing.assert_close(image.poses, mirror_poses(one.poses), atol=1e-5, rtol=0)
    torch.testing.assert_close(image.joint_sd, mirror_guess(one).joint_sd)
    plain = guesser_of(cues)(x, 0.7)
    assert one.contact is not None and plain.contact is not None and one.contact.shape == plain.contact.shape
