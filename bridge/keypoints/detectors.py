"""Whose keypoints, in whose order: a table for each detector. A new one is a row here."""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bridge.frames import JOINT_INDEX, Floats, Skeleton
from bridge.generated.skeleton import JOINT_NAMES
from bridge.keypoints.points import POINTS


@dataclass(frozen=True)
class Detector:
    """K keypoints in the order in which a detector writes them."""

    name: str
    title: str
    points: tuple[str, ...]  # K: of points.POINTS

    def __len__(self) -> int:
        return len(self.points)

    @property
    def joints(self) -> tuple[int, ...]:
        """The joint that carries each, K."""
        return tuple(JOINT_INDEX[POINTS[name].joint] for name in self.points)

    def mounts_m(self, skeleton: Skeleton) -> Floats:
        """Where on its joint each is, (K, 3) metres: the neutral adult's, as large as this body is."""
        size = skeleton.standing_head_height_m / Skeleton().standing_head_height_m
        return np.array([POINTS[name].mount_m for name in self.points], np.float32) * np.float32(size)


def _sides(names: str, first: str = "L") -> tuple[str, ...]:
    """"eye ear" -> L_eye, R_eye, L_ear, R_ear."""
    second = {"L": "R", "R": "L"}[first]
    return tuple(f"{side}_{name}" for name in names.split() for side in (first, second))


def _one_side(side: str, names: str) -> tuple[str, ...]:
    return tuple(f"{side}_{name}" for name in names.split())


DETECTORS = {
    each.name: each
    for each in (
        Detector("coco", "COCO-17", ("nose", *_sides("eye ear shoulder elbow wrist hip knee ankle"))),
        Detector("openpose", "OpenPose BODY_25", (
            "nose", "neck", *_one_side("R", "shoulder elbow wrist"), *_one_side("L", "shoulder elbow wrist"),
            "mid_hip", *_one_side("R", "hip knee ankle"), *_one_side("L", "hip knee ankle"),
            *_sides("eye ear", "R"), *_one_side("L", "big_toe small_toe heel"),
            *_one_side("R", "big_toe small_toe heel"))),
        Detector("mediapipe", "MediaPipe pose, 33 landmarks", (
            "nose", *_one_side("L", "eye_inner eye eye_outer"), *_one_side("R", "eye_inner eye eye_outer"),
            *_sides("ear mouth shoulder elbow wrist pinky index thumb hip knee ankle heel toes"))),
        Detector("h36m", "Human3.6M-17", (
            "mocap_root", *_one_side("R", "mocap_hip knee ankle"), *_one_side("L", "mocap_hip knee ankle"),
            "spine", "thorax", "mocap_nose", "crown", *_one_side("L", "shoulder elbow wrist"),
            *_one_side("R", "shoulder elbow wrist"))),
        Detector("smpl22", "our joints, SMPL-22", tuple(f"joint_{name}" for name in JOINT_NAMES)),
    )
}
