"""Made motion whose feet stand: a foot that the prior says is planted stays at one place, and the legs bend to that.

All frames of a window are fitted at once (samplers/motion_fit.py): feet at the places where they stand, the pelvis
where it is to be, and a motion that is likely about the one that was made.
"""
from __future__ import annotations

from dataclasses import dataclass, field

import torch
from torch import Tensor

from models.kinematics.forward import positions_from_pelvis
from models.kinematics.rotations import matrix_to_sixd, sixd_to_matrix
from models.kinematics.skeleton import FEET, JOINT_COUNT, JOINT_INDEX
from models.samplers.linear_rows import LinearRows
from models.samplers.measurement import levers
from models.samplers.measurement_positions import position_rows
from models.samplers.motion_fit import FitConfig, fit
from models.samplers.planted import stretches
from models.samplers.windows import OverlapSum, window_starts

PELVIS = 0
LEGS = [JOINT_INDEX[f"{side}_{name}"] for side in "LR" for name in ("hip", "knee", "ankle", "foot")]


@dataclass(frozen=True)
class PlantConfig:
    """How firmly feet are held, and what gives."""

    likely: float = 0.4  # probability of contact from which on a foot stands
    shortest: int = 4  # frames
    reach: float = 0.4  # metres over the floor from where a foot stands: farther away the pelvis does not go
    foot_sd: float = 0.005  # metres per axis
    pelvis_sd: float = 0.1
    leg_sd: float = 0.25  # radians per axis
    other_sd: float = 0.03
    steps: int = 3
    window: int = 41
    stride: int = 20
    fit: FitConfig = field(default_factory=FitConfig)


def stands(contact: Tensor, places: Tensor, root: Tensor, config: PlantConfig) -> tuple[Tensor, Tensor]:
    """Where feet stand and whether they do, (T, 4, 3) metres and (T, 4) bool: where the joint is on the whole while
    contact (T, 4) lasts and the pelvis (T, 3) is within reach. places (T, 4, 3)."""
    at, held = places.clone(), torch.zeros_like(contact, dtype=torch.bool)
    for foot in range(len(FEET)):
        for stretch in stretches(contact[:, foot] > config.likely, config.shortest):
            place = places[stretch, foot].median(0).values
            away = (root[stretch] - place)[:, [0, 2]].norm(dim=-1)
            at[stretch, foot], held[stretch, foot] = place, away < config.reach
    return at, held


def planted(
    rotations: Tensor, root: Tensor, contact: Tensor, offsets: Tensor, config: PlantConfig
) -> tuple[Tensor, Tensor]:
    """Rotations (T, 22, 3, 3) and root (T, 3) metres of a motion, its feet held where they stand."""
    feet = positions_from_pelvis(rotations, offsets)[:, list(FEET)] + root[:, None]
    at, held = stands(contact, feet, root, config)
    frames, window = len(root), min(config.window, len(root))
    starts = window_starts(frames, window, config.stride)
    cut = torch.tensor(starts)[:, None] + torch.arange(window)
    sd = torch.full((JOINT_COUNT,), config.other_sd)
    sd[LEGS] = config.leg_sd
    points = levers(offsets, (*FEET, PELVIS), offsets.new_zeros(len(FEET) + 1, 3))[None].expand(len(starts), -1, -1, -1)
    places = torch.cat([at, root[:, None]], 1)[cut]
    known = torch.cat([held, torch.ones_like(held[:, :1])], 1)[cut]
    spread = torch.tensor([config.foot_sd] * len(FEET) + [config.pelvis_sd]).expand(known.shape)

    def rows_at(turned: Tensor, path: Tensor) -> LinearRows:
        return position_rows(places, known, spread, turned, path, points)

    fitted = fit(rotations[cut], root[cut], sd.expand(*cut.shape, -1), rows_at, config.steps, config.fit)
    whole = OverlapSum(frames, 6 * JOINT_COUNT + 3, window)
    whole.add_all(starts, torch.cat([matrix_to_sixd(fitted.rotations).flatten(-2), fitted.root], -1))
    sixd, path = whole.mean().split([6 * JOINT_COUNT, 3], -1)
    return sixd_to_matrix(sixd.unflatten(-1, (JOINT_COUNT, 6))), path
