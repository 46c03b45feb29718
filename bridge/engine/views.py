"""The cameras that lifting is evaluated with, before any motion: `posebridge simulate --camera orbit` and so on."""
from __future__ import annotations

import torch

from bridge.frames import SOLVER_RATE_HZ, Motion
from bridge.keypoints.camera import PinholeCamera
from bridge.keypoints.steady import camera_at
from bridge.resample import frame_times
from bridge.resample_motion import resample_motion
from models.evaluation.problems.cameras import camera_of


def camera_before(view: str, motion: Motion, seed: int = 0) -> PinholeCamera:
    """One of the evaluation's VIEWS of a motion, from a side that the seed and the motion's name say; one that moves is
    there in every frame of the motion."""
    steady = resample_motion(motion, SOLVER_RATE_HZ)
    camera = camera_of(view, torch.from_numpy(steady.root_position_m), seed, motion.name)
    focal, centre, lens, turns, shifts = (part.double().numpy() for part in (
        camera.focal, camera.centre, camera.distortion, camera.rotation, camera.translation))
    if len(turns) == 1:
        return PinholeCamera(camera.size, focal, centre, lens, turns[0], shifts[0])
    moving = PinholeCamera(camera.size, focal, centre, lens, turns, shifts)
    return camera_at(moving, SOLVER_RATE_HZ, frame_times(len(motion), motion.rate_hz))
