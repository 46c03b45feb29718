"""Type-II guidance: pull an estimate onto the trackers by one Gauss-Newton step in its tangent space, no back-propagation.

With w_i the turn of joint i in the world and v_i its variance, positions move by w_i x u_ki (u_ki: see
measurement.py). The best turns given residuals r are w_i = v_i sum_k u_ki x f_k, where the forces f on the trackers
solve a system of 3M x 3M per frame: each joint turns as its torque and its freedom say. The root is one more
unknown with its own prior: no information at all makes the step an optimal differencing of the positions.
"""
from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

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
    """The linear system of one step, per frame."""

    arms: Tensor  # (B, T, 22, 3, M)
    inverse: Tensor  # (B, T, 3M, 3M) of the positions' covariance S, ordered axis-major; missing rows are decoupled
    to_root: Tensor  # (B, T, 3M, 3) which rows move with the root
    root_covariance: Tensor  # (B, T, 3, 3)


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
    trackers = tracker_rows(measured)
    rotations, place = _step(rotations, variance, trackers, root)
    for _ in range(repeats - 1):
        rows = trackers.joined(floor_rows(rotations, place, floor)) if floor else trackers
        rotations, place = _step(rotations, variance, rows, root)
    return Estimate(rotations, place, variance)


def _step(rotations: Tensor, variance: Tensor, rows: Rows, root: RootPrior) -> tuple[Tensor, Tensor]:
    system = _build(rotations, variance, rows, root)
    known = rows.known.flatten(-2)
    reach = system.arms.sum(2)  # (B, T, 3, M): from the root to each point
    residual = (rows.places - reach - root.mean.unsqueeze(-1)).flatten(-2) * known
    pull = (system.to_root.mT @ (system.inverse @ residual.unsqueeze(-1))).squeeze(-1)
    shift = (system.root_covariance @ pull.unsqueeze(-1)).squeeze(-1)
    left = residual - (system.to_root @ shift.unsqueeze(-1)).squeeze(-1)
    force = (system.inverse @ left.unsqueeze(-1)).squeeze(-1) * known
    force = force.unflatten(-1, (3, -1)).unsqueeze(2)  # (B, T, 1, 3, M)
    turn = torch.linalg.cross(system.arms, force.expand_as(system.arms), dim=-2).sum(-1) * variance.unsqueeze(-1)
    return rotvec_to_matrix(turn) @ rotations, root.mean + shift


def _build(rotations: Tensor, variance: Tensor, rows: Rows, root: RootPrior) -> _System:
    arms = arms_in_world(rotations, rows.levers)
    trackers = arms.shape[-1]
    flat = arms.flatten(-2)  # (B, T, 22, 3M), rows ordered axis-major: (axis, tracker)
    outer = flat.mT @ (flat * variance.unsqueeze(-1))
    blocks = outer.unflatten(-1, (3, trackers)).unflatten(-3, (3, trackers))  # (B, T, a, k, b, l)
    reach = torch.einsum("...akal->...kl", blocks)
    eye = torch.eye(3, dtype=arms.dtype, device=arms.device)
    spread = torch.einsum("...kl,ab->...akbl", reach, eye) - blocks.transpose(-4, -2)
    spread = spread.flatten(-2).flatten(-3, -2)
    known = rows.known.flatten(-2).to(arms)
    coupled = spread * known.unsqueeze(-1) * known.unsqueeze(-2)
    noise = torch.where(known > 0, rows.variance.flatten(-2), 1.0)
    inverse = torch.cholesky_inverse(torch.linalg.cholesky(coupled + torch.diag_embed(noise)))
    to_root = eye.repeat_interleave(trackers, dim=0) * known.unsqueeze(-1)
    information = to_root.mT @ inverse @ to_root + torch.diag_embed(root.information + LEAST_ROOT_INFORMATION)
    return _System(arms, inverse, to_root, torch.linalg.inv(information))


def posterior_variance(estimate: Estimate, measured: Measurement, root: RootPrior) -> Tensor:
    """Variance left in each joint's rotation after the positions are known, (B, T, 22), rad^2 per axis."""
    rows = tracker_rows(measured)
    system = _build(estimate.rotations, estimate.variance, rows, root)
    through_root = system.inverse @ system.to_root
    kernel = system.inverse - through_root @ system.root_covariance @ through_root.mT
    arms = system.arms
    zero = torch.zeros_like(arms[..., 0, :])
    x, y, z = arms.unbind(-2)
    skew = torch.stack([torch.cat([zero, z, -y], -1), torch.cat([-z, zero, x], -1), torch.cat([y, -x, zero], -1)], -1)
    known = rows.known.flatten(-2).to(arms)
    moved = skew * known[:, :, None, :, None]  # (B, T, 22, 3M, 3): how the rows move with each joint's turn
    explained = (moved * (kernel.unsqueeze(2) @ moved)).sum((-1, -2)) / 3
    return (estimate.variance - estimate.variance.square() * explained).clamp(min=0)
