"""Rotations: matrix, 6D, xyzw quaternion, rotation vector. A live frame converts over and over: each conversion here
is a product with a constant table and little else, a quarter of the steps that a library made for gradients takes.

6D = the first two columns [a; b] of the matrix (Zhou et al. 2019), read back by Gram-Schmidt.
"""
from __future__ import annotations

from functools import cache

import roma
import torch
from torch import Tensor
from torch.nn.functional import normalize


def matrix_to_sixd(matrix: Tensor) -> Tensor:
    """(..., 3, 3) -> (..., 6)."""
    return torch.cat([matrix[..., 0], matrix[..., 1]], dim=-1)


def sixd_to_matrix(sixd: Tensor) -> Tensor:
    """(..., 6) -> (..., 3, 3) by Gram-Schmidt; any two independent columns will do."""
    a = normalize(sixd[..., :3], dim=-1)
    b = sixd[..., 3:]
    b = normalize(b - (a * b).sum(-1, keepdim=True) * a, dim=-1)
    return torch.stack([a, b, torch.linalg.cross(a, b)], dim=-1)


def rotvec_to_matrix(rotvec: Tensor) -> Tensor:
    """(..., 3) -> (..., 3, 3) by Rodrigues' formula."""
    angle = torch.linalg.vector_norm(rotvec, dim=-1, keepdim=True).clamp(min=1e-6)
    cos = angle.cos()
    skew = torch.unflatten((rotvec * (angle.sin() / angle)) @ _generators().to(rotvec), -1, (3, 3))
    along = (rotvec * ((1 - cos) / angle.square())).unsqueeze(-1) * rotvec.unsqueeze(-2)
    return skew + along + cos.unsqueeze(-1) * torch.eye(3, dtype=rotvec.dtype, device=rotvec.device)


@cache
def _generators() -> Tensor:
    """(3, 9): takes a rotation vector to its skew matrix, row by row."""
    eye = torch.eye(3)
    return torch.linalg.cross(eye[:, None].expand(3, 3, 3), eye[None].expand(3, 3, 3)).mT.flatten(1)


def matrix_to_rotvec(matrix: Tensor) -> Tensor:
    """(..., 3, 3) -> (..., 3), angle at most pi; by the largest entry of its quaternion (Markley 2008)."""
    xyzw = _some_xyzw(matrix)
    axis, w = xyzw[..., :3], xyzw[..., 3:]
    sine = torch.linalg.vector_norm(axis, dim=-1, keepdim=True)
    return axis * torch.copysign(2 * torch.atan2(sine, w.abs()) / sine.clamp(min=1e-30), w)


def _some_xyzw(matrix: Tensor) -> Tensor:
    """A quaternion (..., 4) of each rotation, of any length and sign: the longest row of 4 q q^T."""
    products = torch.nn.functional.pad(matrix.flatten(-2), (0, 1), value=1.0) @ _quaternion_products().to(matrix)
    products = torch.unflatten(products, -1, (4, 4))
    largest = products.diagonal(dim1=-2, dim2=-1).argmax(-1)
    return products.gather(-2, largest[..., None, None].expand(*largest.shape, 1, 4)).squeeze(-2)


@cache
def _quaternion_products() -> Tensor:
    """(10, 16): takes a matrix's nine entries and a one to 4 q q^T of its quaternion xyzw. Linear, since
    4xx = 1 + m00 - m11 - m22, 4ww = 1 + m00 + m11 + m22, 4xy = m01 + m10, 4xw = m21 - m12, and so on round."""
    products = torch.zeros(3, 3, 4, 4)
    for i, j, k in ((0, 1, 2), (1, 2, 0), (2, 0, 1)):
        products[i, i, [i, j, k, 3], [i, j, k, 3]] = torch.tensor([1.0, -1.0, -1.0, 1.0])
        products[i, j, [i, j], [j, i]] = products[j, i, [i, j], [j, i]] = 1.0
        products[k, j, [i, 3], [3, i]], products[j, k, [i, 3], [3, i]] = 1.0, -1.0
    return torch.cat([products.flatten(2).flatten(0, 1), torch.eye(4).flatten()[None]])


def matrix_to_xyzw(matrix: Tensor) -> Tensor:
    """(..., 3, 3) -> (..., 4), unit; of the two that there are, any."""
    return normalize(_some_xyzw(matrix), dim=-1)


def xyzw_to_matrix(xyzw: Tensor) -> Tensor:
    """(..., 4) unit quaternions -> (..., 3, 3)."""
    products = (xyzw.unsqueeze(-1) * xyzw.unsqueeze(-2)).flatten(-2)
    return torch.unflatten(products @ _matrix_of_products().to(xyzw), -1, (3, 3))


@cache
def _matrix_of_products() -> Tensor:
    """(16, 9): takes q q^T of a unit quaternion xyzw to its matrix: m00 = xx - yy - zz + ww, m01 = 2 (xy - zw), and so
    on round."""
    entries = torch.zeros(4, 4, 3, 3)
    for i, j, k in ((0, 1, 2), (1, 2, 0), (2, 0, 1)):
        entries[[i, j, k, 3], [i, j, k, 3], i, i] = torch.tensor([1.0, -1.0, -1.0, 1.0])
        entries[i, j, i, j] = entries[i, j, j, i] = 2.0
        entries[k, 3, i, j], entries[k, 3, j, i] = -2.0, 2.0
    return entries.flatten(2).flatten(0, 1)


def geodesic_angle(one: Tensor, other: Tensor) -> Tensor:
    """Angle between two rotations, (..., 3, 3) twice -> (...), radians in [0, pi]; exact near zero."""
    return roma.rotmat_geodesic_distance(one, other)


def about_y(angle: Tensor) -> Tensor:
    """Turn about the vertical. (...) radians -> (..., 3, 3)."""
    cos, sin, zero, one = angle.cos(), angle.sin(), torch.zeros_like(angle), torch.ones_like(angle)
    rows = [cos, zero, sin, zero, one, zero, -sin, zero, cos]
    return torch.stack(rows, dim=-1).unflatten(-1, (3, 3))


def heading(matrix: Tensor) -> Tensor:
    """The vertical twist of a rotation, (..., 3, 3) -> (...), radians.

    The swing-twist angle, not the direction of the forward axis: it is defined for a head that looks straight
    up or down, and only loses its meaning upside down.
    """
    return torch.atan2(matrix[..., 0, 2] - matrix[..., 2, 0], matrix[..., 0, 0] + matrix[..., 2, 2])


def turn_sixd(sixd: Tensor, turn: Tensor) -> Tensor:
    """Left-multiply 6D rotations by `turn`: (..., 6) and (..., 3, 3), broadcast, -> (..., 6). Linear in both."""
    columns = sixd.unflatten(-1, (2, 3))
    return torch.einsum("...xy,...cy->...cx", turn, columns).flatten(-2)
