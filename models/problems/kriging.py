"""A guess led through what is known: what it misses there is wrong nearby as well, and less so farther away.

The errors of a guess are correlated in time (Matern's kernel of smoothness 5/2). Given what is missed in known frames,
what is missed between them is the conditional mean (kriging: Krige 1951), as turns in the world, joint by joint. So the
guess meets what is known exactly, without a jump or a corner. Each gap hears the known frames near it.
"""
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor

from models.kinematics.rotations import matrix_to_rotvec, rotvec_to_matrix
from models.problems.known import Known
from models.samplers.planted import stretches

SPARSE_FROM = 24  # known frames near a gap: of more, not all are heard
DOUBT = 0.5  # of a known frame's error that is its own, but at the gap's edges, where nothing is


@dataclass(frozen=True)
class Hearing:
    """Which known frames a gap hears."""

    near: int = 60  # frames beyond it, or to the nearest that is known; of which only
    every: int = 4  # every so manieth counts: neighbours say the same


HEARING = Hearing()


def led_through(rotations: Tensor, known: Known, length: float) -> Tensor:
    """Rotations (T, 22, 3, 3) that are as known, where known; errors are correlated over about `length` frames."""
    missed = matrix_to_rotvec(known.rotations @ rotations.mT)
    led = rotvec_to_matrix(between(missed, known.rotation_known, length)) @ rotations
    return torch.where(known.rotation_known[..., None, None], known.rotations, led)


def path_led_through(path: Tensor, known: Known, length: float) -> Tensor:
    """The same of the root's path, (T, 3) metres."""
    missed = between((known.root - path)[:, None], known.root_known[:, None], length)[:, 0]
    return torch.where(known.root_known[:, None], known.root, path + missed)


def between(missed: Tensor, known: Tensor, length: float) -> Tensor:
    """What is missed (T, K, 3), where that is known (T, K), and its conditional mean elsewhere; zero if it never is."""
    found = torch.where(known[..., None], missed, 0.0)
    for columns, gap, heard in gaps(known):
        weights = _weights(tuple((heard - gap.start).tolist()), gap.stop - gap.start, length).to(found)
        said = missed[heard][:, columns]
        found[gap, columns] = (weights @ said.flatten(1)).unflatten(1, said.shape[1:])
    return found


def gaps(known: Tensor, hearing: Hearing = HEARING) -> Iterator[tuple[Tensor, slice, Tensor]]:
    """Of (T, K): columns that are missing together, where, and the known frames near; none of gaps without any."""
    left = known.clone()
    while not left.all():
        joint = int((~left).any(0).nonzero()[0])
        same = (known == known[:, joint : joint + 1]).all(0)
        left[:, same] = True
        for gap in stretches(~known[:, joint], 1):
            heard = _heard(known[:, joint], gap, hearing)
            if len(heard):
                yield same.nonzero().flatten(), gap, heard


def _heard(known: Tensor, gap: slice, hearing: Hearing) -> Tensor:
    """The known frames near a gap."""
    at = known.nonzero().flatten()
    away = torch.maximum(gap.start - 1 - at, at - gap.stop)
    near = at[away <= max(hearing.near, away.amin() if len(at) else 0)]
    if len(near) <= SPARSE_FROM:
        return near
    away = torch.maximum(gap.start - 1 - near, near - gap.stop)
    return near[away % hearing.every == 0]


@lru_cache(maxsize=256)
def _weights(heard: tuple[int, ...], frames: int, length: float) -> Tensor:
    """(frames, N): what a gap of so many frames takes of what is missed in frames that are `heard`, counted from its
    first."""
    at, inside = torch.tensor(heard, dtype=torch.float64), torch.arange(frames, dtype=torch.float64)
    own = torch.where((at == -1) | (at == frames), 1e-9, DOUBT)
    together = correlation(at[:, None] - at, length) + torch.diag(own)
    return torch.linalg.solve(together, correlation(inside[:, None] - at, length), left=False)


def correlation(apart: Tensor, length: float) -> Tensor:
    """Matern's, of smoothness 5/2, for frames so far apart."""
    away = 5**0.5 / length * apart.abs()
    return (1 + away + away.square() / 3) * (-away).exp()
