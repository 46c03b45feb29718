"""What `posebridge lift` does: 2D keypoints and cameras in, motion out, likeliest first."""
from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from bridge.engine.solver import choose_device, load_solver_prior
from bridge.errors import InputInvalid, TooShort, UsageError
from bridge.frames import SOLVER_RATE_HZ, Motion, Skeleton
from bridge.keypoints.camera import PinholeCamera, posed
from bridge.keypoints.clip import KeypointClip
from bridge.keypoints.detectors import DETECTORS
from bridge.keypoints.lifting import FoundScale, FoundStand, LiftedMotion, LiftOrder, View
from bridge.keypoints.reprojected import missed_px
from bridge.keypoints.steady import at_rate, camera_at, height_px
from bridge.resample import frame_times
from bridge.resample_motion import motion_at
from models.kinematics.camera import Camera, rays
from models.kinematics.forward import global_to_local
from models.kinematics.rotations import matrix_to_xyzw
from models.kinematics.skeleton import standing_heights
from models.problems.ground import Stand, fit_stand
from models.problems.lift import LiftConfig, lift
from models.problems.lift_body import BONES, PART_SD, SIZE_SD, Unsure
from models.problems.lifted import Lifted
from models.problems.plumb import NobodyUpright, upright
from models.problems.seen import Seen
from models.solver import Solver, solver_of

SHARE_SD = 0.008  # of a person's height in the picture: what a sure keypoint is off by, per axis
LEAST_SD = 1.0  # pixels
HEIGHT_SD = 0.01  # of the logarithm of the height of a person who is told to be so tall
LEAST_FRAMES = 3
OnShare = Callable[[float], None]
Lift = Callable[..., list[Lifted]]  # models.problems.lift.lift


class Lifter:
    """A prior, ready to lift keypoints with."""

    def __init__(self, solver: Solver, solve: Lift = lift) -> None:
        self._solver, self._solve = solver, solve

    def lift(self, order: LiftOrder, report: OnShare = lambda done: None) -> list[LiftedMotion]:
        """Hypotheses of the motion, the likeliest first. Raises InputInvalid, TooShort, UsageError."""
        views, stand = placed(order.views, order.skeleton)
        seen = [seen_of(view, order.skeleton) for view in views]
        frames = min(map(len, seen))
        if frames < LEAST_FRAMES:
            raise TooShort(f"{_names(views)}: {frames} frames at {SOLVER_RATE_HZ:g} Hz; {LEAST_FRAMES} are needed")
        config = LiftConfig(hypotheses=order.hypotheses, seed=order.seed, unsure=unsure_of(order))
        if stand is not None:  # a camera that was placed by its focal length keeps it
            config = replace(config, focal=None)
        try:
            found = self._solve(self._solver, torch.from_numpy(order.skeleton.offsets_m),
                                [view.frames(slice(0, frames)) for view in seen], config, order.floor_m, report)
        except ValueError as error:
            raise InputInvalid(f"{_names(views)}: {error}") from None
        return [_lifted(one, order, views, stand) for one in found]


def load_lifter(weights: Path | None = None, device: str = "cpu", threads: int = 1) -> Lifter:
    """Raises ModelMissing, DeviceFailed."""
    torch.set_num_threads(threads)
    return Lifter(solver_of(load_solver_prior(weights).to(choose_device(device))))


def unsure_of(order: LiftOrder) -> Unsure:
    """What of an order is not known. Focal lengths are as told, unless it is clear that they cannot be
    (models/problems/lift_focal.py)."""
    if order.bones_known:
        return Unsure(0.0 if order.size_known else SIZE_SD)
    return Unsure(SIZE_SD, PART_SD, HEIGHT_SD if order.size_known else None)


def placed(views: Sequence[View], skeleton: Skeleton) -> tuple[tuple[View, ...], FoundStand | None]:
    """The views with cameras that stand somewhere, and how sure that is where it was found. Raises InputInvalid,
    UsageError."""
    if all(view.placed for view in views):
        return tuple(views), None
    if len(views) > 1:
        raise UsageError(f"{_names(views)}: several cameras must each say where they stand: rotation and translation")
    stand = stand_of(views[0], skeleton)
    camera = posed(views[0].camera, stand.height, math.degrees(stand.pitch), math.degrees(stand.roll))
    return (replace(views[0], camera=camera, placed=True),), FoundStand(
        stand.missed, stand.height_sd, math.degrees(stand.pitch_sd))


