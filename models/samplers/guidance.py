"""Type-II guidance: pull an estimate onto the trackers by Gauss-Newton steps in its tangent space, no back-propagation.

With w_i the turn of joint i in the world and v_i its variance, tracker k moves by sum_i w_i x u_ki (u_ki: see
measurement.py), so the best turns given residuals r are w_i = v_i sum_k u_ki x f_k: each joint turns as the torque of
the forces f on the trackers and its own freedom say. The forces, and the shift d of the root that has a prior of its
own with information L, solve one small system per frame,

    [S + N   J] [f]   [r]      S = sum_i v_i (u_ki . u_li I - u_li u_ki^T), N the sensors' variance,
    [J^T    -L] [d] = [0]      J the identity per tracker.

No information at all (L = 0) makes the forces sum to zero: the step is then an optimal differencing of positions.
Turns that go together (coupling.py) bring their correlations K between: with q_k the row's moves in units of each
turn's standard deviation, S = q^T K q, and joints turn by K q f. Trackers' rotations are fused first; they turn the
joints nearby, and leave K less.
"""
from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import torch
from torch import Tensor
from torch.nn.functional import pad

from models.kinematics.rotations import matrix_to_rotvec, rotvec_to_matrix
from models.kinematics.skeleton import JOINT_COUNT
from models.samplers.measurement import Measurement, arms_in_world
from models.samplers.rows import Floor, Rows, floor_rows, tracker_rows

LONGEST_STEP = 0.5  # radians that the joint which turns farthest does in a step: what is linear is so only nearby
SETTLED = 0.004  # radians: after a step in which no joint turns more the next ones would turn a hundredth of that
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
class Freedom:
    """How far joints may turn from where they are, and which go together."""

    sd: Tensor  # (B, T, 22) radians per axis
    together: Tensor  # (66, 66) or (B, T, 66, 66): covariances of the turns in units of sd

    @property
    def variance(self) -> Tensor:
        """(B, T, 22) rad^2 per axis."""
        share = torch.unflatten(self.together.diagonal(dim1=-2, dim2=-1), -1, (-1, 3)).mean(-1)
        return self.sd.square() * share.clamp(min=0)

    def radians(self, turns: Tensor) -> Tensor:
        """Turns in units of sd, (B, T, 66, 1), as rotation vectors (B, T, 22, 3)."""
        return torch.unflatten(turns.squeeze(-1), -1, (-1, 3)) * self.sd.unsqueeze(-1)


@dataclass(frozen=True)
class Target:
    """Rows and root as one: what of the linear system does not change from step to step.

    N is the number of rows that count (see used_rows) and the root's three.
    """

    rows: Rows
    root: RootPrior
    known: Tensor  # (B, T, N) 1 or 0
    matrix: Tensor  # (B, T, N, N) without S


def fuse_rotations(rotations: Tensor, freedom: Freedom, measured: Measurement) -> tuple[Tensor, Freedom]:
    """Turn tracked joints towards their trackers by the share the variances say, and others as they go with them."""
    joints = list(measured.joints)
    sd, known = freedom.sd[:, :, joints], measured.rotation_known.repeat_interleave(3, -1)
    axes = [3 * joint + axis for joint in joints for axis in range(3)]
    seen = freedom.together[..., axes] * known.unsqueeze(-2)  # (B, T, 66, 3M)
    noise = torch.where(measured.rotation_known, (measured.rotation_sd / sd).square(), 1.0).repeat_interleave(3, -1)
    read = seen[..., axes, :] * known.unsqueeze(-1) + torch.diag_embed(noise)
    gain = torch.linalg.solve_ex(read, seen.mT).result.mT
    turn = matrix_to_rotvec(measured.rotations @ rotations[:, :, joints].mT) / sd.unsqueeze(-1)
    turns = freedom.radians(gain @ (turn.flatten(-2) * known).unsqueeze(-1))
    return rotvec_to_matrix(turns) @ rotations, Freedom(freedom.sd, freedom.together - gain @ seen.mT)


def correct(
    rotations: Tensor, variance: Tensor, measured: Measurement, root: RootPrior, repeats: int = 1,
    floor: Floor | None = None, together: Tensor | None = None,
) -> Estimate:
    """Rotations (B, T, 22, 3, 3) of variance (B, T, 22) given the trackers, by `repeats` Gauss-Newton steps at most.

    From the second step on, when it is known where the body is, feet are lifted out of the floor; a frame for which
    such a step turned no joint by more than SETTLED stays as it is then, whatever those beside it do. `together`
    (66, 66) says how turns are correlated; None: not at all.
    """
    alike = torch.eye(3 * JOINT_COUNT) if together is None else together
    rotations, freedom = fuse_rotations(rotations, Freedom(variance.sqrt(), alike.to(rotations)), measured)
    trackers = target_of(tracker_rows(measured), root)
    rotations, place, _ = _step(rotations, freedom, trackers)
    moving = rotations.new_ones(*rotations.shape[:2], 1, 1, dtype=torch.bool)
    for taken in range(1, repeats):
        target = _with_floor(trackers, rotations, place, floor)
        stepped, placed, farthest = _step(rotations, freedom, target)
        if taken == 1:
            rotations, place = stepped, placed
        else:
            rotations = torch.where(moving.unsqueeze(-1), stepped, rotations)
            place = torch.where(moving[..., 0], placed, place)
        moving = moving & (farthest >= SETTLED)
        if not bool(moving.any()):
            break
    return Estimate(rotations, place, freedom.variance)


