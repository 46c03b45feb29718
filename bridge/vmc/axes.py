"""Unity's axes, which VMC uses, <-> ours: left-handed with +X to the right against right-handed with +X to the left.

Both are metres with Y up, and a T-pose that faces +Z. So one axis changes its sign, and the way back is the same.
"""
from __future__ import annotations

import numpy as np

from bridge.frames import Floats

_PLACE = np.array([-1, 1, 1], dtype=np.float32)
_TURN = np.array([1, -1, -1, 1], dtype=np.float32)


def flipped_positions(positions_m: Floats) -> Floats:
    """(..., 3), either way."""
    return positions_m * _PLACE


def flipped_rotations(xyzw: Floats) -> Floats:
    """(..., 4) quaternions, either way."""
    return xyzw * _TURN
