"""All that speaks for a lifted motion: the pixels of every camera, the floor, and feet that stand."""
from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import torch
from torch import Tensor

from models.kinematics.camera import Camera, project
from models.kinematics.skeleton import FEET, TOES, standing_heights
from models.problems.lift_body import BONES, bones, mounts, refocused, slopes_of
from models.problems.seen import Seen
from models.samplers.linear_rows import LinearRows, points_of
from models.samplers.measurement import levers
from models.samplers.measurement_keypoints import keypoint_rows
from models.samplers.motion_fit import RowsAt

FLOOR_SD = 0.02  # metres: how far toes may sink in
STAND_SD = 0.03  # metres: how far a foot that surely stands is from its usual height
LEAST_WEIGHT = 1e-9
AS_AT_REST = (0.0,) * len(FEET)


@dataclass(frozen=True)
class LiftRows:
    """One person's rows, of a body and cameras as they are believed to be."""

    offsets: Tensor  # (22, 3) metres, as told
    seen: Sequence[Seen]  # as told
    floor: float | None
    values: Tensor  # (P,) see lift_body.py
    asked: bool = False  # whether rows say how they go with these
    stood: Sequence[float] = AS_AT_REST  # metres: how much higher than in the rest pose FEET are that stand

    def of(self, cut: Tensor, contact: Tensor) -> RowsAt:
        """The rows of windows: their frames (B, T) and contacts (B, T, 4)."""
        views = [(replace(view, points=view.points[cut], confidence=view.confidence[cut]), _camera(view.camera, cut),
                  *self._with_slopes(partial(self._levers, view)))
                 for view in refocused(self.seen, self.values)]
        feet = self._with_slopes(self._feet_levers), self._with_slopes(self._usual)

        def rows_at(rotations: Tensor, root: Tensor) -> LinearRows:
            rows = []
            for number, (view, camera, lever, slopes) in enumerate(views):
                follows = _followed(rotations, slopes) if self.asked else None
                own = keypoint_rows(camera, view.points, view.confidence, view.sd, rotations, root,
                                    lever.expand(len(cut), -1, -1, -1), follows)
                rows.append(_with_focal(own, view.points - camera.centre, len(BONES) + number))
            if self.floor is not None:
                rows.append(self._on_floor(contact, rotations, root, *feet))
            return rows[0].joined(*rows[1:])

        return rows_at

    def _levers(self, view: Seen, values: Tensor) -> Tensor:
        offsets = self.offsets.double()
        return levers(bones(offsets, values), view.joints, mounts(view, offsets, values))

    def _feet_levers(self, values: Tensor) -> Tensor:
        return levers(bones(self.offsets.double(), values), FEET, values.new_zeros(len(FEET), 3))

    def _usual(self, values: Tensor) -> Tensor:
        """Heights of standing feet, (4,)."""
        return standing_heights(bones(self.offsets.double(), values))[list(FEET)]

    def _with_slopes(self, of: Callable[[Tensor], Tensor]) -> tuple[Tensor, Tensor]:
        """Something of the values, and how it goes with each, (..., P)."""
        slopes = slopes_of(of, self.values) if self.asked else self.values
        return of(self.values).to(self.offsets), slopes.to(self.offsets)

    def _on_floor(
        self, contact: Tensor, rotations: Tensor, root: Tensor, lever: Slopes, usual: Slopes
    ) -> LinearRows:
        """The heights of feet: as standing ones have them, as far as they stand; toes, never below."""
        places, moves = points_of(rotations, root, lever[0].expand(len(root), -1, -1, -1))
        residual = usual[0] + (self.floor or 0.0) - places[..., 1]
        stands = (contact / STAND_SD).square()
        weight = stands + (residual > 0) * torch.tensor([float(joint in TOES) for joint in FEET]) / FLOOR_SD**2
        residual = residual + residual.new_tensor(self.stood) * stands / weight.clamp(min=LEAST_WEIGHT)
        lasting = _followed(rotations, lever[1])[..., 1, :] - usual[1] if self.asked else None
        return LinearRows(residual, moves[..., 1, :], weight, lasting)


Slopes = tuple[Tensor, Tensor]  # a value, and how it goes with lasting unknowns


def _followed(rotations: Tensor, slopes: Tensor) -> Tensor:
    """How places (B, T, K, 3) go with lasting unknowns, (B, T, K, 3, P), as their levers do, (K, 22, 3, P)."""
    count = slopes.shape[0], slopes.shape[-1]
    turns = rotations.transpose(2, 3).flatten(3)  # (B, T, 3, 66)
    by_joint = slopes.permute(1, 2, 0, 3).flatten(2).flatten(0, 1)  # (66, K P)
    return (turns @ by_joint).unflatten(-1, count).transpose(2, 3)


def _with_focal(rows: LinearRows, pixels: Tensor, column: int) -> LinearRows:
    """With how what is expected goes with the logarithm of the camera's focal length: as far as it is from the middle.
    pixels (B, T, K, 2) from there, as seen."""
    if rows.lasting is None:
        return rows
    lasting = rows.lasting.clone()
    lasting[..., column] = pixels.flatten(2) - rows.residual
    return replace(rows, lasting=lasting)


def _camera(camera: Camera, cut: Tensor) -> Camera:
    """At the frames of windows, one after the other."""
    if len(camera.rotation) == 1:
        return camera
    return replace(camera, rotation=camera.rotation[cut.flatten()], translation=camera.translation[cut.flatten()])


def missed(
    seen: Sequence[Seen], offsets: Tensor, values: Tensor, rotations: Tensor, root: Tensor, huber: float
) -> Tensor:
    """Half the squares of what a motion's keypoints miss, in standard deviations, of all cameras, (T,): rotations
    (T, 22, 3, 3) and root (T, 3) of a body with these offsets, as its values say. Beyond `huber` they count less, as in
    fits."""
    total = torch.zeros_like(root[:, 0])
    body = bones(offsets, values)
    for view in refocused(seen, values):
        lever = levers(body, view.joints, mounts(view, offsets, values))
        places = torch.einsum("tjab,kjb->tka", rotations, lever) + root[:, None]
        off = (view.points - project(view.camera, places)).abs() * view.confidence[..., None] / view.sd
        off = off.where((view.confidence > 0)[..., None], 0.0)
        total = total + (off * off.clamp(max=huber)).sum((1, 2)) / 2
    return total
