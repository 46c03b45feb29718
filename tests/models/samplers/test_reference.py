"""The published sampler against a slow plain twin: full Kronecker matrices over frames and axes, pseudo-inverses."""
from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor

from models.guess import Denoiser
from models.kinematics.rotations import matrix_to_sixd
from models.samplers.measurement import levers
from models.samplers.reference import (
    CHUNK,
    MEASUREMENT_VARIANCE,
    TIME_STEPS,
    WINDOW,
    average_overlaps,
    guided_step,
    projection,
    published,
    solve_chunk,
    solve_reference,
)

Scenes = Callable[..., Any]
FRAMES = 5
CYCLE = torch.tensor([[1.0, -1.0, 0.0], [0.0, 1.0, -1.0], [-1.0, 0.0, 1.0]], dtype=torch.float64)


def bendy(seed: int = 0) -> Denoiser:
    """A denoiser that is anything but linear, and mixes joints and frames; some of it lies outside [-1, 1]."""
    random = torch.Generator().manual_seed(seed)
    mix = torch.randn(132, 132, generator=random, dtype=torch.float64) / 10

    def denoise(x: Tensor, sigma: float) -> Tensor:
        return 1.3 * torch.tanh(x @ mix + 0.3 * x.mean(1, keepdim=True)) / (1 + min(sigma, 2.0))

    return denoise


def twin_positions(lever: Tensor, frames: int) -> tuple[Tensor, Tensor]:
    """S A and S, (9T, 198T) and (9T, 9T); X is ordered (frame, axis, joint, column), places (frame, axis, tracker)."""
    each = torch.eye(frames * 3, dtype=torch.float64)
    kappa = lever.reshape(3, 66)
    spread = torch.kron(each, CYCLE)
    return spread @ torch.kron(each, kappa), spread


def twin_pose(sixd: Tensor) -> Tensor:
    """X of one window, (T, 132) -> (198T,): entry (t, axis, 3 j + c) is row `axis` of column c of joint j."""
    entries = []
    for frame in sixd.reshape(len(sixd), 22, 6):
        rows = [torch.stack([joint[:3], joint[3:], torch.linalg.cross(joint[:3], joint[3:])], dim=1) for joint in frame]
        entries.append(torch.cat(rows, dim=1))
    return torch.cat(entries).flatten()


def twin_mean(x: Tensor, clean: Tensor, now: float, before: float) -> Tensor:
    """DDPM's posterior mean (Ho et al. 2020, equation 7) of the respaced chain."""
    beta = 1 - now / before
    return math.sqrt(before) * beta / (1 - now) * clean + math.sqrt(1 - beta) * (1 - before) / (1 - now) * x


def twin_step(denoiser: Denoiser, x: Tensor, lever: Tensor, places: Tensor, now: float, before: float) -> Tensor:
    """x after one step of one window: x (T, 132), lever (3, 22, 3), places (T, 3, 3) per frame and tracker."""
    difference, spread = twin_positions(lever, len(x))
    noise = 0.1 / (1 - now) * torch.eye(len(difference), dtype=torch.float64)
    project = torch.linalg.pinv(difference @ difference.T + noise) @ difference
    x = x.clone().requires_grad_()
    clean = denoiser(x[None] / math.sqrt(now), math.sqrt((1 - now) / now))[0].clamp(-1, 1)
    pose = twin_pose(clean)
    with torch.no_grad():
        pull = (spread @ places.transpose(1, 2).flatten() - difference @ pose) @ project
    (gradient,) = torch.autograd.grad((pose * pull).sum(), x)
    return (twin_mean(x, clean, now, before) + 5 * math.sqrt(now) * gradient).detach()


def signal(time: int) -> float:
    """alpha_bar of the full chain of 1000."""
    betas = torch.linspace(1e-4, 0.02, 1000, dtype=torch.float64)
    return float(torch.cumprod(1 - betas, 0)[time])


def window_of(scene: Scenes) -> tuple[Tensor, Tensor, Tensor]:
    """Noise (T, 132), levers (3, 22, 3) and places (T, 3, 3) of one window."""
    s = scene(batch=1, frames=FRAMES, mount=0.0)
    noise = torch.randn(FRAMES, 132, generator=torch.Generator().manual_seed(4), dtype=torch.float64)
    return noise, s.measured.levers[0], s.measured.positions[0]


def test_the_small_projection_is_a_block_of_the_full_one(scene: Scenes) -> None:
    _, lever, _ = window_of(scene)
    now = signal(500)
    difference, project = projection(lever[None], now, MEASUREMENT_VARIANCE)
    full, _ = twin_positions(lever, 2)
    noise = 0.1 / (1 - now) * torch.eye(len(full), dtype=torch.float64)
    expected = torch.linalg.pinv(full @ full.T + noise) @ full
    each = torch.eye(6, dtype=torch.float64)
    torch.testing.assert_close(torch.kron(each, difference[0]), full, atol=1e-12, rtol=0)
    torch.testing.assert_close(torch.kron(each, project[0].contiguous()), expected, atol=1e-9, rtol=0)


