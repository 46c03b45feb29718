"""From the network to denoiser(x, sigma) -> x0: EDM preconditioning (Karras et al. 2022) in the head's heading frame.

x is the window's 22 global 6D rotations in the world, (B, T, 132), plus Gaussian noise of standard deviation sigma.
Each window is turned about the vertical so that the head's heading at its middle frame is zero: the result is then
exactly equivariant to yaw. A turn is linear in 6D and leaves isotropic noise as it is.
"""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from models.kinematics.rotations import about_y, heading, turn_sixd
from models.prior.condition import Cues, encode
from models.prior.precision import Forward

Denoiser = Callable[[Tensor, float], Tensor]


@dataclass(frozen=True)
class Statistics:
    """What the training split says about motion in the heading frame."""

    mean: Tensor  # (132,) mean 6D pose
    sigma_data: float  # standard deviation around it, one number
    joint_sd: Tensor  # (22,) radians: how far the first guess is from the truth, per axis


SIGMA_MIN, SIGMA_MAX = 0.01, 8.0


def denoise_centred(
    network: Forward, sigma_data: float, noisy: Tensor, condition: Tensor, sigma: Tensor
) -> Tensor:
    """EDM's D for centred poses in the heading frame: noisy (B, T, 132), sigma (B,) -> x0 less its mean."""
    sigma = sigma[:, None, None]
    total = (sigma**2 + sigma_data**2).sqrt()
    raw = network(noisy / total, condition, sigma.flatten().log() / 4)
    return noisy * (sigma_data / total) ** 2 + raw * (sigma * sigma_data / total)


def first_known_heading(cues: Cues) -> Tensor:
    """The head's heading at the middle frame, or where the head is lost there at the nearest frame with it, (B,)."""
    frames = cues.rotations.shape[1]
    distance = (torch.arange(frames, device=cues.rotations.device) - frames // 2).abs()
    nearest = (distance + frames * ~cues.rotation_known[..., 0]).argmin(dim=1)
    head = cues.rotations[torch.arange(len(nearest), device=nearest.device), nearest, 0]
    return heading(head)


def make_denoiser(network: Forward, statistics: Statistics, cues: Cues) -> Denoiser:
    """A denoiser of windows in the world frame, given their cues.

    Noise above SIGMA_MAX is scaled down to it with the signal: at such levels the input says nothing anyway, and
    the network sees only what it was trained on.
    """
    turn = about_y(-first_known_heading(cues))
    condition = encode(cues, turn)
    mean = statistics.mean

    def denoise(x: Tensor, sigma: float) -> Tensor:
        level = min(max(sigma, SIGMA_MIN), SIGMA_MAX)
        poses = turn_sixd(x.unflatten(-1, (-1, 6)), turn[:, None, None]).flatten(-2)
        noisy = (poses - mean) * (SIGMA_MAX / max(sigma, SIGMA_MAX))
        clean = denoise_centred(network, statistics.sigma_data, noisy, condition, x.new_full((len(x),), level)) + mean
        return turn_sixd(clean.unflatten(-1, (-1, 6)), turn.mT[:, None, None]).flatten(-2)

    return denoise
