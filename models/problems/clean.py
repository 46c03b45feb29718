"""Noisy motion made clean, as far as it is noisy: how much that is, is found in the motion itself; true motion stays.

First each joint's local rotation and the root are smoothed as likely paths are, by their noise (samplers/denoise.py).
What noise that leaves is known; the prior takes out more of it, at the level that it amounts to (PADS's y = x + n, in
one pass). Motion with less left than the prior can see is not shown to it.
"""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from torch import Tensor

from models.kinematics.forward import global_to_local, local_to_global
from models.kinematics.rotations import matrix_to_sixd, sixd_to_matrix
from models.kinematics.skeleton import JOINT_COUNT, chain_to
from models.problems.known import Known
from models.problems.passes import PassConfig, look
from models.samplers.denoise import PLACES, TURNS, Manner, likely_path
from models.samplers.noise import noise_sd
from models.samplers.windows import OverlapSum, window_starts
from models.solver import Solver

WINDOW, STRIDE = 81, 30  # frames that are smoothed at once
LEAST_LEVEL = 0.01  # of 6D entries: below, the prior sees nothing


@dataclass(frozen=True)
class CleanConfig:
    """How much is taken out. Chosen on the validation split."""

    strength: float = 1.0  # times the noise that is found
    level: float = 1.8  # the prior's level over what smoothing leaves: that is no longer white
    windows: PassConfig = field(default_factory=PassConfig)


@dataclass(frozen=True)
class Cleaned:
    """A motion, and the noise that was found in it."""

    rotations: Tensor  # (T, 22, 3, 3) global
    root: Tensor  # (T, 3) metres
    joint_noise: Tensor  # (22,) of the local rotations' 6D entries
    root_noise: float  # metres per axis


@torch.no_grad()
def clean(
    solver: Solver, rotations: Tensor, root: Tensor, offsets: Tensor, config: CleanConfig | None = None,
    report: Callable[[float], None] = lambda done: None, read: Tensor | None = None,
) -> Cleaned:
    """Of a motion at 60 Hz, (T, 22, 3, 3) global and (T, 3) metres, on bones (22, 3).

    `read` (T,) bool: the frames that were captured, at whatever lower rate; the others only lie between them. Noise
    is white where it was captured alone: what was put in between would hide it."""
    config = config or CleanConfig()
    local = matrix_to_sixd(global_to_local(rotations))
    read = torch.ones(len(root), dtype=torch.bool) if read is None else read
    noise, root_noise = turn_noise(local[read]), place_noise(root[read])
    smooth, left = smoothed(local, config.strength * noise, TURNS, read)
    path, _ = smoothed(root[:, None], config.strength * root_noise, PLACES, read)
    found = local_to_global(sixd_to_matrix(smooth))
    level = config.level * float(_of_chains(left).mean().sqrt())
    if level >= LEAST_LEVEL:
        nothing = torch.zeros(len(root), JOINT_COUNT, dtype=torch.bool)
        noisy = Known(found, nothing, path[:, 0], nothing[:, 0], offsets, None)
        guess = look(solver, noisy, level, config.windows, report)
        found = sixd_to_matrix(guess.poses.unflatten(-1, (-1, 6)))
    report(1.0)
    return Cleaned(found, path[:, 0], noise, float(root_noise))


def turn_noise(sixd: Tensor) -> Tensor:
    """Noise of 6D rotations (T, K, 6): the root mean square of their entries' sds, (K,). A turn's sd per axis is
    1.22 times as much: each of the two columns moves along two of the three axes. Entries are asked one by one, for
    those near one hardly move."""
    entries = sixd.flatten(1)[None, ..., None]
    sd = noise_sd(entries, torch.ones(entries.shape[:3], dtype=torch.bool))
    return sd.reshape(-1, 6).square().mean(-1).sqrt()


def place_noise(places: Tensor) -> Tensor:
    """Noise of places (T, 3) per axis, (1,)."""
    return noise_sd(places[None, :, None], torch.ones(1, len(places), 1, dtype=torch.bool))[0]


def smoothed(values: Tensor, sd: Tensor, manner: Manner, read: Tensor) -> tuple[Tensor, Tensor]:
    """Likely paths of values (T, K, C) whose noise is (K,) and which were read in the frames (T,), and how unsure they
    are, (T, K) per component. What has no noise stays as it is."""
    if not sd.any():
        return values, torch.zeros(values.shape[:2])
    frames, (count, components) = len(values), values.shape[1:]
    window = min(WINDOW, frames)
    whole, starts = OverlapSum(frames, count * components + count, window), window_starts(frames, window, STRIDE)
    for start in starts:
        piece = values[None, start : start + window]
        known = read[None, start : start + window, None].expand(piece.shape[:3])
        path = likely_path(piece, known, sd[None], (manner,) * count)
        whole.add(start, torch.cat([path.values[0].flatten(1), path.sd[0]], -1))
    found, unsure = whole.mean().split([count * components, count], -1)
    noisy = sd[:, None] > 0
    return torch.where(noisy, found.unflatten(-1, (count, components)), values), unsure


def _of_chains(sd: Tensor) -> Tensor:
    """Variances of global rotations by the sds of local ones, (T, 22) both: those that bear a joint add up."""
    chains = [[0, *chain_to(joint)] for joint in range(JOINT_COUNT)]
    return torch.stack([sd[:, chain].square().sum(-1) for chain in chains], -1)