def target_of(rows: Rows, root: RootPrior) -> Target:
    """Rows and what is known of the root, ready for any step."""
    known = pad(used_rows(rows.known, rows.only_height).to(root.mean), (0, 3), value=1.0)
    noise = used_rows(torch.where(rows.known, rows.variance, 1.0), rows.only_height)
    diagonal = torch.cat([noise, -(root.information + LEAST_ROOT_INFORMATION)], -1)
    _, root_moves = _structure(rows.places.shape[-1], rows.only_height)
    coupled = root_moves.to(known) * known.unsqueeze(-1) * known.unsqueeze(-2)
    return Target(rows, root, known, coupled + torch.diag_embed(diagonal))


def _with_floor(trackers: Target, rotations: Tensor, place: Tensor, floor: Floor | None) -> Target:
    feet = floor_rows(rotations, place, floor) if floor else None
    return target_of(trackers.rows.joined(feet), trackers.root) if feet and feet.known.any() else trackers


def _step(rotations: Tensor, freedom: Freedom, target: Target) -> tuple[Tensor, Tensor, Tensor]:
    """Rotations and root after one step, and how far it would turn the joint that turns most, (B, T, 1, 1) radians; a
    long step goes only part of the way, lest it overshoot."""
    rows, mean = target.rows, target.root.mean
    arms = arms_in_world(rotations, rows.levers)  # (B, T, 22, 3, M)
    moves, matrix = linear_system(arms, freedom.sd, target, freedom.together)
    residual = (rows.places - arms.sum(2) - mean.unsqueeze(-1)) * rows.known
    residual = pad(used_rows(residual, rows.only_height), (0, 3))
    forces = torch.linalg.solve_ex(matrix, residual.unsqueeze(-1)).result
    turns = freedom.radians(freedom.together @ (moves @ forces))
    farthest = torch.linalg.vector_norm(turns, dim=-1, keepdim=True).amax(-2, keepdim=True)
    turns = turns * (LONGEST_STEP / farthest.clamp(min=LONGEST_STEP))
    return rotvec_to_matrix(turns) @ rotations, mean + forces[..., -3:, 0], farthest


def linear_system(
    arms: Tensor, sd: Tensor, target: Target, together: Tensor | None = None
) -> tuple[Tensor, Tensor]:
    """How the rows move with each joint's turn in units of its sd, (B, T, 66, N), and the system, (B, T, N, N)."""
    to_moves, _ = _structure(arms.shape[-1], target.rows.only_height)
    weighted = (arms * sd[..., None, None]).flatten(-2)
    moves = torch.unflatten(weighted @ to_moves.to(arms), -1, (3, -1)).flatten(2, 3)
    covered = moves if together is None else together @ moves
    spread = (moves.mT @ covered) * target.known.unsqueeze(-1) * target.known.unsqueeze(-2)
    return moves, spread + target.matrix


def used_rows(values: Tensor, only_height: int) -> Tensor:
    """(..., 3, M) -> (..., N - 3), axis by axis: of the last `only_height` points the vertical alone."""
    if not only_height:
        return values.flatten(-2)
    return torch.cat([values[..., 0, :-only_height], values[..., 1, :], values[..., 2, :-only_height]], dim=-1)


@cache
def _structure(points: int, only_height: int) -> tuple[Tensor, Tensor]:
    """What no body changes.

    Returns:
        (3M, 3N): from a joint's arms u (axis, point) to how the rows move with its turns about x, y and z: e_c x u.
        (N, N): how the rows move with the root, J and its transpose, in the last three columns and rows.
    """
    eye = torch.eye(3)
    turned = torch.linalg.cross(eye[:, None].expand(3, 3, 3), eye[None].expand(3, 3, 3))  # (c, axis of u, axis)
    moves = used_rows(torch.einsum("cba,kl->bkcal", turned, torch.eye(points)), only_height)
    to_root = pad(used_rows(eye.unsqueeze(-1).expand(3, 3, points), only_height), (0, 3))  # (3, N)
    root_moves = torch.cat([torch.zeros(to_root.shape[1] - 3, to_root.shape[1]), to_root])
    return pad(moves, (0, 3)).flatten(2).flatten(0, 1), root_moves + root_moves.T
