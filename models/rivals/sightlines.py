"""Lifting as the published methods see it: one camera, windows of our prior side by side, joints on rays.

Everything is in the camera's axes. A pelvis is where the keypoints' rays want it, in closed form and frame by frame;
the pose is the prior's. The methods were published for single frames and priors over joints' places; here a window of
the prior's frames is solved at once, places come from its rotations by forward kinematics, and whole clips are windows
that overlap and are blended.
"""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from models.guess import Denoiser
from models.kinematics.camera import rays
from models.kinematics.rotations import matrix_to_sixd, sixd_to_matrix
from models.kinematics.skeleton import FEET, JOINT_COUNT
from models.prior.denoiser import make_denoiser
from models.prior.precision import Forward
from models.problems.cues import believed_cues
from models.problems.lift_start import place_mean_pose
from models.problems.lifted import Lifted
from models.problems.seen import Seen
from models.samplers.measurement import levers
from models.samplers.windows import OverlapSum, hold_ends, window_starts
from models.solver import Solver

STRIDE = 30  # frames between windows
LEAST = 1e-6  # of confidence: keeps a frame without any keypoint solvable
POSE = 6 * JOINT_COUNT


@dataclass(frozen=True)
class Sight:
    """What one camera has of B windows of T frames."""

    turn: Tensor  # (B, T, 3, 3) world to camera
    shift: Tensor  # (B, T, 3) metres
    plane: Tensor  # (B, T, K, 2) keypoints on the plane one metre before the camera
    confidence: Tensor  # (B, T, K)
    levers: Tensor  # (K, 22, 3) metres

    def points(self, rotations: Tensor) -> Tensor:
        """Keypoints of global rotations (B, T, 22, 3, 3) from the pelvis, in the camera's axes, (B, T, K, 3)."""
        return torch.einsum("btjac,kjc->btka", rotations, self.levers) @ self.turn.mT

    def place(self, points: Tensor) -> Tensor:
        """The pelvis (B, T, 3) in the camera's axes for which points from it (B, T, K, 3) are on their rays best.

        Least squares of T_x - u T_z = u Z - X and T_y - v T_z = v Z - Y, weighted by confidence squared (ZeDO).
        """
        weight = self.confidence.square()[..., None] + LEAST
        u = self.plane
        away = u * points[..., 2:] - points[..., :2]
        count, pull = weight.sum(2), (weight * u).sum(2)  # (B, T, 1), (B, T, 2)
        deep = (weight * u.square()).sum((2, 3))
        square = torch.diag_embed(torch.cat([count, count, deep[..., None]], -1))
        square[..., 2, :2] = square[..., :2, 2] = -pull
        target = torch.cat([(weight * away).sum(2), -(weight * u * away).sum((2, 3))[..., None]], -1)
        return torch.linalg.solve(square, target[..., None])[..., 0]

    def root(self, place: Tensor) -> Tensor:
        """A pelvis in the camera's axes as one in the world."""
        return (self.turn.mT @ (place - self.shift)[..., None])[..., 0]

    def missed(self, points: Tensor, place: Tensor) -> Tensor:
        """How far keypoints are from their rays, (B, T, K, 2), metres at the pelvis's depth; sure ones count more."""
        there = points + place[:, :, None]
        off = there[..., :2] / there[..., 2:].clamp(min=0.1) - self.plane
        return off * place[:, :, None, 2:].abs() * self.confidence[..., None]


@dataclass(frozen=True)
class Windows:
    """A clip in windows, and back."""

    solver: Solver
    offsets: Tensor  # (22, 3) metres
    frames: int
    starts: list[int]
    cut: Tensor  # (B, T)
    sight: Sight
    seen: Seen

    def begun(self, pose: Tensor | None = None) -> Tensor:
        """A pose (22, 3, 3) of heading zero, or the prior's mean, along the likeliest headings: (B, T, 22, 3, 3).

        The way our own lifting begins, whole clips at once: the published methods fit each frame by itself.
        """
        mean = sixd_to_matrix(self.solver.prior.statistics.mean.unflatten(-1, (-1, 6)))
        return place_mean_pose(mean if pose is None else pose, self.offsets, [self.seen])[0][self.cut]

    def denoiser(self, rotations: Tensor, forward: Forward | None = None) -> Denoiser:
        """The prior told nothing but which way somebody like this looks."""
        root = torch.zeros(*rotations.shape[:2], 3)
        cues = believed_cues(rotations, root, self.offsets, None, placed=False)
        return make_denoiser(forward or self.solver.forward, self.solver.prior.statistics, cues)

    def lifted(self, rotations: Tensor, length: int, passes: int) -> Lifted:
        """One hypothesis of windows; `passes` of the network in each. Its score: how little keypoints miss."""
        points = self.sight.points(rotations)
        place = self.sight.place(points)
        whole = OverlapSum(self.frames, POSE + 3, rotations.shape[1])
        whole.add_all(self.starts, torch.cat([matrix_to_sixd(rotations).flatten(-2), self.sight.root(place)], -1))
        sixd, root = whole.mean()[:length].split([POSE, 3], -1)
        missed = self.sight.missed(points, place).square().sum((-1, -2)).mean()
        return Lifted(sixd_to_matrix(sixd.unflatten(-1, (-1, 6))), root, torch.zeros(length, len(FEET)),
                      -float(missed), passes * len(self.starts) / self.frames, self.offsets)


def windows_of(solver: Solver, offsets: Tensor, seen: Sequence[Seen], stride: int = STRIDE) -> Windows:
    """A clip's windows; a short clip's last frame is repeated, unseen. ValueError: there are several cameras."""
    if len(seen) != 1:
        raise ValueError(f"the published methods lift from one camera, not from {len(seen)}")
    (view,) = seen
    window = solver.prior.config.frames
    frames = max(len(view), window)
    starts = window_starts(frames, window, stride)
    cut = torch.stack([torch.arange(start, start + window) for start in starts])
    known = torch.cat([view.confidence, torch.zeros(frames - len(view), view.confidence.shape[1])])
    points = hold_ends(view.points, frames)
    turn, shift = (part.expand(len(view), *part.shape[1:]) for part in (view.camera.rotation, view.camera.translation))
    lever = levers(offsets, view.joints, view.mounts)
    plane = rays(view.camera, points)
    sight = Sight(hold_ends(turn, frames)[cut], hold_ends(shift, frames)[cut], plane[cut], known[cut], lever)
    held = Seen(view.camera, view.joints, view.mounts, points, known, view.sd)
    return Windows(solver, offsets, frames, starts, cut, sight, held)
