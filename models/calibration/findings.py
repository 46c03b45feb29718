"""A calibration as people read it: each scale and mount with its uncertainty, and whether the session showed it."""
from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from models.body import Body
from models.calibration.calibrate import Calibration
from models.calibration.factors import PARTS, part_masks
from models.kinematics.rotations import geodesic_angle
from models.kinematics.skeleton import FEET, HEAD, descent_matrix
from models.kinematics.smpl22 import JOINT_NAMES

SEEN, BARELY = 0.5, 0.1  # share of the variance before that the session took away


@dataclass(frozen=True)
class Finding:
    """One number: what it is now and how sure that is, beside how sure it was before."""

    name: str
    value: float  # scales: factor of what was told; mounts: how far from what was told
    sd: float
    sd_before: float
    unit: str  # "" (a factor), "m" or "rad" (per axis)
    observed: str  # yes, partly, no; or by stature: the session shows how tall somebody is, and people are alike


def share_seen(sd: float, sd_before: float) -> str:
    """How much of what was unsure the session made sure."""
    gone = 1 - (sd / sd_before) ** 2
    return "yes" if gone > SEEN else "partly" if gone > BARELY else "no"


def part_seen(sd: float, sd_before: float, sd_by_stature: float) -> str:
    """The same of a part, whose sd would be `sd_by_stature` if nothing but the head's height were known."""
    own = share_seen(sd, min(sd_by_stature, sd_before))
    return "by stature" if own == "no" and share_seen(sd, sd_before) != "no" else own


def findings(body: Body, calibration: Calibration) -> list[Finding]:
    """Standing head height, the scale of each part, and each tracker's mount. body: as told."""
    stature = stature_direction(body, len(calibration.values))
    height = _sd(stature, calibration.covariance), _sd(stature, calibration.before)
    rows = [Finding("head height", math.exp(float(stature @ calibration.values)), *height, "", share_seen(*height))]
    follows = calibration.before @ stature
    by_stature = calibration.before.diagonal() - follows.square() / (stature @ follows)
    for row, name in enumerate(PARTS):
        sd, before = (float(matrix[row, row].sqrt()) for matrix in (calibration.covariance, calibration.before))
        seen = part_seen(sd, before, float(by_stature[row].sqrt()))
        rows.append(Finding(name, math.exp(float(calibration.values[row])), sd, before, "", seen))
    return [*rows, *_mounts(body, calibration)]


def stature_direction(body: Body, count: int) -> Tensor:
    """How the logarithm of the standing head height follows the unknowns, (N,)."""
    descent = descent_matrix().double()
    column = descent[HEAD] - descent[list(FEET)].mean(0)
    rises = part_masks() @ (body.offsets[:, 1].double() * column)
    return torch.nn.functional.pad(rises / rises.sum(), (0, count - len(rises)))


def _mounts(body: Body, calibration: Calibration) -> list[Finding]:
    """Where each tracker sits and how it is turned, against what was told."""
    rows: list[Finding] = []
    sd, before = (matrix.diagonal().sqrt() for matrix in (calibration.covariance, calibration.before))
    turns, angles = calibration.turns, geodesic_angle(calibration.turns.rotations, body.mount_rotations)
    for tracker, joint in enumerate(body.joints):
        at = slice(len(PARTS) + 3 * tracker, len(PARTS) + 3 * tracker + 3)
        name, left, first = f"mount on {JOINT_NAMES[joint]}", _rms(sd[at]), _rms(before[at])
        rows.append(Finding(name, float(calibration.values[at].norm()), left, first, "m", share_seen(left, first)))
        rows.append(Finding(f"{name}, turned", float(angles[tracker]), float(turns.sd[tracker]),
                            calibration.turn_sd_before, "rad", "partly" if turns.shown[tracker] else "no"))
    return rows


def _sd(along: Tensor, covariance: Tensor) -> float:
    return float((along @ covariance @ along).sqrt())


def _rms(values: Tensor) -> float:
    return float(values.square().mean().sqrt())