def stand_of(view: View, skeleton: Skeleton) -> Stand:
    """How a camera stands over the floor, from somebody of this body who walks or stands before it."""
    detector, clip = DETECTORS[view.clip.detector], view.clip
    plane = rays(camera_of(view.camera), torch.from_numpy(clip.points_px).double())
    standing = standing_heights(torch.from_numpy(skeleton.offsets_m)).double().numpy()
    try:
        person = upright(plane.numpy(), clip.confidence.astype(np.float64), detector.joints,
                         detector.mounts_m(skeleton).astype(np.float64), standing)
        return fit_stand(person, clip.rate_hz)
    except NobodyUpright as error:
        raise InputInvalid(f"{clip.name}: where the camera stands cannot be found: {error}") from None


def camera_of(camera: PinholeCamera) -> Camera:
    """The same in torch."""
    return Camera(torch.from_numpy(camera.focal_px), torch.from_numpy(camera.centre_px),
                  torch.from_numpy(camera.distortion), torch.from_numpy(camera.rotation).reshape(-1, 3, 3),
                  torch.from_numpy(camera.translation).reshape(-1, 3), camera.size_px)


def seen_of(view: View, skeleton: Skeleton) -> Seen:
    """What the solver is told of a view: keypoints at its own rate."""
    detector, clip = DETECTORS[view.clip.detector], at_rate(view.clip, SOLVER_RATE_HZ)
    times = frame_times(len(clip), SOLVER_RATE_HZ)
    camera = camera_of(camera_at(view.camera, view.clip.rate_hz, times))
    single = replace(camera, **{name: getattr(camera, name).float() for name in (
        "focal", "centre", "distortion", "rotation", "translation")})
    return Seen(single, detector.joints, torch.from_numpy(detector.mounts_m(skeleton)),
                torch.from_numpy(clip.points_px), torch.from_numpy(clip.confidence),
                max(SHARE_SD * height_px(clip), LEAST_SD))


def _lifted(found: Lifted, order: LiftOrder, views: tuple[View, ...], stand: FoundStand | None) -> LiftedMotion:
    motion = motion_of(found.rotations, found.root, found.offsets, views[0].clip)
    views = tuple(replace(view, camera=replace(view.camera, focal_px=view.camera.focal_px * found.focal))
                  for view in views)
    missed = missed_px(motion, views)
    return LiftedMotion(motion, found.score, found.passes_per_frame, views, missed, stand, _scales(found, order),
                        found.focal)


def _scales(found: Lifted, order: LiftOrder) -> dict[str, FoundScale]:
    """Of what was not known."""
    asked = () if found.constants is None else BONES if not order.bones_known else BONES[:1] * (not order.size_known)
    return {name: FoundScale(math.exp(float(found.constants.values[at])), float(found.constants.sd[at]))
            for at, name in enumerate(asked) if found.constants is not None}


def motion_of(rotations: Tensor, root: Tensor, offsets: Tensor, clip: KeypointClip) -> Motion:
    """What was solved at 60 Hz, on the clip's clock: as many frames as it has, of those that all views have."""
    local = matrix_to_xyzw(global_to_local(rotations)).float().numpy()
    solved = Motion(Skeleton(offsets.float().numpy()), SOLVER_RATE_HZ, root.float().numpy(), local, name=clip.name)
    if abs(clip.rate_hz - SOLVER_RATE_HZ) < 1e-6:
        return solved
    last = (len(solved) - 1) / SOLVER_RATE_HZ
    times = frame_times(len(clip), clip.rate_hz)
    covered = times < last + 1 / clip.rate_hz  # the last one of the clip may be after the last at 60 Hz
    return replace(motion_at(solved, np.minimum(times[covered], last)), rate_hz=clip.rate_hz)


def _names(views: Sequence[View]) -> str:
    return ", ".join(view.clip.name or "keypoints" for view in views)
