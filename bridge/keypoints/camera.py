"""A camera, in numpy: what a file says of one, where one stands or how it moves, and the pixels of points before it.

Its axes are OpenCV's: x right, y down, z ahead; the world's are ours. The mathematics have the same camera in torch
(models/kinematics/camera.py, which says what the lens does).
"""
from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

Numbers = NDArray[np.float64]
NEAREST_M = 0.05  # what is nearer, or behind, is seen as if it were there
USUAL_FOV_DEG = 60.0  # across the longer side: a phone's or an action camera's cropped one
LEVEL = np.diag([1.0, -1.0, -1.0])  # world to camera, of one that looks along -Z: who faces it faces +Z


@dataclass(frozen=True)
class PinholeCamera:
    """World to camera: q = rotation p + translation, one for all frames or one for each."""

    size_px: tuple[int, int]
    focal_px: Numbers  # (2,)
    centre_px: Numbers  # (2,)
    distortion: Numbers = field(default_factory=lambda: np.zeros(8))  # k1 k2 p1 p2 k3 k4 k5 k6
    rotation: Numbers = field(default_factory=LEVEL.copy)  # (3, 3); of one that moves (T, 3, 3)
    translation: Numbers = field(default_factory=lambda: np.zeros(3))  # metres; of one that moves (T, 3)

    @property
    def moves(self) -> bool:
        return self.rotation.ndim == 3

    def frames(self, piece: slice) -> PinholeCamera:
        """While it takes a stretch of the frames."""
        if not self.moves:
            return self
        return replace(self, rotation=self.rotation[piece], translation=self.translation[piece])

    @property
    def place_m(self) -> Numbers:
        """Where it is in the world, (3,) or (T, 3)."""
        place: Numbers = -(self.rotation.swapaxes(-1, -2) @ self.translation[..., None])[..., 0]
        return place

    @property
    def fov_deg(self) -> tuple[float, float]:
        """Across and down, of one whose picture's middle is its own."""
        across, down = (math.degrees(2 * math.atan(side / 2 / focal))
                        for side, focal in zip(self.size_px, self.focal_px, strict=True))
        return across, down

    @property
    def pitch_deg(self) -> float:
        """How far it looks down, at rest."""
        return -math.degrees(math.asin(np.clip(self.rotation[2, 1], -1, 1)))

    @property
    def roll_deg(self) -> float:
        """How far it is turned clockwise, as seen from behind it, at rest."""
        return math.degrees(math.atan2(-self.rotation[0, 1], -self.rotation[1, 1]))

    @property
    def stands(self) -> str:
        """Where, in words."""
        heights = self.place_m[..., 1]
        if not self.moves:
            return f"{heights:.2f} m high, {self.pitch_deg:.1f} deg down"
        low, top = f"{heights.min():.2f}", f"{heights.max():.2f}"
        return f"moves, {low if low == top else f'{low} to {top}'} m high"


def camera_of_fov(size_px: tuple[int, int], degrees: float, axis: str = "long") -> PinholeCamera:
    """One whose picture's middle is its own and whose pixels are square. `axis` the angle is across: horizontal,
    vertical, long (the longer of them)."""
    wide, high = size_px
    side = {"horizontal": wide, "vertical": high, "long": max(size_px)}[axis]
    focal = side / 2 / math.tan(math.radians(degrees) / 2)
    return PinholeCamera(size_px, np.full(2, focal), np.array([wide, high]) / 2)


def posed(camera: PinholeCamera, height_m: float, pitch_deg: float = 0.0, roll_deg: float = 0.0) -> PinholeCamera:
    """The camera so high over the world's origin, looking along -Z, and so far down."""
    turn = Rotation.from_euler("xz", [pitch_deg, -roll_deg], degrees=True).as_matrix() @ LEVEL
    return replace(camera, rotation=turn, translation=-turn @ np.array([0.0, height_m, 0.0]))


def looking(camera: PinholeCamera, place_m: Numbers, target_m: Numbers) -> PinholeCamera:
    """The camera, upright, at a place, looking at another."""
    ahead = (target_m - place_m) / np.linalg.norm(target_m - place_m)
    right = np.cross(ahead, [0.0, 1.0, 0.0])
    right /= np.linalg.norm(right)
    turn = np.stack([right, np.cross(ahead, right), ahead])
    return replace(camera, rotation=turn, translation=-turn @ place_m)


def project(camera: PinholeCamera, points_m: Numbers) -> tuple[Numbers, Numbers]:
    """Pixels (..., 2) of points of the world (..., 3), and how far ahead of the camera they are (...). Before a camera
    that moves they are (T, K, 3)."""
    shift = camera.translation[:, None] if camera.moves else camera.translation
    there = points_m @ camera.rotation.swapaxes(-1, -2) + shift
    depth = there[..., 2]
    x, y = np.moveaxis(there[..., :2] / np.maximum(depth, NEAREST_M)[..., None], -1, 0)
    k1, k2, p1, p2, k3, k4, k5, k6 = camera.distortion
    square = x * x + y * y
    radial = (1 + square * (k1 + square * (k2 + square * k3))) / (1 + square * (k4 + square * (k5 + square * k6)))
    bent = np.stack([x * radial + 2 * p1 * x * y + p2 * (square + 2 * x * x),
                     y * radial + p1 * (square + 2 * y * y) + 2 * p2 * x * y], -1)
    return camera.focal_px * bent + camera.centre_px, depth
