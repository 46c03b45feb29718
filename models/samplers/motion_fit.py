"""A window of motion fitted to rows of any measurement, all frames as one: the most likely motion about a guess.

A guess is wrong smoothly: what is right in one frame is right in the next. So turns and the root's way are sums of a
few cosines over the window (bodies move below some 7 Hz), the slow ones likelier than the quick ones, and in each frame
joints go together as coupling.py says and as far as the guess is unsure of them. Gauss-Newton steps on the rows, made
anew at each, and on how unlikely the motion is; the guess stays where it was, so that rows count once however many
steps are taken. What is unknown and does not change with time stays as it is: told is what rows say of it, whatever
the motion is (the Schur complement of the motion), for whoever has all windows to weigh.
"""
from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor

from models.kinematics.arrays import alike
from models.kinematics.rotations import rotvec_to_matrix
from models.kinematics.skeleton import JOINT_COUNT
from models.samplers.coupling import coupling
from models.samplers.linear_rows import FREEDOMS, TURNS, LinearRows

RATE_HZ = 60.0


@dataclass(frozen=True)
class FitConfig:
    """How motions are fitted. Chosen on the validation split."""

    band_hz: float = 7.0  # nothing of a correction is quicker
    slow_hz: float = 1.5  # corrections are about equally likely up to here, and less and less above
    root_sd: float = 10.0  # metres: of the root's place
    root_way_sd: float = 1.0  # metres: of its way within the window
    huber: float = 3.0  # standard deviations up to which a row is fully believed
    share: float = 0.4  # of how unsure the guess is, that it is held by: passes follow that bring it nearer still
    longest_turn: float = 0.8  # radians that the joint which turns farthest does in a step


@dataclass(frozen=True)
class Lasting:
    """What windows' rows say of P unknowns that do not change with time, the motion being whatever it is. float64."""

    information: Tensor  # (B, P, P)
    pull: Tensor  # (B, P) information times the change that is asked for


@dataclass(frozen=True)
class Fitted:
    """A fitted window."""

    rotations: Tensor  # (B, T, 22, 3, 3) global
    root: Tensor  # (B, T, 3) metres
    missed: Tensor  # (B,) half the squares of what rows miss, in standard deviations, a frame
    unlikely: Tensor  # (B,) the same of how far from the guess it is
    lasting: Lasting | None = None  # None: rows go with nothing that lasts


RowsAt = Callable[[Tensor, Tensor], LinearRows]  # of rotations and root as they are


def fit(
    rotations: Tensor, root: Tensor, joint_sd: Tensor, rows_at: RowsAt, steps: int, config: FitConfig,
    drawn: Tensor | None = None,
) -> Fitted:
    """The motion about a guess, (B, T, 22, 3, 3) and (B, T, 3), whose joints are unsure by (B, T, 22) radians per axis.

    With `drawn`, white noise (B, T, 69), not the likeliest one but one of those that rows and guess leave: a draw of
    Laplace's approximation. Windows that share frames, and their noise, draw alike.
    """
    frames = rotations.shape[1]
    basis, likely = (part.to(rotations.device) for part in cosines(frames, config))
    root_of = alike(coupling_root(), rotations).double()
    spread = (config.share * joint_sd).double().repeat_interleave(3, -1)[..., None] * root_of  # (B, T, 66, 66)
    information = _information(likely, config, frames)
    found = torch.zeros(len(rotations), basis.shape[1], FREEDOMS, dtype=torch.float64, device=rotations.device)
    at, lasting = (rotations, root), None
    for step in range(steps):
        rows = rows_at(*at).believed(config.huber)
        moves = _standard(rows, spread)
        ideal, factor = _step(rows, moves, found, basis, information)
        if rows.lasting is not None and step == steps - 1:
            lasting = _lasting(rows, moves, ideal, factor, basis)
        found = found + _shortened(ideal, spread, basis, config.longest_turn)
        at = _at(rotations, root, spread, basis @ found)
    if drawn is not None:
        noise = (basis.mT @ drawn.double()).flatten(1)[..., None]
        found = found + torch.linalg.solve_triangular(factor.mT, noise, upper=True).reshape(found.shape)
        at = _at(rotations, root, spread, basis @ found)
    missed = rows_at(*at).believed(config.huber).cost.mean(-1)
    return Fitted(*at, missed, (found.square() * information).sum((1, 2)) / 2 / frames, lasting)


def _standard(rows: LinearRows, spread: Tensor) -> Tensor:
    """How rows go with standard turns and a metre of root, (B, T, N, 69)."""
    moves = rows.moves.double()
    return torch.cat([moves[..., :TURNS] @ spread, moves[..., TURNS:]], -1)


