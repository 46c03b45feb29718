"""Windows of which little is known, as the other inverse problems have them: poses at single moments, a limb that is
missing for a while, or nothing but about which way the head looks.

A headset's windows are of simulate.py; a share of them becomes these. What is known is known exactly, or as noisily as
the headset's readings were.
"""
from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import torch
from torch import Tensor

from models.kinematics.rotations import heading
from models.kinematics.skeleton import JOINT_COUNT, JOINT_INDEX
from models.prior.condition import CUE_JOINTS, OTHER_JOINTS, Cues

LIMBS = (("L_shoulder", "L_elbow", "L_wrist"), ("R_shoulder", "R_elbow", "R_wrist"),
         ("L_hip", "L_knee", "L_ankle", "L_foot"), ("R_hip", "R_knee", "R_ankle", "R_foot"), ("neck", "head"))


@dataclass(frozen=True)
class SparseConfig:
    """Shares; of the sparse windows where none of the other kinds is said, joints are missing."""

    share: float = 0.0  # of all windows
    nothing: float = 0.4  # of them: no rotation is known at all
    moments: float = 0.35  # of them: everything is known in some frames
    gap: float = 0.6  # of those: all frames but a gap, which may reach over an end
    heading_sd: float = 0.25  # radians: how well it is known which way the head looks, where no rotation says so
    places_known: float = 0.5  # the head's height and way, each, where the head's rotation is not known


def sparsened(cues: Cues, config: SparseConfig, random: torch.Generator) -> tuple[Cues, Tensor]:
    """Cues of which a share is sparse, and which windows that is, (B,) bool."""
    count, frames = cues.rotation_known.shape[:2]
    sparse, kind = torch.rand(2, count, generator=random)
    sparse = sparse < config.share
    nothing, moments = kind < config.nothing, (kind >= config.nothing) & (kind < config.nothing + config.moments)
    known = torch.where(moments[:, None, None], _moments(count, frames, config, random)[..., None],
                        _joints(count, frames, random)) & ~nothing[:, None, None]  # (B, T, 22)
    placed = known[..., CUE_JOINTS[0], None] | (torch.rand(count, 1, 2, generator=random) < config.places_known) & (
        nothing[:, None, None])
    chosen = sparse[:, None]
    head, hands = known[..., CUE_JOINTS[0]], known[..., list(CUE_JOINTS[1:])]
    turn = config.heading_sd * torch.randn(count, generator=random)
    return replace(
        cues,
        rotation_known=torch.where(chosen[..., None], known[..., list(CUE_JOINTS)], cues.rotation_known),
        height_known=cues.height_known & (~chosen | placed[..., 0]),
        hands_known=cues.hands_known & (~chosen | head)[..., None] & (~chosen[..., None] | hands),
        path_known=torch.where(chosen, placed[..., 1], cues.path_known),
        others_known=torch.where(chosen[..., None], known[..., list(OTHER_JOINTS)], cues.others_known),
        heading=torch.where(sparse, heading(cues.rotations[:, frames // 2, 0]) + turn, 0.0),
    ), sparse


def _moments(count: int, frames: int, config: SparseConfig, random: torch.Generator) -> Tensor:
    """(B, T) bool: all but a gap, or some single frames."""
    ends = (torch.rand(2, count, 1, generator=random) * 1.8 - 0.4) * frames
    at = torch.arange(frames)
    inside = (at >= ends.amin(0)) & (at <= ends.amax(0))
    often = 0.02 * 15 ** torch.rand(count, 1, generator=random)
    single = torch.rand(count, frames, generator=random) < often
    return torch.where(torch.rand(count, 1, generator=random) < config.gap, ~inside, single)


def _joints(count: int, frames: int, random: torch.Generator) -> Tensor:
    """(B, T, 22) bool: all but one limb, or all but some joints; for a while, or throughout."""
    limb = _limbs().to(random.device)[torch.randint(len(LIMBS), (count,), generator=random)]
    some = torch.rand(count, JOINT_COUNT, generator=random) < torch.rand(count, 1, generator=random)
    missing = torch.where(torch.rand(count, 1, generator=random) < 0.5, limb, some)
    ends = (torch.rand(2, count, 1, generator=random) * 1.8 - 0.4) * frames
    at = torch.arange(frames)
    burst = (at >= ends.amin(0)) & (at <= ends.amax(0)) | (torch.rand(count, 1, generator=random) < 0.5)
    return ~(missing[:, None] & burst[..., None])


@cache
def _limbs() -> Tensor:
    """(limbs, 22) bool."""
    has = torch.zeros(len(LIMBS), JOINT_COUNT, dtype=torch.bool, device="cpu")
    for row, limb in zip(has, LIMBS, strict=True):
        row[[JOINT_INDEX[name] for name in limb]] = True
    return has
