"""A batch of windows of motion in the world, and its mirror image."""
from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from models.kinematics.forward import positions_from_pelvis
from models.kinematics.mirror import mirror_matrices, mirror_points
from models.kinematics.skeleton import MIRRORED


@dataclass(frozen=True)
class Windows:
    """A batch of windows in the world frame."""

    rotations: Tensor  # (B, T, 22, 3, 3) global
    root: Tensor  # (B, T, 3) metres
    offsets: Tensor  # (B, 22, 3) metres
    floor: Tensor  # (B,) bool

    @property
    def from_pelvis(self) -> Tensor:
        """Joint positions relative to the pelvis, (B, T, 22, 3) metres."""
        return positions_from_pelvis(self.rotations, self.offsets[:, None])

    @property
    def parts(self) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        return self.rotations, self.root, self.offsets, self.floor

    def rows(self, chosen: Tensor) -> Windows:
        """Some of the windows, by index or flag."""
        return Windows(*(part[chosen] for part in self.parts))

    def with_rows(self, chosen: Tensor, others: Windows) -> Windows:
        """These with the chosen ones replaced."""
        at = chosen.nonzero()[:, 0] if chosen.dtype == torch.bool else chosen
        return Windows(*(part.index_copy(0, at, other) for part, other in zip(self.parts, others.parts, strict=True)))


def mirror(windows: Windows, chosen: Tensor) -> Windows:
    """Swap left and right in the chosen windows (B,)."""
    sides = list(MIRRORED)
    return Windows(
        torch.where(chosen[:, None, None, None, None], mirror_matrices(windows.rotations[:, :, sides]),
                    windows.rotations),
        torch.where(chosen[:, None, None], mirror_points(windows.root), windows.root),
        torch.where(chosen[:, None, None], mirror_points(windows.offsets[:, sides]), windows.offsets),
        windows.floor,
    )
