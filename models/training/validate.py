"""How good the prior's first guess is on windows it has not seen: no guidance, no sampler."""
from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from models.kinematics.forward import global_to_local
from models.kinematics.rotations import geodesic_angle, matrix_to_rotvec, sixd_to_matrix
from models.prior.denoiser import SIGMA_MAX, Statistics, denoise_centred, guess_centred, said_spread
from models.prior.precision import Forward
from models.training.dataset import WindowSet
from models.training.losses import head_relative
from models.training.simulate import exact_cues
from models.training.step import Batch, canonical

SEED, COUNT = 7, 512


@dataclass(frozen=True)
class Validation:
    """Errors of a guess; the prior's is its first, from all cues."""

    mpjre_deg: float
    mpjpe_cm: float
    legs_cm: float
    renoised_deg: float | None = None  # MPJRE of denoising the truth at sigma = 0.4

    def __str__(self) -> str:
        renoised = "" if self.renoised_deg is None else f", renoised {self.renoised_deg:.2f} deg"
        return f"{self.mpjre_deg:.2f} deg, {self.mpjpe_cm:.2f} cm, legs {self.legs_cm:.2f} cm{renoised}"


def errors(guess: Tensor, truth: Tensor, offsets: Tensor) -> Validation:
    """Of global rotations (B, T, 22, 6) twice, on bones (B, 22, 3)."""
    guessed, true = sixd_to_matrix(guess), sixd_to_matrix(truth)
    places = (head_relative(guessed, offsets) - head_relative(true, offsets)).norm(dim=-1) * 100
    legs = places[..., [1, 2, 4, 5, 7, 8, 10, 11]]
    return Validation(_local_error(guess, truth), float(places.mean()), float(legs.mean()))


def validation_batch(windows: WindowSet) -> Batch:
    """The same windows at every call, all cues known: heights where there is a floor."""
    windows.random.manual_seed(SEED)
    drawn = windows.draw(min(COUNT, windows.count))
    cues = exact_cues(drawn, drawn.offsets)
    known = replace(cues, height_known=cues.height_known & drawn.floor[:, None])
    return canonical(drawn, known, drawn.offsets)


@torch.no_grad()
def guess(network: Forward, statistics: Statistics, batch: Batch, noise: Tensor, sigma: float) -> Tensor:
    """One pass from `noise` in the heading frame, (B, T, 22, 6)."""
    level = torch.full((len(noise),), sigma, device=noise.device)
    centred = denoise_centred(network, statistics.sigma_data, noise, batch.condition, level)
    return (centred + statistics.mean).unflatten(-1, (-1, 6))


def validate(network: Forward, statistics: Statistics, windows: WindowSet) -> Validation:
    """Errors of the first guess on the validation windows."""
    batch = validation_batch(windows).to(statistics.mean.device)
    first = guess(network, statistics, batch, torch.zeros_like(batch.poses), SIGMA_MAX)
    noise = 0.4 * torch.randn(batch.poses.shape, generator=torch.Generator().manual_seed(SEED)).to(batch.poses)
    again = guess(network, statistics, batch, batch.poses - statistics.mean + noise, 0.4)
    truth = batch.poses.unflatten(-1, (-1, 6))
    return replace(errors(first, truth, batch.offsets), renoised_deg=_local_error(again, truth))


@torch.no_grad()
def measure_spread(network: Forward, statistics: Statistics, windows: WindowSet) -> tuple[Tensor, Tensor]:
    """How far the first guess is from the truth.

    Returns:
        (22,) radians per axis of each joint's global rotation.
        (22,) the same in units of the spread that the network says; ones where it says none.
    """
    batch = validation_batch(windows).to(statistics.mean.device)
    level = torch.full((len(batch.poses),), SIGMA_MAX, device=batch.poses.device)
    nothing = torch.zeros_like(batch.poses)
    centred, said = guess_centred(network, statistics.sigma_data, nothing, batch.condition, level)
    first, truth = (part.unflatten(-1, (-1, 6)) for part in (centred + statistics.mean, batch.poses))
    square = matrix_to_rotvec(sixd_to_matrix(first).mT @ sixd_to_matrix(truth)).square().mean(-1)
    if not said.shape[-1]:
        return square.mean(dim=(0, 1)).sqrt(), torch.ones_like(square[0, 0])
    return square.mean(dim=(0, 1)).sqrt(), (square / said_spread(said).square()).mean(dim=(0, 1)).sqrt()


def _local_error(one: Tensor, other: Tensor) -> float:
    """MPJRE, degrees, over the joints below the pelvis."""
    angles = geodesic_angle(*(global_to_local(sixd_to_matrix(part))[..., 1:, :, :] for part in (one, other)))
    return float(torch.rad2deg(angles).mean())
