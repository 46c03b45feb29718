"""What a body can do: joint limits, what goes through the floor or through itself, and how fast it moves."""
from __future__ import annotations

import math

import torch
from torch import Tensor

from models.kinematics.forward import global_to_local, positions_from_pelvis
from models.kinematics.rotations import matrix_to_rotvec
from models.kinematics.skeleton import JOINT_INDEX
from models.training.dataset import RATE_HZ, Clip

BENDS = {"hip": (-130.0, 35.0), "knee": (-2.0, 158.0), "ankle": (-55.0, 60.0)}  # degrees about x, ahead below zero
FASTEST = 5.0  # metres a second of any joint
DEEPEST = -0.03  # metres of any joint below the floor
APART = 0.10  # metres between neck and knees


def humanly_possible(rotations: Tensor, clip: Clip) -> bool:
    """Whether a body can do this clip, whose global rotations are (T, 22, 3, 3)."""
    places = positions_from_pelvis(rotations, clip.offsets) + clip.root[:, None]
    speed = places.diff(dim=0).norm(dim=-1).max() * RATE_HZ
    knees = places[:, [JOINT_INDEX["L_knee"], JOINT_INDEX["R_knee"]]]
    folded = (places[:, JOINT_INDEX["neck"], None] - knees).norm(dim=-1).min()
    return bool((speed < FASTEST) & (places[..., 1].min() > DEEPEST) & (folded > APART)) and within_limits(rotations)


def within_limits(rotations: Tensor) -> bool:
    """Whether hips, knees and ankles bend as far as they can and no further."""
    turns = torch.rad2deg(matrix_to_rotvec(global_to_local(rotations)))
    bends = {name: turns[:, [JOINT_INDEX[f"L_{name}"], JOINT_INDEX[f"R_{name}"]]] for name in BENDS}
    most = max(float(turn.norm(dim=-1).max()) for turn in bends.values())
    return most < math.degrees(math.pi) - 10 and all(
        low <= float(bends[name][..., 0].min()) and float(bends[name][..., 0].max()) <= high
        for name, (low, high) in BENDS.items())
