"""The default sampler: few deterministic passes from nothing, guided in each; noise is added nowhere.

What the passes refine is a mean, not a sample, so nothing is renoised; a second pass sees the first one's
corrected estimate as a slightly noisy body. More passes were measured to be worse (method.md section 7).
"""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor

from models.kinematics.rotations import matrix_to_sixd, sixd_to_matrix
from models.kinematics.skeleton import JOINT_COUNT
from models.samplers.guidance import Estimate, RootPrior, correct
from models.samplers.lowpass import smooth_window
from models.samplers.measurement import Measurement
from models.samplers.rows import Floor
from models.samplers.schedules import NOTHING, few_levels

Denoiser = Callable[[Tensor, float], Tensor]
FindRoot = Callable[[Tensor], RootPrior]


@dataclass(frozen=True)
class SamplerConfig:
    """How a window is solved."""

    passes: int = 1
    polish: int = 2  # Gauss-Newton steps after the last pass
    keep_hz: float = 6.0  # the body's band: all of it is kept below,
    stop_hz: float = 9.0  # nothing above


def level_variance(joint_sd: Tensor, sigma: float) -> Tensor:
    """How uncertain each joint is at a noise level: the prior's residual and the level in parallel. (22,) rad^2."""
    if sigma == NOTHING:
        return joint_sd.square()
    return sigma**2 * joint_sd.square() / (sigma**2 + joint_sd.square())


def refine(
    denoiser: Denoiser, joint_sd: Tensor, measured: Measurement, find_root: FindRoot, config: SamplerConfig
) -> Tensor:
    """All passes, guided in between: the last pass's estimate before its own guidance, (B, T, 132) 6D.

    Args:
        denoiser: of the windows' 6D rotations in the world, (B, T, 132).
        joint_sd: (22,) radians, the spread of its first guess.
        measured: the trackers.
        find_root: where the pelvis should be for given rotations (B, T, 22, 3, 3).
        config: passes and band.
    """
    shape = measured.positions.shape[:2]
    x = measured.positions.new_zeros(*shape, JOINT_COUNT * 6)
    levels = few_levels(config.passes)
    for level, following in pairwise(levels):
        clean = smooth_window(denoiser(x, level), config.keep_hz, config.stop_hz)
        rotations = sixd_to_matrix(clean.unflatten(-1, (JOINT_COUNT, 6)))
        variance = level_variance(joint_sd, level).expand(*shape, -1)
        corrected = matrix_to_sixd(correct(rotations, variance, measured, find_root(rotations)).rotations).flatten(-2)
        x = corrected if level == NOTHING else torch.lerp(corrected, x, following / level)
    return denoiser(x, levels[-1])


def solve_windows(
    denoiser: Denoiser, joint_sd: Tensor, measured: Measurement, find_root: FindRoot, config: SamplerConfig,
    floor: Floor | None = None,
) -> Estimate:
    """The body in every frame of B windows; arguments as for `refine`, and the floor that feet stay above."""
    clean = smooth_window(refine(denoiser, joint_sd, measured, find_root, config), config.keep_hz, config.stop_hz)
    rotations = sixd_to_matrix(clean.unflatten(-1, (JOINT_COUNT, 6)))
    variance = joint_sd.square().expand(*rotations.shape[:2], -1)
    return correct(rotations, variance, measured, find_root(rotations), 1 + config.polish, floor)
