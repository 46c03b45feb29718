"""Cameras that look at a clip: round it, at eye level, from near the floor, or by hand from a moving place."""
from __future__ import annotations

import math
from functools import cache

import torch
from torch import Tensor

from models.evaluation.metrics import RATE_HZ
from models.evaluation.sensors import stream
from models.kinematics.camera import Camera
from models.kinematics.rotations import normalized
from models.samplers.lowpass import smooth_piece

VIEWS = ("orbit", "eye level", "low", "moving")
SIZE = (1920, 1080)
FOCAL = 1500.0  # pixels: 65 degrees across
NEAR = 4.0  # metres from somebody who stays in place
ORBIT = math.radians(30)  # a second
HAND = (0.04, 0.02)  # metres that a hand sways by; radians that it aims wrong by
HEIGHTS = {"orbit": 1.7, "eye level": 1.6, "low": 0.35, "moving": 1.5}  # metres


def camera_of(view: str, root: Tensor, seed: int, clip: str) -> Camera:
    """One of VIEWS of a root path (T, 3) over a floor at zero, from a side that the seed and the clip's name say.

    Cameras at rest (eye level, low) have one frame, the others T.
    """
    frames, random = len(root), stream(seed, clip, f"camera {view}")
    side = 2 * math.pi * float(torch.rand((), generator=random))
    middle = (root.amin(0) + root.amax(0)) / 2
    reach = float((root - middle)[:, [0, 2]].norm(dim=-1).max())
    at_rest = view in ("eye level", "low")
    time = torch.zeros(1) if at_rest else torch.arange(frames) / RATE_HZ
    angle = side + (ORBIT * time if view == "orbit" else 0 * time)
    target, far = middle.expand(len(time), 3), NEAR + 1.5 * reach
    if view == "moving":
        target, far = smooth_piece(root, slice(0, frames), 0.2, 1.0), NEAR  # it follows, lazily
    away = torch.stack([angle.sin(), torch.zeros_like(angle), angle.cos()], -1)
    place = target * torch.tensor([1.0, 0.0, 1.0]) + far * away
    place[:, 1] = HEIGHTS[view]
    if view == "moving":
        place = place + HAND[0] * swaying(frames, 3, random)
        target = target + far * HAND[1] * swaying(frames, 3, random)
    rotation = looking(place, target)
    centre = torch.tensor([SIZE[0] / 2, SIZE[1] / 2])
    return Camera(torch.tensor([FOCAL, FOCAL]), centre, torch.zeros(8), rotation,
                  -(rotation @ place[..., None])[..., 0], SIZE)


def looking(place: Tensor, target: Tensor) -> Tensor:
    """World to camera, (T, 3, 3), of upright cameras at (T, 3) that look at (T, 3): right, down, forward."""
    forward = normalized(target - place)
    right = normalized(torch.linalg.cross(forward, torch.tensor([0.0, 1.0, 0.0]).expand_as(forward)))
    return torch.stack([right, torch.linalg.cross(forward, right), forward], -2)


def swaying(frames: int, columns: int, random: torch.Generator, stop_hz: float = 2.0) -> Tensor:
    """Slow noise (T, columns) of standard deviation one."""
    spare = 2 * math.ceil(RATE_HZ / stop_hz)
    return _slow(torch.randn(frames + 2 * spare, columns, generator=random), stop_hz)[spare:-spare] / _left(stop_hz)


@cache
def _left(stop_hz: float) -> float:
    """Of white noise's deviation, once it is slow: the length of what an impulse becomes."""
    impulse = torch.zeros(8 * math.ceil(RATE_HZ / stop_hz) + 1, 1)
    impulse[len(impulse) // 2] = 1.0
    return float(_slow(impulse, stop_hz).norm())


def _slow(values: Tensor, stop_hz: float) -> Tensor:
    return smooth_piece(values, slice(0, len(values)), stop_hz / 4, stop_hz)
