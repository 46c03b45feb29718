"""One person's 2D keypoints, as one camera has them."""
from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from models.kinematics.camera import Camera
from models.samplers.windows import hold_ends


@dataclass(frozen=True)
class Seen:
    """K keypoints in T frames at 60 Hz. Several may be on one joint: nose and ears are the head's."""

    camera: Camera
    joints: tuple[int, ...]  # K, the joint that carries each
    mounts: Tensor  # (K, 3) where on it, metres in the joint's frame
    points: Tensor  # (T, K, 2) pixels; where the confidence is zero they may be anything finite
    confidence: Tensor  # (T, K) in [0, 1]; zero: not seen
    sd: float = 3.0  # pixels per axis, of a keypoint of confidence one

    def __len__(self) -> int:
        return len(self.points)

    def frames(self, piece: slice) -> Seen:
        """A stretch of the frames."""
        return replace(self, camera=self.camera.frames(piece), points=self.points[piece],
                       confidence=self.confidence[piece])

    def held(self, frames: int) -> Seen:
        """With the last frame repeated, and not seen, until there are `frames`."""
        missing = frames - len(self)
        if missing <= 0:
            return self
        camera, unseen = self.camera, torch.zeros(missing, self.confidence.shape[1])
        if len(camera.rotation) > 1:
            camera = replace(camera, rotation=hold_ends(camera.rotation, frames),
                             translation=hold_ends(camera.translation, frames))
        return replace(self, camera=camera, points=hold_ends(self.points, frames),
                       confidence=torch.cat([self.confidence, unseen]))
