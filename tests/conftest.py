"""What tests in several rooms need."""
from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from bridge.frames import JOINT_COUNT, Motion, Skeleton


def _swaying(rate_hz: float = 60.0, seconds: float = 2.0, name: str = "swaying") -> Motion:
    count = int(rate_hz * seconds)
    time_s = np.arange(count) / rate_hz
    angles = 0.4 * np.sin(time_s[:, None] + np.arange(JOINT_COUNT))
    axes = np.random.default_rng(0).normal(size=(JOINT_COUNT, 3))
    axes /= np.linalg.norm(axes, axis=-1, keepdims=True)
    local = Rotation.from_rotvec((angles[..., None] * axes).reshape(-1, 3)).as_quat().reshape(count, JOINT_COUNT, 4)
    root = np.stack([0.1 * time_s, np.full(count, 0.94), np.zeros(count)], axis=-1)
    return Motion(Skeleton(), rate_hz, root.astype(np.float32), local.astype(np.float32), name=name)


@pytest.fixture
def swaying() -> Callable[..., Motion]:
    """swaying(rate_hz, seconds, name): a body whose every joint turns slowly about an axis of its own."""
    return _swaying


@pytest.fixture
def shared_data() -> Path:
    """The folder of real motion archives; skips where it is not beside this checkout."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the shared motion archives are not beside this checkout")
    return folder
