"""Which feet stand still on the floor: labels for the prior's contact output, read off the motion itself."""
from __future__ import annotations

import torch
from torch import Tensor

from models.guess import CONTACT_JOINTS
from models.kinematics.forward import positions_from_pelvis
from models.kinematics.skeleton import standing_heights
from models.training.dataset import RATE_HZ, Windows

REACH = 2  # frames to both sides that a speed is taken over: captured feet shake
STILL_SPEED = 0.25  # metres a second
LOW = 0.08  # metres over where the joint is when its sole is on the floor


def foot_contact(windows: Windows) -> Tensor:
    """(B, T, 4), 1 where that joint of CONTACT_JOINTS is planted; it means nothing where windows.floor is False."""
    feet = list(CONTACT_JOINTS)
    places = (positions_from_pelvis(windows.rotations, windows.offsets[:, None]) + windows.root[:, :, None])[:, :, feet]
    frames = places.shape[1]
    at = torch.arange(frames)
    before, after = (at - REACH).clamp(min=0), (at + REACH).clamp(max=frames - 1)
    speed = (places[:, after] - places[:, before]).norm(dim=-1) * RATE_HZ / (after - before)[:, None]
    low = places[..., 1] < standing_heights(windows.offsets)[:, None, feet] + LOW
    return (low & (speed < STILL_SPEED)).float()