@pytest.mark.parametrize(("time", "following"), [(960, 940), (500, 480), (20, 0), (0, None)])
def test_one_step_is_the_published_one(scene: Scenes, time: int, following: int | None) -> None:
    noise, lever, places = window_of(scene)
    now, before = signal(time), 1.0 if following is None else signal(following)
    moved = published(bendy(), noise[None], lever[None], places[None], now, before)
    expected = twin_step(bendy(), noise, lever, places, now, before)
    torch.testing.assert_close(moved[0], expected, atol=1e-9, rtol=0)
    step = guided_step(bendy(), noise[None], lever[None], places[None], now, before, MEASUREMENT_VARIANCE)
    assert step.gradient.abs().max() > 1e-6 and not step.mean.requires_grad


def test_the_whole_chain_is_the_published_one(scene: Scenes) -> None:
    """49 steps over two overlapping windows, averaged after every one; windows of five frames make the twin quick."""
    noise, lever, places = window_of(scene)
    starts, length, denoiser, x = [0, 1], FRAMES - 1, bendy(), noise
    times = list(range(960, -1, -20))
    assert len(times) == 49 and list(TIME_STEPS) == times
    y = noise
    for index, time in enumerate(times):
        now, before = signal(time), signal(times[index + 1]) if time else 1.0
        cuts = [slice(start, start + length) for start in starts]
        moved = [twin_step(denoiser, x[cut], lever, places[cut], now, before) for cut in cuts]
        x = torch.cat([moved[0][:1], (moved[0][1:] + moved[1][:-1]) / 2, moved[1][-1:]])
        step = published(denoiser, torch.stack([y[cut] for cut in cuts]), lever.expand(2, -1, -1, -1),
                         torch.stack([places[cut] for cut in cuts]), now, before)
        y = average_overlaps(step, starts, FRAMES)
    torch.testing.assert_close(y, x, atol=1e-7, rtol=0)


def test_a_chunk_runs_that_chain(scene: Scenes) -> None:
    s = scene(batch=1, frames=WINDOW, mount=0.0)
    x = torch.randn(WINDOW, 132, generator=torch.Generator().manual_seed(4), dtype=torch.float64)
    solved = solve_chunk(bendy(), [0], s.measured.levers, s.measured.positions[0], x)
    for index, time in enumerate(TIME_STEPS):
        now, before = signal(time), signal(TIME_STEPS[index + 1]) if time else 1.0
        x = published(bendy(), x[None], s.measured.levers, s.measured.positions, now, before)[0]
    torch.testing.assert_close(solved, x, atol=1e-9, rtol=0)


def test_overlapping_windows_are_averaged_evenly() -> None:
    windows = torch.stack([torch.full((4, 2), value) for value in (1.0, 3.0, 8.0)])
    assert average_overlaps(windows, [0, 2, 3], 7)[:, 0].tolist() == [1, 1, 2, 4, 5.5, 5.5, 8]


@pytest.mark.parametrize("frames", [41, 60, 410])
def test_a_sequence_is_cut_into_chunks_that_know_nothing_of_each_other(scene: Scenes, frames: int) -> None:
    """With a prior that knows the truth the chain ends on it, whatever it started from."""
    s = scene(batch=1, frames=frames, mount=0.0, dtype=torch.float32)
    truth = matrix_to_sixd(s.rotations[0]).flatten(-2)
    asked = []

    def chunk_denoiser(first: int, starts: list[int]) -> Denoiser:
        asked.append((first, starts))
        held = torch.cat([truth, truth[-1:].expand(WINDOW, -1)])
        cut = torch.stack([held[first + start : first + start + WINDOW] for start in starts])
        return lambda x, sigma: cut + 0 * x

    solved = solve_reference(chunk_denoiser, s.measured, seed=1)
    torch.testing.assert_close(solved, s.rotations[0], atol=1e-4, rtol=0)
    assert [first for first, _ in asked] == list(range(0, frames, CHUNK))
    assert asked[0][1] == sorted({*range(0, min(frames, CHUNK) - WINDOW + 1, 20), min(frames, CHUNK) - WINDOW})


def test_its_noise_is_its_seed_s(scene: Scenes) -> None:
    s = scene(batch=1, frames=WINDOW, mount=0.0)

    def rotations(seed: int) -> Tensor:
        return solve_reference(lambda first, starts: bendy(), s.measured, seed)

    assert torch.equal(rotations(3), rotations(3))
    assert (rotations(3) - rotations(4)).abs().max() > 1e-3


def test_levers_of_the_twin_are_those_of_the_measurement(scene: Scenes) -> None:
    s = scene(batch=1, mount=0.0)
    kappa = levers(s.offsets, (15, 20, 21), s.offsets.new_zeros(3, 3))[0].reshape(3, 66)
    pose = twin_pose(matrix_to_sixd(s.rotations[0]).flatten(-2)).reshape(3, 3, 66)
    places = (pose @ kappa.T).transpose(1, 2) + s.root[0].unsqueeze(1)
    torch.testing.assert_close(places, s.measured.positions[0], atol=1e-6, rtol=0)
