"""Guessed postures and what trackers read in them, as rows linear in what is unknown of the body.

The rows are lengths: how far each two trackers are apart, and how high the head's is over the floor. Trackers' places
are linear in the scales of the body's parts and in the mounts, l_k = root + sum_i R_i a_ki, and whole vectors would do
if rotations were known. Guessed ones make a limb that points elsewhere look too short to a fit of vectors, and too long
to a fit that turns the limb first (by 7 to 15 %, where lengths are right within 3); its reach is right on average.
"""
from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import combinations

import torch
from torch import Tensor
from torch.nn.functional import pad

from models.body import Body
from models.calibration.factors import part_masks
from models.kinematics.skeleton import FEET, HEAD, descent_matrix, sole_height, standing_heights
from models.samplers.measurement import levers

UNSEEN_SD = 1e3  # metres: a row that says nothing
SOLE_LIFT = 0.015  # metres: recorded people's soles are that much thicker than the T-pose says (median of the sources)
STEP_SD = 0.05  # metres: how far the lowest foot of somebody who moves may be off the floor
SHORTEST = 0.02  # metres: of trackers closer than this the distance has no direction


@dataclass(frozen=True)
class Column:
    """What carries the head in F postures: legs and spine."""

    rotations: Tensor  # (F, 22, 3, 3) global
    joint_sd: Tensor  # (F, 22) radians per axis
    lift: Tensor  # (F,) metres: how much higher people's heads are than these bones say
    sd: Tensor  # (F,) metres: how wrong that height may be besides

    @staticmethod
    def walking(rotations: Tensor, joint_sd: Tensor) -> Column:
        """As guessed, one foot on the floor."""
        return Column(rotations, joint_sd, joint_sd.new_full(joint_sd.shape[:1], SOLE_LIFT),
                      joint_sd.new_full(joint_sd.shape[:1], STEP_SD))


@dataclass(frozen=True)
class Postures:
    """F moments of one person."""

    rotations: Tensor  # (F, 22, 3, 3) global, as guessed
    joint_sd: Tensor  # (F, 22) radians per axis: how wrong the guess may be
    positions: Tensor  # (F, M, 3) metres, read by the trackers
    known: Tensor  # (F, M) bool
    reach_sd: Tensor  # (F,) metres: how wrong a guessed distance may be besides, a limb being bent and not straight
    column: Column

    def __len__(self) -> int:
        return len(self.rotations)

    def only(self, index: int) -> Postures:
        """One of them, F = 1."""
        at, column = slice(index, index + 1), self.column
        carried = Column(column.rotations[at], column.joint_sd[at], column.lift[at], column.sd[at])
        return Postures(self.rotations[at], self.joint_sd[at], self.positions[at], self.known[at], self.reach_sd[at],
                        carried)


@dataclass(frozen=True)
class Rows:
    """What F postures say of a body: R lengths of each, read less modelled, and what moves them. All float64."""

    residual: Tensor  # (F, R) metres
    by_values: Tensor  # (F, R, N) per unknown of the body, see factors.py
    by_turns: Tensor  # (F, R, 66) per turn of a joint away from the guess, in its own frame and in units of its sd
    noise_sd: Tensor  # (F, R) metres
    known: Tensor  # (F, R) bool


@dataclass(frozen=True)
class _Points:
    """P points of F postures: places from the pelvis, and how they move."""

    places: Tensor  # (F, P, 3) metres
    by_values: Tensor  # (F, P, 3, N)
    by_turns: Tensor  # (F, P, 3, 66) in units of the guess's sd


def rows_of(postures: Postures, body: Body) -> Rows:
    """The lengths in postures worn by `body`, linear around it."""
    parts = [_distances(postures, body)]
    if HEAD in body.joints and body.floor_height is not None:
        parts.append(_head_height(postures, body, body.joints.index(HEAD), body.floor_height))
    names = ("residual", "by_values", "by_turns", "noise_sd", "known")
    return Rows(*(torch.cat([getattr(part, name) for part in parts], dim=1) for name in names))


def _tracker_points(rotations: Tensor, joint_sd: Tensor, body: Body) -> _Points:
    """The body's M trackers."""
    joints, count, offsets = body.joints, len(body.joints), body.offsets.double()
    rotations = rotations.double()
    arms = levers(offsets, joints, body.mounts.double())
    bones = levers(_part_offsets(offsets), joints, offsets.new_zeros(1, count, 3))  # (parts, M, 22, 3)
    scales = torch.einsum("fixy,pmiy->fmxp", rotations, bones)
    carried = rotations[:, list(joints)]
    mounts = torch.einsum("fmxy,mn->fmxny", carried, torch.eye(count).to(carried)).flatten(-2)
    places = torch.einsum("fixy,miy->fmx", rotations, arms)
    return _Points(places, torch.cat([scales, mounts], dim=-1), _by_turns(rotations, joint_sd, arms[None]))


