"""Where the camera stands at first: everybody in view, seen from ahead and a little from their left."""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bridge.frames import JOINT_INDEX, Floats

FOV_RAD = np.radians(40)  # top to bottom
ASPECT = 1.35  # of the picture beside the panel, at least
FROM_RAD = np.radians(24)  # off straight ahead
RISE = 0.22  # up for every metre away
LOWER = 0.045  # aimed below the middle, for every metre away
LEAST_M, MOST_M = 3.4, 14.0


@dataclass(frozen=True)
class View:
    position_m: Floats  # (3,)
    look_at_m: Floats  # (3,)


def view_of(joints_m: Floats, ahead_rad: float) -> View:
    """Of everybody's joints, (N, 22, 3), N poses that are to be in view, and where ahead is."""
    low, high = joints_m.min(axis=(0, 1)), joints_m.max(axis=(0, 1))
    middle = (low + high) / 2
    across_m = float(np.hypot(high[0] - low[0], high[2] - low[2])) + 0.6
    tall_m = float(high[1] - low[1]) + 0.5
    away_m = max(tall_m, across_m / ASPECT) / 2 / np.tan(FOV_RAD / 2) + across_m / 4
    away_m = float(np.clip(away_m, LEAST_M, MOST_M))
    from_rad = ahead_rad + FROM_RAD
    towards = np.array([np.sin(from_rad), RISE, np.cos(from_rad)])
    middle[1] -= LOWER * away_m  # the controls of time are at the bottom
    return View((middle + away_m * towards).astype(np.float32), middle.astype(np.float32))


def heading_rad(joints_m: Floats) -> float:
    """Which way a body (22, 3) faces: 0 is +Z, a quarter turn +X."""
    left = joints_m[JOINT_INDEX["L_hip"]] - joints_m[JOINT_INDEX["R_hip"]]
    return float(np.arctan2(-left[2], left[0]))
