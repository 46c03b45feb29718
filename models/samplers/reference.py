"""InPose as published (arXiv 2510.02043, section 4 and its released code): the sampler to beat, kept as a baseline.

49 DDPM steps; in each, the mean moves along the gradient of the position residual taken *through the network*;
windows of 41 frames slide by 20 inside chunks of 401, and mean and gradient are averaged where they overlap.
The released code inverts a matrix of all rows of a window in every step. It is block diagonal with one 3 x 3 block
for every frame and axis, so `projection` inverts that block; tests hold it to the full matrix.
"""
from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from models.guess import Denoiser
from models.kinematics.rotations import sixd_to_matrix
from models.samplers.measurement import Measurement
from models.samplers.schedules import alpha_bar_to_sigma, alpha_bars, posterior_weights
from models.samplers.windows import hold_ends, window_starts

WINDOW, STRIDE, CHUNK = 41, 20, 401
TIME_STEPS = tuple(range(960, -1, -20))
MEASUREMENT_VARIANCE = 0.1  # sigma_l^2, square metres
GUIDANCE_SCALE = 5.0

ChunkDenoiser = Callable[[int, list[int]], Denoiser]
Guide = Callable[[Denoiser, Tensor, Tensor, Tensor, float, float], Tensor]  # as `published`; dps.py, pigdm.py


@dataclass(frozen=True)
class Step:
    """One guided step of a batch of windows."""

    mean: Tensor  # (B, T, 132) DDPM posterior mean
    gradient: Tensor  # (B, T, 132) unscaled


def columns(sixd: Tensor) -> Tensor:
    """[a, b, a x b] without Gram-Schmidt, as the released code has it: (..., 22, 6) -> (..., 3, 66), a row per axis."""
    a, b = sixd[..., :3], sixd[..., 3:]
    matrix = torch.stack([a, b, torch.linalg.cross(a, b)], dim=-1)
    return matrix.transpose(-3, -2).flatten(-2)


def cyclic_differences(trackers: int) -> Tensor:
    """S of one frame and axis: each tracker less the next, (M, M)."""
    eye = torch.eye(trackers)
    return eye - eye.roll(1, dims=1)


def projection(lever: Tensor, alpha_bar: float, variance: float) -> tuple[Tensor, Tensor]:
    """S A and M = pinv(SA SA^T + (sigma_l^2 / (1 - alpha_bar)) I) SA of one frame and axis, (B, M, 66) both."""
    differences = cyclic_differences(lever.shape[-3]).to(lever) @ lever.flatten(-2)
    noise = variance / (1 - alpha_bar) * torch.eye(lever.shape[-3]).to(lever)
    return differences, torch.linalg.solve(differences @ differences.mT + noise, differences)


def published(
    denoiser: Denoiser, x: Tensor, lever: Tensor, positions: Tensor, now: float, before: float
) -> Tensor:
    """Windows x (B, T, 132) at alpha_bar `now` after the step to `before`; arguments as for `guided_step`."""
    step = guided_step(denoiser, x, lever, positions, now, before, MEASUREMENT_VARIANCE)
    return step.mean + GUIDANCE_SCALE * math.sqrt(now) * step.gradient


def guided_step(
    denoiser: Denoiser, x: Tensor, lever: Tensor, positions: Tensor, now: float, before: float, variance: float
) -> Step:
    """Mean and position gradient for windows x (B, T, 132) at alpha_bar `now`, the next being `before`.

    lever: (B, M, 22, 3); positions: (B, T, M, 3) measured, metres; variance: sigma_l^2, square metres.
    """
    x = x.detach().requires_grad_()
    with torch.enable_grad():
        clean = denoiser(x / math.sqrt(now), alpha_bar_to_sigma(now)).clamp(-1, 1)
        pose = columns(clean.unflatten(-1, (-1, 6)))  # (B, T, 3, 66)
        differences, project = projection(lever, now, variance)
        measured = differences_of(positions)
        residual = measured - pose.detach() @ differences.mT.unsqueeze(1)
        score = (pose * (residual @ project.unsqueeze(1))).sum()
        (gradient,) = torch.autograd.grad(score, x)
    return Step(posterior_mean(clean, x, now, before), gradient)


def differences_of(positions: Tensor) -> Tensor:
    """S l_m: measured positions (B, T, M, 3) less those of the next tracker, (B, T, 3, M)."""
    return positions.mT @ cyclic_differences(positions.shape[-2]).to(positions).mT


def posterior_mean(clean: Tensor, x: Tensor, now: float, before: float) -> Tensor:
    """DDPM's, of the respaced chain, without a gradient."""
    of_x0, of_xt = posterior_weights(now, before)
    return of_x0 * clean.detach() + of_xt * x.detach()


def average_overlaps(windows: Tensor, starts: list[int], frames: int) -> Tensor:
    """Plain mean of windows (B, T, C) laid over `frames`, (frames, C)."""
    total = windows.new_zeros(frames, windows.shape[-1])
    count = windows.new_zeros(frames, 1)
    for start, window in zip(starts, windows, strict=True):
        total[start : start + len(window)] += window
        count[start : start + len(window)] += 1
    return total / count


def solve_chunk(
    denoiser: Denoiser, starts: list[int], lever: Tensor, positions: Tensor, x: Tensor, guide: Guide = published
) -> Tensor:
    """The chain over one chunk: x (T, 132), T a window or more, starts as noise; positions (T, M, 3); the last x."""
    cut = [slice(start, start + WINDOW) for start in starts]
    measured = torch.stack([positions[part] for part in cut])
    levers = lever.expand(len(starts), -1, -1, -1)
    signal = alpha_bars()
    for index, time in enumerate(TIME_STEPS):
        now = float(signal[time])
        before = float(signal[TIME_STEPS[index + 1]]) if time else 1.0
        moved = guide(denoiser, torch.stack([x[part] for part in cut]), levers, measured, now, before)
        x = average_overlaps(moved, starts, len(x))
    return x


def solve_reference(
    chunk_denoiser: ChunkDenoiser, measured: Measurement, seed: int = 0, guide: Guide = published
) -> Tensor:
    """Global rotations of a whole sequence, (T, 22, 3, 3).

    Args:
        chunk_denoiser: (first frame, window starts in the chunk) -> denoiser of those windows.
        measured: one sequence as a batch of one; every position must be known, the published method has no drop-outs.
        seed: of the noise the chain starts from, drawn once for the sequence.
        guide: how a step uses the positions.
    """
    frames = measured.positions.shape[1]
    noise = torch.randn(frames + WINDOW, 132, generator=torch.Generator().manual_seed(seed)).to(measured.positions)
    parts = []
    for first in range(0, frames, CHUNK):
        length = min(CHUNK, frames - first)
        filled = max(length, WINDOW)  # the last chunk may be shorter than a window
        starts = window_starts(filled, WINDOW, STRIDE)
        positions = hold_ends(measured.positions[0, first : first + CHUNK], WINDOW)
        x = noise[first : first + filled]
        denoiser = chunk_denoiser(first, starts)
        parts.append(solve_chunk(denoiser, starts, measured.levers[:1], positions, x, guide)[:length])
    return sixd_to_matrix(torch.cat(parts).unflatten(-1, (-1, 6)))
