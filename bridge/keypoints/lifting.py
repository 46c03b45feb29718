"""What a lift is asked and what it gives: plain data between the command and the engine."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bridge.frames import Motion, Skeleton
from bridge.keypoints.camera import PinholeCamera
from bridge.keypoints.clip import KeypointClip


@dataclass(frozen=True)
class View:
    """One camera and what a detector saw through it."""

    clip: KeypointClip
    camera: PinholeCamera
    placed: bool  # whether it is known where the camera stands; else that is found from who is seen


@dataclass(frozen=True)
class LiftOrder:
    """One person's keypoints. All cameras took the same moments, from the first frame on."""

    views: tuple[View, ...]
    skeleton: Skeleton = field(default_factory=Skeleton)
    size_known: bool = True  # whether the skeleton is as tall as the person
    bones_known: bool = True  # whether it has their bones; else they are about so
    floor_m: float | None = 0.0  # its height in the world; None: unknown
    hypotheses: int = 1
    seed: int = 0


@dataclass(frozen=True)
class FoundStand:
    """How sure it is where a camera stands that was found from who is seen."""

    off_plumb_m: float  # how far the person was, median
    height_share: float  # of the camera's height: its standard deviation
    pitch_sd_deg: float


@dataclass(frozen=True)
class FoundScale:
    """How many times as large something is as it was told."""

    times: float
    sd: float  # of that, as a share of it


@dataclass(frozen=True)
class LiftedMotion:
    """One hypothesis, at the first view's rate."""

    motion: Motion
    score: float  # minus how far joints are from the mean of all hypotheses, cm
    passes_per_frame: float
    views: tuple[View, ...]  # with cameras that stand where they were found to, and focal lengths as they were used
    missed_px: float  # root mean square from the keypoints to the motion's, over what is seen and as sure as it is
    stand: FoundStand | None = None  # None: where the camera stands was known
    bones: Mapping[str, FoundScale] = field(default_factory=dict)  # the whole body's, and parts' on top; what was asked
    focal: float = 1.0  # times the told focal length: not one where that could not be right