def _floor_points(rotations: Tensor, joint_sd: Tensor, body: Body) -> _Points:
    """Where the floor is under the foot joint of each posture that is nearest to it, P = 1; only heights count."""
    rotations, offsets = rotations.double(), body.offsets.double()
    arms = levers(offsets, FEET, offsets.new_zeros(len(FEET), 3))
    resting = standing_heights(offsets)[list(FEET)]
    lowest = (torch.einsum("fiy,miy->fm", rotations[:, :, 1], arms) - resting).argmin(-1)
    arms = arms[lowest][:, None]  # (F, 1, 22, 3)
    bones = levers(_part_offsets(offsets), FEET, offsets.new_zeros(1, len(FEET), 3))[:, lowest]  # (parts, F, 22, 3)
    places = torch.einsum("fixy,fmiy->fmx", rotations, arms)
    scales = torch.einsum("fixy,pfiy->fxp", rotations, bones)[:, None]
    places[:, 0, 1] -= resting[lowest]
    scales[:, 0, 1] -= _resting_by_parts(offsets)[lowest]
    return _Points(places, pad(scales, (0, 3 * len(body.joints))), _by_turns(rotations, joint_sd, arms))


def _resting_by_parts(offsets: Tensor) -> Tensor:
    """(feet, parts): how the resting heights of the foot joints follow the scales' logarithms."""
    heights = descent_matrix().to(offsets) @ offsets[:, 1]
    parts = _part_offsets(offsets)
    rises = parts[..., 1] @ descent_matrix().to(offsets).mT  # (parts, 22)
    return (rises[:, list(FEET)] - rises[:, heights.argmin()].unsqueeze(-1)).mT + sole_height(parts)


def _part_offsets(offsets: Tensor) -> Tensor:
    """(parts, 22, 3): how a scale's logarithm stretches the bones of its part."""
    return part_masks()[..., None] * offsets


def _by_turns(rotations: Tensor, joint_sd: Tensor, arms: Tensor) -> Tensor:
    """-R_i [a_ki]x sd_i of arms (F, P, 22, 3), (F, P, 3, 66)."""
    x, y, z = arms.unbind(-1)
    zero = torch.zeros_like(x)
    crossed = torch.stack([zero, z, -y, -z, zero, x, y, -x, zero], dim=-1).unflatten(-1, (3, 3))  # -[a]x
    turned = rotations[:, None] @ crossed * joint_sd.double()[:, None, :, None, None]
    return turned.transpose(2, 3).flatten(-2)


@cache
def _pairs(count: int) -> tuple[list[int], list[int]]:
    pairs = list(combinations(range(count), 2))
    return [one for one, _ in pairs], [other for _, other in pairs]


def _distances(postures: Postures, body: Body) -> Rows:
    """One row for each two trackers."""
    one, other = _pairs(len(body.joints))
    trackers = _tracker_points(postures.rotations, postures.joint_sd, body)
    apart = trackers.places[:, one] - trackers.places[:, other]
    length = apart.norm(dim=-1)
    towards = (apart / length.clamp(min=SHORTEST).unsqueeze(-1)).unsqueeze(-2)  # (F, R, 1, 3)
    positions = postures.positions.double()
    read = (positions[:, one] - positions[:, other]).norm(dim=-1)
    known = postures.known[:, one] & postures.known[:, other] & (length > SHORTEST)
    noise = (2 * body.position_sd**2 + postures.reach_sd.double().square()).sqrt()
    return Rows(
        residual=torch.where(known, read - length, 0.0),
        by_values=(towards @ (trackers.by_values[:, one] - trackers.by_values[:, other])).squeeze(-2),
        by_turns=(towards @ (trackers.by_turns[:, one] - trackers.by_turns[:, other])).squeeze(-2),
        noise_sd=torch.where(known, noise.unsqueeze(-1), UNSEEN_SD),
        known=known,
    )


def _head_height(postures: Postures, body: Body, head: int, floor: float) -> Rows:
    """One row: the head's tracker over the floor that the lowest foot stands on."""
    column, known = postures.column, postures.known[:, head]
    tracker = _tracker_points(column.rotations, column.joint_sd, body)
    under = _floor_points(column.rotations, column.joint_sd, body)
    modelled = tracker.places[:, head, 1] - under.places[:, 0, 1] + column.lift
    noise = (column.sd.double().square() + body.position_sd**2).sqrt()
    return Rows(
        residual=torch.where(known, postures.positions[:, head, 1].double() - floor - modelled, 0.0)[:, None],
        by_values=(tracker.by_values[:, head, 1] - under.by_values[:, 0, 1])[:, None],
        by_turns=(tracker.by_turns[:, head, 1] - under.by_turns[:, 0, 1])[:, None],
        noise_sd=torch.where(known, noise, UNSEEN_SD)[:, None],
        known=known[:, None],
    )
