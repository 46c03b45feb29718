"""Type-II guidance: pull an estimate onto the trackers by Gauss-Newton steps in its tangent space, no back-propagation.

With w_i the turn of joint i in the world and v_i its variance, tracker k moves by sum_i w_i x u_ki (u_ki: see
measurement.py), so the best turns given residuals r are w_i = v_i sum_k u_ki x f_k: each joint turns as the torque of
the forces f on the trackers and its own freedom say. The forces, and the shift d of the root that has a prior of its
own with information L, solve one small system per frame,

    [S + N   J] [f]   [r]      S = sum_i v_i (u_ki . u_li I - u_li u_ki^T), N the sensors' variance,
    [J^T    -L] [d] = [0]      J the identity per tracker.

No information at all (L = 0) makes the forces sum to zero: the step is then an optimal differencing of positions.
"""
from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import torch
from torch import Tensor
from torch.nn.functional import pad

from models.kinematics.rotations import matrix_to_rotvec, rotvec_to_matrix
from models.samplers.measurement import Measurement, arms_in_world
from models.samplers.rows import Floor, Rows, floor_rows, tracker_rows

LEAST_ROOT_INFORMATION = 1e-6  # per square metre: keeps a frame without any tracker solvable


@dataclass(frozen=True)
class RootPrior:
    """Where the pelvis joint is believed to be before the trackers are asked."""

    mean: Tensor  # (B, T, 3) metres
    information: Tensor  # (B, T, 3) 1 / variance per axis, 1 / m^2; zero: nothing is known


@dataclass(frozen=True)
class Estimate:
    """A body over T frames of B windows."""

    rotations: Tensor  # (B, T, 22, 3, 3) global
    root: Tensor  # (B, T, 3) metres
    variance: Tensor  # (B, T, 22) rad^2 per axis of each joint's rotation


@dataclass(frozen=True)
class _System:
    """The linear system of one step. Rows are ordered axis-major and end with the root's three: N = 3M + 3."""

    reach: Tensor  # (B, T, 3, M) from the root to each point
    moves: Tensor  # (B, T, 66, N) how the rows move with each joint's turn; 0 where a row is not known
    matrix: Tensor  # (B, T, N, N)


def fuse_rotations(rotations: Tensor, variance: Tensor, measured: Measurement) -> tuple[Tensor, Tensor]:
    """Turn each tracked joint towards its tracker by the share the variances say; others stay."""
    joints = list(measured.joints)
    guess, freedom = rotations[:, :, joints], variance[:, :, joints]
    gain = measured.rotation_known * freedom / (freedom + measured.rotation_sd**2)
    turn = matrix_to_rotvec(guess.mT @ measured.rotations) * gain.unsqueeze(-1)
    rotations, variance = rotations.clone(), variance.clone()
    rotations[:, :, joints] = guess @ rotvec_to_matrix(turn)
    variance[:, :, joints] = freedom * (1 - gain)
    return rotations, variance


def correct(
    rotations: Tensor, variance: Tensor, measured: Measurement, root: RootPrior, repeats: int = 1,
    floor: Floor | None = None,
) -> Estimate:
    """Rotations (B, T, 22, 3, 3) of variance (B, T, 22) given the trackers, by `repeats` Gauss-Newton steps.

    From the second step on, when it is known where the body is, feet are lifted out of the floor.
    """
    rotations, variance = fuse_rotations(rotations, variance, measured)
    trackers, free = tracker_rows(measured), _for_each_turn(variance)
    rotations, place = _step(rotations, free, trackers, root)
    for _ in range(repeats - 1):
        rows = trackers.joined(floor_rows(rotations, place, floor)) if floor else trackers
        rotations, place = _step(rotations, free, rows, root)
    return Estimate(rotations, place, variance)


def posterior_variance(estimate: Estimate, measured: Measurement, root: RootPrior) -> Tensor:
    """Variance left in each joint's rotation after the positions are known, (B, T, 22), rad^2 per axis."""
    system = _build(estimate.rotations, _for_each_turn(estimate.variance), tracker_rows(measured), root)
    answer = torch.linalg.solve_ex(system.matrix, system.moves.mT).result
    explained = torch.unflatten((system.moves * answer.mT).sum(-1), -1, (-1, 3)).mean(-1)
    return (estimate.variance - estimate.variance.square() * explained).clamp(min=0)


def _step(rotations: Tensor, free: Tensor, rows: Rows, root: RootPrior) -> tuple[Tensor, Tensor]:
    """Rotations and root after one step; free: (B, T, 66, 1) rad^2."""
    system = _build(rotations, free, rows, root)
    residual = (rows.places - system.reach - root.mean.unsqueeze(-1)) * rows.known
    forces = torch.linalg.solve_ex(system.matrix, pad(residual.flatten(-2), (0, 3)).unsqueeze(-1)).result
    turns = torch.unflatten((system.moves @ forces * free).squeeze(-1), -1, (-1, 3))
    return rotvec_to_matrix(turns) @ rotations, root.mean + forces[..., -3:, 0]


def _build(rotations: Tensor, free: Tensor, rows: Rows, root: RootPrior) -> _System:
    arms = arms_in_world(rotations, rows.levers)  # (B, T, 22, 3, M)
    points = arms.shape[-1]
    known = pad(rows.known.flatten(-2).to(arms), (0, 3), value=1.0)
    moves = arms.flatten(-2) @ _arms_to_moves(points).to(arms)
    moves = moves.view(*free.shape[:-1], -1) * known.unsqueeze(-2)
    noise = torch.where(rows.known, rows.variance, 1.0).flatten(-2)
    diagonal = torch.cat([noise, -(root.information + LEAST_ROOT_INFORMATION)], -1)
    root_moves = _root_moves(points).to(arms) * known.unsqueeze(-1) * known.unsqueeze(-2)
    return _System(arms.sum(2), moves, moves.mT @ (moves * free) + root_moves + torch.diag_embed(diagonal))


def _for_each_turn(variance: Tensor) -> Tensor:
    """(B, T, 22) -> (B, T, 66, 1): the same for the three axes of a joint."""
    return variance.repeat_interleave(3, dim=-1).unsqueeze(-1)


@cache
def _root_moves(points: int) -> Tensor:
    """(N, N): J and its transpose, in the last three columns and rows."""
    moves = torch.zeros(3 * points + 3, 3 * points + 3)
    moves[:-3, -3:] = torch.eye(3).repeat_interleave(points, dim=0)
    return moves + moves.mT


@cache
def _arms_to_moves(points: int) -> Tensor:
    """(3M, 3N): from a joint's arms u (axis, point) to how the rows move with its turns about x, y and z: e_c x u."""
    eye = torch.eye(3)
    turned = torch.linalg.cross(eye[:, None].expand(3, 3, 3), eye[None].expand(3, 3, 3))  # (c, axis of u, axis)
    moves = torch.einsum("cba,kl->bkcal", turned, torch.eye(points))
    return pad(moves.flatten(-2), (0, 3)).flatten(2).flatten(0, 1)
