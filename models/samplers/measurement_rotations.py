"""Rotations of joints in the world, some of them known: three rows for each, in radians.

A row misses by the rotation vector e of M R^T, from the joint as it is to what was measured. A turn w of the joint,
R <- exp(w) R, leaves log(exp(e) exp(-w)): it changes e by the inverse of the right Jacobian, which is exact at any
distance (Sola et al. 2018, arXiv 1812.01537, eq. 144).
"""
from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from models.kinematics.rotations import matrix_to_rotvec
from models.samplers.linear_rows import FREEDOMS, LinearRows

SMALL = 1e-4  # radians: below it the series is exact to what numbers hold


def rotation_rows(
    joints: Sequence[int], measured: Tensor, known: Tensor, sd: float | Tensor, rotations: Tensor
) -> LinearRows:
    """Rows of M joints in B windows.

    Args:
        joints: M of them.
        measured: (B, T, M, 3, 3) global; where nothing is known they must still be rotations.
        known: (B, T, M) bool.
        sd: radians per axis, one number or (B, T, M).
        rotations: the body as it is, (B, T, 22, 3, 3).
    """
    missed = matrix_to_rotvec(measured @ rotations[:, :, list(joints)].mT)
    turned = right_jacobian_inverse(missed)
    moves = missed.new_zeros(*missed.shape, FREEDOMS)
    for row, joint in enumerate(joints):
        moves[:, :, row, :, 3 * joint : 3 * joint + 3] = turned[:, :, row]
    weight = known.to(missed) / sd**2
    return LinearRows(missed.flatten(2), moves.flatten(2, 3), weight[..., None].expand(*missed.shape).flatten(2))


def right_jacobian_inverse(rotvec: Tensor) -> Tensor:
    """(..., 3) -> (..., 3, 3): how log(exp(rotvec) exp(w)) goes with w."""
    angle = rotvec.norm(dim=-1)[..., None, None]
    safe = angle.clamp(min=SMALL)
    bent = torch.where(angle < SMALL, 1 / 12, 1 / safe.square() - 1 / (2 * safe * torch.tan(safe / 2)))
    zero, (x, y, z) = torch.zeros_like(rotvec[..., 0]), rotvec.unbind(-1)
    skew = torch.stack([zero, -z, y, z, zero, -x, -y, x, zero], -1).unflatten(-1, (3, 3))
    return torch.eye(3).to(rotvec) + skew / 2 + bent * (skew @ skew)
