"""Where a motion's keypoints and joints are in a camera's picture, and how far off the detector's they are."""
from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.spatial.transform import Rotation

from bridge.frames import Motion
from bridge.keypoints.camera import Numbers, PinholeCamera, project
from bridge.keypoints.detectors import DETECTORS, Detector
from bridge.keypoints.lifting import View
from bridge.motion import global_rotations, joint_positions


def keypoints_m(motion: Motion, detector: Detector) -> Numbers:
    """The detector's keypoints on a moving body, (T, K, 3) in the world, metres."""
    joints, turns = joint_positions(motion).astype(np.float64), global_rotations(motion.local_xyzw)
    mounts = detector.mounts_m(motion.skeleton)
    return np.stack([joints[:, joint] + Rotation.from_quat(turns[:, joint]).apply(mount)
                     for joint, mount in zip(detector.joints, mounts, strict=True)], axis=1)


def in_picture(motion: Motion, camera: PinholeCamera) -> Numbers:
    """The joints' pixels, (T, 22, 2)."""
    return project(camera.frames(slice(0, len(motion))), joint_positions(motion).astype(np.float64))[0]


def missed_px(motion: Motion, views: Sequence[View]) -> float:
    """Root mean square over the views' keypoints, each counted as it is sure; the first view's clock is the motion's,
    others are looked at where theirs is the same."""
    squares, weights = 0.0, 0.0
    for view in views:
        if abs(view.clip.rate_hz - motion.rate_hz) > 1e-6:
            continue
        count = min(len(motion), len(view.clip))
        camera = view.camera.frames(slice(0, count))
        pixels, _ = project(camera, keypoints_m(motion, DETECTORS[view.clip.detector])[:count])
        sure = view.clip.confidence[:count]
        squares += float((((pixels - view.clip.points_px[:count]) ** 2).sum(-1) * sure).sum())
        weights += float(sure.sum())
    return float(np.sqrt(squares / max(weights, 1e-9)))
