"""What a 2D keypoint detector would find in a video of known motion. The same seed, the same keypoints."""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bridge.frames import Flags, Motion
from bridge.keypoints.camera import USUAL_FOV_DEG, PinholeCamera, camera_of_fov, looking, project
from bridge.keypoints.clip import KeypointClip
from bridge.keypoints.detectors import Detector
from bridge.keypoints.reprojected import keypoints_m
from bridge.simulate import Dropouts, bursts

USUAL_SIZE_PX = (1920, 1080)
CAMERA_HEIGHT_M, TARGET_HEIGHT_M = 1.5, 0.9
NEAR_M, FAR = 3.5, 1.6  # metres from somebody who stays in place, and more for each metre of their way from its middle
ASIDE_RAD = 0.35  # of the first camera, from straight ahead of the T-pose
LOST_S = (0.05, 0.4)  # how long a keypoint is lost
SURE, SURE_SD = 0.9, 0.05  # the confidence a keypoint is given


@dataclass(frozen=True)
class Faults:
    """How wrong the detector is."""

    noise_px: float = 4.0  # standard deviation per axis
    lost: float = 0.0  # share of the time each keypoint is not seen


def cameras_round(motion: Motion, count: int = 1, size_px: tuple[int, int] = USUAL_SIZE_PX) -> list[PinholeCamera]:
    """Cameras evenly round somebody's way, each with all of it in its picture."""
    root = motion.root_position_m.astype(np.float64)
    middle = (root.min(axis=0) + root.max(axis=0)) / 2
    far = NEAR_M + FAR * float(np.linalg.norm((root - middle)[:, [0, 2]], axis=-1).max())
    target, camera = np.array([middle[0], TARGET_HEIGHT_M, middle[2]]), camera_of_fov(size_px, USUAL_FOV_DEG)
    angles = ASIDE_RAD + 2 * np.pi * np.arange(count) / count
    places = [np.array([middle[0] + far * np.sin(angle), CAMERA_HEIGHT_M, middle[2] + far * np.cos(angle)])
              for angle in angles]
    return [looking(camera, place, target) for place in places]


def simulate_keypoints(
    motion: Motion, camera: PinholeCamera, detector: Detector, faults: Faults, seed: int = 0
) -> KeypointClip:
    """The detector's clip at the motion's rate; what is lost, behind the camera or outside its picture is not seen."""
    rng = np.random.default_rng(seed)
    pixels, depth = project(camera, keypoints_m(motion, detector))
    pixels = pixels + rng.normal(scale=faults.noise_px, size=pixels.shape)
    sure = np.clip(rng.normal(SURE, SURE_SD, pixels.shape[:2]), 0.05, 1.0)
    inside = ((pixels >= 0) & (pixels < camera.size_px)).all(-1) & (depth > 0)
    sure[_lost(motion, len(detector), faults, rng) | ~inside] = 0
    points = np.where(sure[..., None] > 0, pixels, 0)
    return KeypointClip(detector.name, points.astype(np.float32), sure.astype(np.float32), motion.rate_hz,
                        camera.size_px, motion.name)


def _lost(motion: Motion, count: int, faults: Faults, rng: np.random.Generator) -> Flags:
    """(T, K) True where a keypoint is lost."""
    times, lost = np.arange(len(motion)) / motion.rate_hz, np.zeros((len(motion), count), dtype=bool)
    for keypoint in range(count):
        for start, end in bursts(Dropouts(faults.lost, *LOST_S), float(times[-1]), rng):
            lost[(times >= start) & (times < end), keypoint] = True
    return lost
