"""Which feet stand still on the floor: labels for the prior's contact output, read off the motion itself."""
from __future__ import annotations

from torch import Tensor

from models.kinematics.forward import speeds
from models.kinematics.skeleton import FEET, standing_heights
from models.training.dataset import RATE_HZ, Windows

REACH = 2  # frames to both sides that a speed is taken over: captured feet shake
STILL_SPEED = 0.25  # metres a second
LOW = 0.08  # metres over where the joint is when its sole is on the floor


def foot_contact(windows: Windows) -> Tensor:
    """(B, T, 4), 1 where that joint of FEET is planted; it means nothing where windows.floor is False."""
    feet = list(FEET)
    places = (windows.from_pelvis + windows.root[:, :, None])[:, :, feet]
    low = places[..., 1] < standing_heights(windows.offsets)[:, None, feet] + LOW
    return (low & (speeds(places, REACH, RATE_HZ) < STILL_SPEED)).float()