def _step(
    rows: LinearRows, moves: Tensor, found: Tensor, basis: Tensor, information: Tensor
) -> tuple[Tensor, Tensor]:
    """How the cosines' weights (B, K, 69) change, and the root of how sure the rows and the guess are of them."""
    weighted = moves * rows.weight.double()[..., None]
    square = (weighted.mT @ moves).flatten(2)  # (B, T, 69 69)
    pull = (weighted.mT @ rows.residual.double()[..., None])[..., 0]  # (B, T, 69)
    count, size = basis.shape[1], basis.shape[1] * FREEDOMS
    pairs = (basis[:, :, None] * basis[:, None]).flatten(1)  # (T, K K)
    system = (pairs.mT @ square).unflatten(1, (count, count)).unflatten(-1, (FREEDOMS, FREEDOMS))
    system = system.transpose(2, 3).reshape(-1, size, size)
    system = system + torch.diag_embed(information.flatten())
    target = (basis.mT @ pull - information * found).flatten(1)
    factor = torch.linalg.cholesky(system)
    return torch.cholesky_solve(target[..., None], factor).reshape(found.shape), factor


def _lasting(rows: LinearRows, moves: Tensor, change: Tensor, factor: Tensor, basis: Tensor) -> Lasting:
    """What rows say of lasting unknowns, given how the motion (B, K, 69) would change if these stayed as they are."""
    assert rows.lasting is not None
    lasting = rows.lasting.double()
    weighted = lasting * rows.weight.double()[..., None]
    square = (weighted.flatten(1, 2).mT @ lasting.flatten(1, 2))
    both = (moves.mT @ weighted).flatten(2)  # (B, T, 69 P)
    both = (basis.mT @ both).unflatten(-1, (FREEDOMS, -1)).flatten(1, 2)  # (B, K 69, P)
    pull = (weighted * rows.residual.double()[..., None]).sum((1, 2)) - (both.mT @ change.flatten(1)[..., None])[..., 0]
    return Lasting(square - both.mT @ torch.cholesky_solve(both, factor), pull)


def _shortened(change: Tensor, spread: Tensor, basis: Tensor, longest_turn: float) -> Tensor:
    """A change (B, K, 69) in which no joint turns farther than that."""
    turns = (spread @ (basis @ change)[..., :TURNS, None])[..., 0].unflatten(-1, (JOINT_COUNT, 3))
    farthest = turns.norm(dim=-1).amax((1, 2))
    return change * (longest_turn / farthest.clamp(min=longest_turn))[:, None, None]


def _at(
    rotations: Tensor, root: Tensor, spread: Tensor, freedoms: Tensor
) -> tuple[Tensor, Tensor]:
    """The guess (B, T, ...) moved by (B, T, 69)."""
    turns = (spread @ freedoms[..., :TURNS, None])[..., 0].unflatten(-1, (JOINT_COUNT, 3))
    return rotvec_to_matrix(turns.to(rotations)) @ rotations, root + freedoms[..., TURNS:].to(root)


@lru_cache(maxsize=16)
def cosines(frames: int, config: FitConfig) -> tuple[Tensor, Tensor]:
    """(T, K) orthonormal cosines up to the band's end, and how likely each is for a turn, (K,): variances that make
    one in every frame."""
    count = min(frames, int(config.band_hz * 2 * frames / RATE_HZ) + 1)
    order = torch.arange(count, dtype=torch.float64)
    at = (torch.arange(frames, dtype=torch.float64) + 0.5) / frames
    basis = torch.cos(math.pi * at[:, None] * order) * math.sqrt(2 / frames)
    basis[:, 0] /= math.sqrt(2)
    quickness = order * RATE_HZ / (2 * frames) / config.slow_hz
    likely = 1 / (1 + quickness**4)
    return basis, likely * frames / likely.sum()


def _information(likely: Tensor, config: FitConfig, frames: int) -> Tensor:
    """(K, 69): 1 / variance of the cosines' weights."""
    order = torch.arange(1, len(likely), dtype=torch.float64, device=likely.device)
    way = torch.cat([order.new_tensor([config.root_sd]), config.root_way_sd / order.square()]) * math.sqrt(frames)
    return torch.cat([(1 / likely)[:, None].expand(-1, TURNS), (1 / way.square())[:, None].expand(-1, 3)], -1)


@lru_cache(maxsize=1)
def coupling_root() -> Tensor:
    """(66, 66): L with L L^T = coupling()."""
    return torch.linalg.cholesky(torch.from_numpy(coupling().copy()).double() + 1e-9 * torch.eye(TURNS).double())
