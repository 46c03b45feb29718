"""A walk that is known, and what detectors would find of it."""
from __future__ import annotations

from dataclasses import replace

import pytest

from bridge.demo_motion.shipped import demo_session
from bridge.frames import Motion
from bridge.keypoints.clip import KeypointClip
from bridge.keypoints.detectors import DETECTORS
from bridge.keypoints.simulate import Faults, cameras_round, simulate_keypoints


@pytest.fixture(scope="session")
def walk() -> Motion:
    """Two seconds of it at 60 Hz."""
    truth = demo_session().truth
    assert truth is not None
    cut = slice(240, 360)
    return replace(truth, root_position_m=truth.root_position_m[cut], local_xyzw=truth.local_xyzw[cut], name="walk")


def seen_by(detector: str, walk: Motion, lost: float = 0.3, frames: int = 40) -> KeypointClip:
    """Its first frames at 30 Hz, through the usual camera."""
    some = replace(walk, root_position_m=walk.root_position_m[: 2 * frames : 2], rate_hz=30.0,
                   local_xyzw=walk.local_xyzw[: 2 * frames : 2])
    return simulate_keypoints(some, cameras_round(some)[0], DETECTORS[detector], Faults(3.0, lost), seed=4)
