"""A second opinion from the mirror: what comes out is exactly as fair to the left as to the right."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import torch

from models.guess import Guess
from models.kinematics.mirror import mirror_matrices, mirror_points, mirror_poses
from models.kinematics.rotations import about_y
from models.prior.condition import Cues, encode
from models.prior.denoiser import SAID, Statistics, first_known_heading, make_guesser
from models.prior.mirrored import CUE_SIDES, OTHER_SIDES, mirror_condition, mirror_guess
from models.prior.network import Network, NetworkConfig

RandomCues = Callable[..., Cues]


def nothing() -> torch.Tensor:
    return torch.randn(3, 9, 132, generator=torch.Generator().manual_seed(1))


def mirror_cues(cues: Cues) -> Cues:
    """What the trackers of the mirrored body say."""
    return Cues(
        rotations=mirror_matrices(cues.rotations)[:, :, CUE_SIDES],
        rotation_known=cues.rotation_known[:, :, CUE_SIDES],
        height=cues.height,
        height_known=cues.height_known,
        hands=mirror_points(cues.hands).flip(2),
        hands_known=cues.hands_known.flip(2),
        path=mirror_points(cues.path),
        path_known=cues.path_known,
        others=mirror_matrices(cues.others)[:, :, OTHER_SIDES],
        others_known=cues.others_known[:, :, OTHER_SIDES],
    )


def test_the_mirror_of_the_mirror_says_what_was_said() -> None:
    guess = Guess(nothing(), torch.rand(3, 9, 22), torch.rand(3, 9, 4))
    again = mirror_guess(mirror_guess(guess))
    assert torch.equal(again.poses, guess.poses) and torch.equal(again.joint_sd, guess.joint_sd)
    assert again.contact is not None and guess.contact is not None and torch.equal(again.contact, guess.contact)


def test_a_mirrored_condition_is_that_of_the_mirrored_trackers(random_cues: RandomCues) -> None:
    cues = random_cues()
    image = mirror_cues(cues)
    told, expected = (encode(each, about_y(-first_known_heading(each))) for each in (cues, image))
    assert (told != expected).any()
    torch.testing.assert_close(mirror_condition(told), expected, atol=1e-5, rtol=0)


def test_a_mirrored_window_is_guessed_as_the_mirror_image(
    config: NetworkConfig, statistics: Statistics, random_cues: RandomCues
) -> None:
    torch.manual_seed(0)
    network = Network(replace(config, said=SAID)).eval().requires_grad_(False)
    torch.nn.init.normal_(network.head.weight, std=0.2)
    cues, x = random_cues(), nothing()
    one = make_guesser(network, statistics, cues, both_ways=True)(x, 0.7)
    image = make_guesser(network, statistics, mirror_cues(cues), both_ways=True)(mirror_poses(x), 0.7)
    torch.testing.assert_close(image.poses, mirror_poses(one.poses), atol=1e-5, rtol=0)
    torch.testing.assert_close(image.joint_sd, mirror_guess(one).joint_sd)
    plain, other = (make_guesser(network, statistics, each) for each in (cues, mirror_cues(cues)))
    seen, mirrored = plain(x, 0.7), mirror_guess(other(mirror_poses(x), 0.7))
    torch.testing.assert_close(one.poses, (seen.poses + mirrored.poses) / 2, atol=1e-5, rtol=0)
    assert one.contact is not None and seen.contact is not None and one.contact.shape == seen.contact.shape
