"""PADS (Ji et al. 2024, arXiv 2401.08930) on our prior for poses that are known in part, or noisy: y = m x + n.

As published: a start, what is known with anything in between, or what is noisy, is given noise and sampled down again
with x <- x' - zeta grad ||m (y - x0(x))||, the gradient through the network. Adapted: y are 6D rotations in the world;
windows of the prior's frames are sampled side by side and blended; the prior is told only which way the body looks. The
prior says nothing of the root: where it is missing it is on a line, where it is noisy a filter has been over it.
"""
from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial

import torch
from torch import Tensor

from models.kinematics.rotations import matrix_to_sixd, sixd_to_matrix
from models.kinematics.skeleton import JOINT_COUNT
from models.prior.denoiser import make_denoiser
from models.prior.precision import Forward
from models.problems.cues import believed_cues
from models.problems.interpolate import interpolated
from models.problems.known import Known
from models.rivals.posterior import Descent, sample
from models.rivals.sightlines import POSE, STRIDE
from models.samplers.windows import OverlapSum, window_starts
from models.solver import Solver


@dataclass(frozen=True)
class PosesConfig:
    """zeta as for lifting (completing a validation clip in 60 steps, 3 was 7 % better and 0.3 16 % worse), and a tenth
    of the published steps: there is not time for all."""

    descent: Descent = field(default_factory=partial(Descent, 100, 1.0))
    zeta: float = 1.0
    stride: int = STRIDE
    seed: int = 0


def fill_pads(solver: Solver, forward: Forward, known: Known, config: PosesConfig) -> Known:
    """A motion with what is missing found. `forward`: of the solver's prior, with gradients."""
    start = interpolated(known)
    found = _sampled(solver, forward, start.rotations, known.rotation_known, known.offsets, config)
    return known.believed(found, start.root)


def clean_pads(
    solver: Solver, forward: Forward, rotations: Tensor, offsets: Tensor, config: PosesConfig
) -> Tensor:
    """Noisy rotations (T, 22, 3, 3) without their noise."""
    everything = torch.ones(rotations.shape[:2], dtype=torch.bool)
    return _sampled(solver, forward, rotations, everything, offsets, config)


def _sampled(
    solver: Solver, forward: Forward, start: Tensor, heard: Tensor, offsets: Tensor, config: PosesConfig
) -> Tensor:
    """From rotations (T, 22, 3, 3), some of which count, (T, 22) bool."""
    window, frames = solver.prior.config.frames, len(start)
    starts = window_starts(max(frames, window), window, config.stride)
    cut = (torch.tensor(starts)[:, None] + torch.arange(window)).clamp(max=frames - 1)
    given, counts = matrix_to_sixd(start[cut]).flatten(-2), heard[cut].repeat_interleave(POSE // JOINT_COUNT, -1)
    cues = believed_cues(start[cut], torch.zeros(*cut.shape, 3), offsets, None, placed=False)
    random = torch.Generator().manual_seed(config.seed)

    def push(x: Tensor, clean: Tensor, level: float) -> Tensor:
        missed = ((given - clean) * counts).flatten(1).norm(dim=1)  # each window's own
        (gradient,) = torch.autograd.grad(missed.sum(), x)
        return -config.zeta * gradient

    x = given + config.descent.first * torch.randn(given.shape, generator=random)
    found = sample(make_denoiser(forward, solver.prior.statistics, cues), x, config.descent, push, random)
    whole = OverlapSum(max(frames, window), POSE, window)
    whole.add_all(starts, matrix_to_sixd(found).flatten(-2))
    return sixd_to_matrix(whole.mean()[:frames].unflatten(-1, (JOINT_COUNT, 6)))
