"""The denoiser: exact under turns about the vertical, and well behaved at both ends of the noise levels."""
from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from models.guess import Denoiser
from models.kinematics.rotations import about_y, heading, turn_windows
from models.prior.condition import Cues
from models.prior.denoiser import (
    SAID,
    SIGMA_MAX,
    SIGMA_MIN,
    USUAL_SD,
    Statistics,
    denoise_centred,
    first_known_heading,
    level_spread,
    make_denoiser,
    make_guesser,
)
from models.prior.network import Network, NetworkConfig

RandomCues = Callable[..., Cues]


def turn_window(x: Tensor, angle: float) -> Tensor:
    return turn_windows(x, about_y(torch.full((len(x),), angle)))


def turn_cues(cues: Cues, angle: float) -> Cues:
    turn = about_y(torch.tensor(angle))
    return replace(cues, rotations=turn @ cues.rotations, hands=cues.hands @ turn.mT, path=cues.path @ turn.mT,
                   others=turn @ cues.others)


def noise(seed: int = 3) -> Tensor:
    return torch.randn(3, 9, 132, generator=torch.Generator().manual_seed(seed))


@pytest.fixture
def denoiser(network: Network, statistics: Statistics, random_cues: RandomCues) -> Denoiser:
    return make_denoiser(network, statistics, random_cues())


@pytest.mark.parametrize("sigma", [0.05, 0.7, 8.0, 50.0, math.inf])
@pytest.mark.parametrize("angle", [0.3, -2.5])
def test_turning_the_world_turns_the_answer(
    network: Network, statistics: Statistics, random_cues: RandomCues, sigma: float, angle: float
) -> None:
    cues, x = random_cues(), noise()
    answer = make_denoiser(network, statistics, cues)(x, sigma)
    turned = make_denoiser(network, statistics, turn_cues(cues, angle))(turn_window(x, angle), sigma)
    torch.testing.assert_close(turned, turn_window(answer, angle), atol=5e-5, rtol=0)


def test_without_information_the_input_is_ignored(denoiser: Denoiser) -> None:
    assert torch.equal(denoiser(noise(3), math.inf), denoiser(noise(4), math.inf))
    assert denoiser(noise(), math.inf).isfinite().all()


def test_above_the_highest_level_noise_is_scaled_down_with_its_signal(
    denoiser: Denoiser, statistics: Statistics, random_cues: RandomCues
) -> None:
    turn, x = about_y(first_known_heading(random_cues())), noise()
    mean = turn_windows(statistics.mean.expand_as(x), turn)
    expected = denoiser(mean + (x - mean) / 10, SIGMA_MAX)
    torch.testing.assert_close(denoiser(x, 10 * SIGMA_MAX), expected, atol=1e-5, rtol=0)


def test_at_the_lowest_level_the_input_is_the_answer(denoiser: Denoiser) -> None:
    x = noise()
    assert (denoiser(x, SIGMA_MIN) - x).abs().max() < 0.05 * x.abs().max()
    assert torch.equal(denoiser(x, 0.0), denoiser(x, SIGMA_MIN))


def test_preconditioning_is_edms(network: Network) -> None:
    """Karras et al. 2022, table 1, with a network that answers zero or its own input."""
    x, sigma, condition = noise(), torch.tensor([0.02, 0.3, 5.0]), torch.zeros(3, 9, 50)
    level = sigma[:, None, None]
    skip = 0.3**2 / (level**2 + 0.3**2)
    zero = denoise_centred(lambda motion, told, log: torch.zeros_like(motion), 0.3, x, condition, sigma)
    torch.testing.assert_close(zero, skip * x)
    scaled = x / (level**2 + 0.3**2).sqrt()
    echo = denoise_centred(lambda motion, told, log: motion, 0.3, x, condition, sigma)
    torch.testing.assert_close(echo - zero, scaled * level * 0.3 / (level**2 + 0.3**2).sqrt())


def test_a_window_that_never_saw_the_head_has_no_heading_of_its_own(random_cues: RandomCues) -> None:
    cues = random_cues()
    known = cues.rotation_known.clone()
    known[1, :, 0] = False
    known[0, :, 0] = known[2, :, 0] = True
    found = first_known_heading(replace(cues, rotation_known=known))
    assert found[1] == 0 and (found[[0, 2]] != 0).all()


def test_the_heading_is_the_middle_frames_or_the_nearest_known(random_cues: RandomCues) -> None:
    cues = random_cues(3)
    known = torch.ones_like(cues.rotation_known)
    known[1, 3:7, 0] = False  # nearest to the middle frame 4 is 2
    known[2, :7, 0] = False  # 7
    found = first_known_heading(replace(cues, rotation_known=known))
    heads = heading(cues.rotations[:, :, 0])
    torch.testing.assert_close(found, torch.stack([heads[0, 4], heads[1, 2], heads[2, 7]]))


def test_a_level_adds_its_precision_to_the_spread_that_nobody_said(statistics: Statistics) -> None:
    sd = statistics.joint_sd
    assert torch.equal(level_spread(sd, math.inf), sd)
    torch.testing.assert_close(level_spread(sd, 0.3), (1 / (1 / sd**2 + 1 / torch.tensor(0.3) ** 2)).sqrt())
    assert (level_spread(sd, 1e-3) < 1e-3).all()


def test_spread_and_contact_are_what_the_network_says(
    config: NetworkConfig, statistics: Statistics, random_cues: RandomCues
) -> None:
    network = Network(replace(config, said=SAID)).requires_grad_(False)
    network.head.bias[-SAID:] = torch.linspace(-9, 1, SAID)  # the head's weights start at zero: it says its bias
    gained = replace(statistics, spread_gain=torch.full((22,), 2.0))
    guess = make_guesser(network, gained, random_cues())(noise(), math.inf)
    said = network.head.bias[-SAID:]
    torch.testing.assert_close(guess.joint_sd[1, 4], 2 * USUAL_SD * said[:22].clamp(-3, 1.5).exp())
    assert guess.contact is not None
    torch.testing.assert_close(guess.contact[2, 8], said[22:].sigmoid())
