"""From raw readings to what can be built on: how noisy each tracker is, which readings it cannot mean, where it was."""
from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from models.kinematics.arrays import Array, followed_by_zeros, library
from models.kinematics.rotations import matrix_to_sixd, sixd_to_matrix
from models.samplers.denoise import PLACES, TURNS, likely_path
from models.samplers.gating import PLACE_LIMITS, TURN_LIMITS, believable
from models.samplers.measurement import Measurement
from models.samplers.noise import noise_sd
from models.samplers.unreachable import within_reach

TRUSTED_PLACE_SD = 0.15  # metres: what is less sure is not known
TRUSTED_TURN_SD = 0.5  # radians
SURE_PLACE_SD, SURE_TURN_SD = 0.02, 0.1  # readings of no more noise tell the prior, see group.py
TURN_ENTRY_SD = (2 / 3) ** 0.5  # of a rotation matrix' entries, for turns of one radian per axis


@dataclass(frozen=True)
class Sensed:
    """Likely readings: smoothed, bridged where there were none, each with how sure it is."""

    measured: Measurement
    rejected: Array  # (B, T, M) bool: a place or a turn was read and not believed


def sense(raw: Measurement, newest: bool = False) -> Sensed:
    """Readings (B, T) of constant told noise, less that noise. A tracker that proves noisier than told is taken so.

    newest: how sure the frames before the newest are need not be said exactly where that changes nothing.
    """
    maths, count = library(raw.positions), len(raw.joints)  # places first, then turns: both at once
    values = maths.concat([followed_by_zeros(raw.positions, 3), matrix_to_sixd(raw.rotations)], 2)
    found = noise_sd(values, maths.concat([raw.position_known, raw.rotation_known], 2))
    place_sd = maths.maximum(raw.position_sd[:, 0], found[:, :count])
    sd = maths.concat([place_sd, maths.maximum(raw.rotation_sd[:, 0], found[:, count:] / TURN_ENTRY_SD)], 1)
    known = maths.concat([raw.position_known & within_reach(raw, place_sd), raw.rotation_known], 2)
    known = believable(values, known, sd, (PLACE_LIMITS,) * count + (TURN_LIMITS,) * count)
    sure = None
    if newest and not isinstance(values, Tensor):
        sure = (sd[:, :count] <= SURE_PLACE_SD).all(-1) & (sd[:, count:] <= SURE_TURN_SD).all(-1) & known.all((1, 2))
    path = likely_path(values, known, sd, (PLACES,) * count + (TURNS,) * count, sure)
    place_ok, turn_ok = known[:, :, :count], known[:, :, count:]
    place_sd, turn_sd = path.sd[:, :, :count], path.sd[:, :, count:]
    measured = replace(
        raw, positions=path.values[:, :, :count, :3], rotations=sixd_to_matrix(path.values[:, :, count:]),
        position_known=place_ok.any(1)[:, None] & (place_sd < TRUSTED_PLACE_SD),
        rotation_known=turn_ok.any(1)[:, None] & (turn_sd < TRUSTED_TURN_SD),
        position_sd=place_sd, rotation_sd=turn_sd,
    )
    return Sensed(measured, (raw.position_known & ~place_ok) | (raw.rotation_known & ~turn_ok))


SENSED_WIDTH = 12  # columns of a tracker: see to_columns


def to_columns(sensed: Sensed) -> Tensor:
    """(B, T, 12M): what overlapping windows say of the trackers, such that it may be averaged: what a place weighs, 1 /
    variance or nothing where it is not known, and the place times that; the same of turns; whether it was rejected."""
    measured = sensed.measured
    place_weight = (measured.position_known / measured.position_sd.square()).unsqueeze(-1)
    turn_weight = (measured.rotation_known / measured.rotation_sd.square()).unsqueeze(-1)
    sixd = matrix_to_sixd(measured.rotations)
    parts = [
        place_weight, place_weight * measured.positions, turn_weight, turn_weight * sixd,
        sensed.rejected.to(sixd).unsqueeze(-1),
    ]
    return torch.cat(parts, dim=-1).flatten(-2)


def from_columns(columns: Tensor, like: Measurement) -> Sensed:
    """Sequences of averaged columns (B, T, 12M), with the trackers and the bodies of the first B of `like`."""
    parts = columns.unflatten(-1, (-1, SENSED_WIDTH)).split([1, 3, 1, 6, 1], dim=-1)
    place_weight, places, turn_weight, sixd, rejected = parts
    place_sd, turn_sd = (weight.squeeze(-1).clamp(min=1e-6).rsqrt() for weight in (place_weight, turn_weight))
    turned = torch.where(turn_weight > 0, sixd, sixd.new_tensor([1.0, 0, 0, 0, 1, 0]))
    measured = replace(
        like, levers=like.levers[: len(columns)], positions=places / place_weight.clamp(min=1e-6), position_sd=place_sd,
        position_known=place_sd < TRUSTED_PLACE_SD, rotations=sixd_to_matrix(turned), rotation_sd=turn_sd,
        rotation_known=turn_sd < TRUSTED_TURN_SD,
    )
    return Sensed(measured, rejected.squeeze(-1) > 0.5)
