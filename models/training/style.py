"""Style perturbation: other postures and other gusto for the same motion, as other people would move.

A posture is a table: each row turns a few joints in their parents' frames (x: the body's left, y: up, z: ahead; the
pelvis in its own), so that a random mixture of rows is a stoop, a swagger, hunched shoulders, toes out. Amplitude
scales each limb's swing about its mean: R -> mean exp(s log(mean^-1 R)).
"""
from __future__ import annotations

import math
from functools import cache

import torch
from torch import Tensor

from models.kinematics.rotations import about_y, matrix_to_rotvec, rotvec_to_matrix, sixd_to_matrix
from models.kinematics.skeleton import JOINT_COUNT, JOINT_INDEX
from models.training.balance import LEGS

SPINE = ("spine1", "spine2", "spine3")
Turn = tuple[str, str, float]  # joint, axis, share; joints of both sides are named without theirs
POSTURES: tuple[tuple[float, tuple[Turn, ...]], ...] = (  # standard deviation in degrees
    (10, (*((joint, "x", 1 / 3) for joint in SPINE), ("neck", "x", -0.5), ("head", "x", -0.5))),  # stoop, head up
    (5, (*((joint, "x", 1 / 3) for joint in SPINE),)),
    (5, (("pelvis", "x", 1), ("hip", "x", -1))),  # lean from the hips
    (5, (("pelvis", "x", 1), ("hip", "x", -1), ("spine1", "x", -0.5), ("spine2", "x", -0.5))),  # hollow back
    (4, (*((joint, "z", 1 / 3) for joint in SPINE), ("neck", "z", -0.5), ("head", "z", -0.5))),
    (2, (*((joint, "z", 1 / 3) for joint in SPINE),)),
    (6, (*((joint, "y", 1 / 3) for joint in SPINE), ("neck", "y", -0.5), ("head", "y", -0.5))),
    (8, (("neck", "x", 0.4), ("head", "x", 0.6))),
    (8, (("neck", "x", 1), ("head", "x", -1))),  # head poked forward or drawn in
    (6, (("neck", "y", 0.4), ("head", "y", 0.6))),
    (4, (("neck", "z", 0.4), ("head", "z", 0.6))),
    (5, (("collar", "z", 1),)), (5, (("collar", "y", 1),)),  # shoulders raised, drawn forward
    (10, (("shoulder", "z", 1),)), (9, (("shoulder", "x", 1),)), (8, (("shoulder", "y", 1),)),
    (13, (("elbow", "y", -0.9), ("elbow", "z", 0.4))),
    (7, (("wrist", "x", 1),)), (7, (("wrist", "y", 1),)), (7, (("wrist", "z", 1),)),
    (9, (("hip", "x", -1), ("knee", "x", 2))),  # knees bent over the feet
    (2, (("hip", "z", 1),)), (6, (("hip", "y", 1),)),  # wide stance, knees out
)
UNEQUAL = 0.5  # of the spread of a pair, between its sides; legs carry one pelvis and stay a pair
MOST = 2.5  # standard deviations
DRIFT = 0.5  # of a posture's spread, from a window's first frame to its last; the stance of planted feet stays
TOE_OUT = math.radians(6)
LIMBS = tuple(
    tuple(JOINT_INDEX[name] for name in names)
    for names in (SPINE, ("neck", "head"), ("L_collar", "L_shoulder", "L_elbow", "L_wrist"),
                  ("R_collar", "R_shoulder", "R_elbow", "R_wrist"), ("L_hip", "R_hip", "L_knee", "R_knee"))
)
FAINT, BOLD = 0.6, 1.5


@cache
def posture_turns() -> Tensor:
    """(K, 22, 3) radians: one standard deviation of every row of the table; unequal sides are rows of their own."""
    rows = []
    for degrees, turns in POSTURES:
        rows.append(math.radians(degrees) * _row(turns, (1.0, 1.0)))
        if any(joint in ("collar", "shoulder", "elbow", "wrist") for joint, _, _ in turns):
            rows.append(UNEQUAL * math.radians(degrees) * _row(turns, (1.0, -1.0)))
    return torch.stack(rows)


def _row(turns: tuple[Turn, ...], sides: tuple[float, float]) -> Tensor:
    row = torch.zeros(JOINT_COUNT, 3, device="cpu")
    for name, axis, share in turns:
        column = "xyz".index(axis)
        if name in JOINT_INDEX:
            row[JOINT_INDEX[name], column] += share
        else:
            row[JOINT_INDEX[f"L_{name}"], column] += sides[0] * share
            row[JOINT_INDEX[f"R_{name}"], column] += sides[1] * share * (1 if axis == "x" else -1)
    return row


def draw_posture(count: int, frames: int, random: torch.Generator) -> Tensor:
    """A posture that drifts a little, as turns of every joint in its parent's frame, (B, T, 22, 3) radians."""
    turns = posture_turns().to(random.device)
    strength = torch.rand(count, 1, generator=random) * 1.7
    first = (torch.randn(count, len(turns), generator=random) * strength).clamp(-MOST, MOST)
    drifts = turns[:, list(LEGS)].abs().amax((1, 2)) == 0
    last = first + DRIFT * drifts * torch.randn(count, len(turns), generator=random)
    share = (1 - torch.cos(torch.linspace(0, math.pi, frames))) / 2
    mixed = torch.lerp(first[:, None], last[:, None], share[:, None])
    return (mixed @ turns.flatten(1)).unflatten(-1, (JOINT_COUNT, 3))


def with_posture(local: Tensor, turns: Tensor) -> Tensor:
    """Turn the joints of (B, T, 22, 3, 3) local rotations by (B, T, 22, 3); the pelvis about its own axes."""
    turned = rotvec_to_matrix(turns)
    pelvis = local[:, :, :1] @ turned[:, :, :1]
    return torch.cat([pelvis, turned[:, :, 1:] @ local[:, :, 1:]], dim=2)


def draw_amplitudes(count: int, random: torch.Generator) -> Tensor:
    """A factor of the swing of every joint, (B, 22): one per limb around one per window; the pelvis keeps its own."""
    both = torch.rand(count, 1, generator=random) + torch.rand(count, len(LIMBS), generator=random)
    factors = FAINT * (BOLD / FAINT) ** (both / 2)
    swing = torch.ones(count, JOINT_COUNT)
    for limb, joints in enumerate(LIMBS):
        swing[:, list(joints)] = factors[:, limb : limb + 1]
    return swing


def with_amplitude(local: Tensor, factors: Tensor) -> Tensor:
    """Scale each joint's swing about its mean over the window. (B, T, 22, 3, 3) and (B, 22)."""
    about = sixd_to_matrix(local.mean(1, keepdim=True)[..., :2].mT.flatten(-2))
    swing = matrix_to_rotvec(about.mT @ local)
    mean = swing.mean(1, keepdim=True)
    return about @ rotvec_to_matrix(mean + factors[:, None, :, None] * (swing - mean))


def feet_kept(rotations: Tensor, before: Tensor, random: torch.Generator) -> Tensor:
    """Soles lie to the floor as they did `before`, with toes a little more out or in. Global rotations."""
    out = (torch.randn(len(rotations), 1, 1, generator=random) * TOE_OUT).clamp(-MOST * TOE_OUT, MOST * TOE_OUT)
    turn = about_y(out * torch.tensor([1.0, -1.0]))
    kept = rotations.clone()
    for toe in ("ankle", "foot"):
        joints = [JOINT_INDEX[f"L_{toe}"], JOINT_INDEX[f"R_{toe}"]]
        kept[:, :, joints] = turn @ before[:, :, joints]
    return kept
