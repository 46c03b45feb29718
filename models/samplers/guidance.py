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
joints nearby, and leave K - E A^-1 E^T, with E the columns of K that they see and A how their readings vary: K and E
are the same everywhere, and what differs from frame to frame is never made a matrix of all turns.
"""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from models.kinematics.arrays import (
    Array,
    alike,
    at_least,
    at_most,
    followed_by_zeros,
    lengths,
    library,
    with_type,
)
from models.kinematics.branches import anywhere
from models.kinematics.rotations import matrix_to_rotvec, rotvec_to_matrix
from models.kinematics.skeleton import JOINT_COUNT
from models.kinematics.systems import inverse, solve
from models.samplers.measurement import Measurement, arms_in_world
from models.samplers.rows import Floor, floor_rows, tracker_rows
from models.samplers.system import RootPrior, Target, eye_for, eye_of, linear_system, row_moves, target_of, used_rows

LONGEST_STEP = 0.5  # radians that the joint which turns farthest does in a step: what is linear is so only nearby
SETTLED = 0.004  # radians: after a step in which no joint turns more the next ones would turn a hundredth of that


@dataclass(frozen=True)
class Estimate:
    """A body over T frames of B windows."""

    rotations: Array  # (B, T, 22, 3, 3) global
    root: Array  # (B, T, 3) metres
    variance: Array  # (B, T, 22) rad^2 per axis of each joint's rotation


@dataclass(frozen=True)
class Freedom:
    """How far joints may turn from where they are, and which go together: covariances of the turns in units of sd."""

    sd: Array  # (B, T, 22) radians per axis
    together: Array  # (66, 66) before trackers' rotations were fused
    seen: Sequence[int] = ()  # 3M columns of it that these see
    read: Array = None  # (B, T, 3M, 3M) inverse of how their readings vary, zero of what was not read; None: not fused

    @property
    def variance(self) -> Array:
        """(B, T, 22) rad^2 per axis."""
        shares = self.together.diagonal(0, -2, -1)
        if self.read is not None:
            columns = self.together[:, self.seen]
            shares = shares - (columns @ self.read * columns).sum(-1)
        return self.sd * self.sd * at_least(shares.reshape(*shares.shape[:-1], JOINT_COUNT, 3).mean(-1), 0)

    def of(self, moves: Array) -> Array:
        """How turns covary with what moves so with them, (B, T, N, 66) both."""
        whole = (moves.reshape(-1, moves.shape[-1]) @ self.together).reshape(moves.shape)
        return whole if self.read is None else whole - self.by(whole[..., self.seen] @ self.read)

    def by(self, readings: Array) -> Array:
        """How turns go with those that are seen, (..., 3M) -> (..., 66)."""
        return readings @ self.together[:, self.seen].mT

    def radians(self, turns: Array) -> Array:
        """Turns in units of sd, (B, T, 66), as rotation vectors (B, T, 22, 3)."""
        return turns.reshape(*turns.shape[:-1], JOINT_COUNT, 3) * self.sd[..., None]


def fuse_rotations(rotations: Array, freedom: Freedom, measured: Measurement) -> tuple[Array, Freedom]:
    """Turn tracked joints towards their trackers by the share the variances say, and others as they go with them;
    nothing is fused in `freedom` yet."""
    maths, turned = library(rotations), measured.turned
    joints, axes = list(measured.joints[:turned]), _axes_of(measured.joints[:turned])
    sd, heard = freedom.sd[:, :, joints], measured.rotation_known[..., :turned]
    known = with_type(_by_axis(heard), rotations)
    both = known[..., None] * known[..., None, :]
    noise = measured.rotation_sd[..., :turned] / sd
    noise = _by_axis(maths.where(heard, noise * noise, 1.0))
    varies = freedom.together[:, axes][axes] * both + noise[..., None] * eye_for(noise)
    freedom = replace(freedom, seen=axes, read=inverse(varies) * both)
    turn = matrix_to_rotvec(measured.rotations[:, :, :turned] @ rotations[:, :, joints].mT) / sd[..., None]
    turns = freedom.by((freedom.read @ turn.reshape(*known.shape, 1))[..., 0])
    return rotvec_to_matrix(freedom.radians(turns)) @ rotations, freedom


@cache
def _axes_of(joints: tuple[int, ...]) -> list[int]:
    return [3 * joint + axis for joint in joints for axis in range(3)]


def _by_axis(values: Array) -> Array:
    """(..., M) -> (..., 3M), each three times."""
    return library(values).broadcast_to(values[..., None], (*values.shape, 3)).reshape(*values.shape[:-1], -1)


def correct(
    rotations: Array, variance: Array, measured: Measurement, root: RootPrior, repeats: int = 1,
    floor: Floor | None = None, together: Array | None = None,
) -> Estimate:
    """Rotations (B, T, 22, 3, 3) of variance (B, T, 22) given the trackers, by `repeats` Gauss-Newton steps at most.

    From the second step on, when it is known where the body is, feet are lifted out of the floor; a frame for which
    such a step turned no joint by more than SETTLED stays as it is then, whatever those beside it do. `together`
    (66, 66) says how turns are correlated; None: not at all.
    """
    maths = library(rotations)
    whole = alike(eye_of(3 * JOINT_COUNT) if together is None else together, rotations)
    rotations, freedom = fuse_rotations(rotations, Freedom(maths.sqrt(variance), whole), measured)
    trackers = target_of(tracker_rows(measured), root)
    rotations, place, _ = _step(rotations, freedom, trackers)
    moving = maths.ones_like(variance[..., :1, None], dtype=bool)
    for taken in range(1, repeats):
        target = _with_floor(trackers, rotations, place, floor)
        stepped, placed, farthest = _step(rotations, freedom, target)
        if taken == 1:
            rotations, place = stepped, placed
        else:
            rotations = maths.where(moving[..., None], stepped, rotations)
            place = maths.where(moving[..., 0], placed, place)
        moving = moving & (farthest >= SETTLED)
        if not anywhere(moving, usual=True):
            break
    return Estimate(rotations, place, freedom.variance)


def _with_floor(trackers: Target, rotations: Array, place: Array, floor: Floor | None) -> Target:
    feet = floor_rows(rotations, place, floor) if floor else None
    below = feet is not None and anywhere(feet.known, usual=True)
    return target_of(trackers.rows.joined(feet), trackers.root) if feet and below else trackers


def _step(rotations: Array, freedom: Freedom, target: Target) -> tuple[Array, Array, Array]:
    """Rotations and root after one step, and how far it would turn the joint that turns most, (B, T, 1, 1) radians; a
    long step goes only part of the way, lest it overshoot."""
    rows, mean = target.rows, target.root.mean
    arms = arms_in_world(rotations, rows.levers)  # (B, T, 22, 3, M)
    moves = row_moves(arms, freedom.sd, target)
    covered = freedom.of(moves)
    residual = (rows.places - arms.sum(2) - mean[..., None]) * rows.known
    residual = followed_by_zeros(used_rows(residual, rows.only_height), 3)
    forces = solve(linear_system(moves, covered, target), residual[..., None])
    turns = freedom.radians((forces.mT @ covered)[..., 0, :])
    farthest = library(turns).amax(lengths(turns), -2)[..., None]
    turns = turns * at_most(LONGEST_STEP / at_least(farthest, 1e-9), 1)
    return rotvec_to_matrix(turns) @ rotations, mean + forces[..., -3:, 0], farthest
