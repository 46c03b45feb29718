"""All that speaks for a lifted motion: the pixels of every camera, the floor, and feet that stand."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from models.kinematics.camera import Camera
from models.kinematics.skeleton import FEET, TOES, standing_heights
from models.problems.seen import Seen
from models.samplers.linear_rows import LinearRows, points_of
from models.samplers.measurement import levers
from models.samplers.measurement_keypoints import keypoint_rows
from models.samplers.motion_fit import RowsAt

FLOOR_SD = 0.02  # metres: how far toes may sink in
STAND_SD = 0.03  # metres: how far a foot that surely stands is from its usual height


@dataclass(frozen=True)
class LiftRows:
    """One person's rows."""

    offsets: Tensor  # (22, 3) metres
    seen: Sequence[Seen]
    floor: float | None
    size: float = 1.0  # times as large as the offsets and the keypoints' mounts say

    def of(
        self, cut: Tensor, contact: Tensor
    ) -> RowsAt:
        """The rows of windows: their frames (B, T) and contacts (B, T, 4)."""
        views = [(replace(view, points=view.points[cut], confidence=view.confidence[cut]), _camera(view.camera, cut),
                  self.size * levers(self.offsets, view.joints, view.mounts)) for view in self.seen]

        def rows_at(rotations: Tensor, root: Tensor, size: Tensor) -> LinearRows:
            larger = size[:, None, None, None]
            rows = [keypoint_rows(camera, view.points, view.confidence, view.sd, rotations, root, lever * larger)
                    for view, camera, lever in views]
            if self.floor is not None:
                rows.append(self._on_floor(contact, rotations, root, larger))
            return rows[0].joined(*rows[1:])

        return rows_at

    def _on_floor(self, contact: Tensor, rotations: Tensor, root: Tensor, larger: Tensor) -> LinearRows:
        """The heights of feet: as standing ones have them, as far as they stand; toes, never below."""
        mounts = self.offsets.new_zeros(len(FEET), 3)
        lever = self.size * levers(self.offsets, FEET, mounts) * larger
        places, moves = points_of(rotations, root, lever)
        usual = self.size * standing_heights(self.offsets)[list(FEET)] * larger[..., 0]
        residual = usual + (self.floor or 0.0) - places[..., 1]
        upward = moves[..., 1, :].clone()
        upward[..., -1] -= usual
        below = (residual > 0) * torch.tensor([float(joint in TOES) for joint in FEET]) / FLOOR_SD**2
        return LinearRows(residual, upward, (contact / STAND_SD).square() + below)


def _camera(camera: Camera, cut: Tensor) -> Camera:
    """At the frames of windows, one after the other."""
    if len(camera.rotation) == 1:
        return camera
    return replace(camera, rotation=camera.rotation[cut.flatten()], translation=camera.translation[cut.flatten()])
