"""The .npz of `posebridge solve` comes back as it was written; what is none is refused in one line."""
from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.spatial.transform import Rotation

from bridge.demo_motion import demo_motion
from bridge.export.npz import write_npz
from engine_plugins.blender.posebridge.core.motion_file import MotionFileError, MotionFileMissing, read_motion


@pytest.fixture
def written(tmp_path: Path) -> Path:
    write_npz(tmp_path / "solved.npz", demo_motion(10.0))
    return tmp_path / "solved.npz"


def test_it_comes_back(written: Path) -> None:
    demo, found = demo_motion(10.0), read_motion(written)
    assert found.rate_hz == 10.0 and len(found) == len(demo)
    assert_allclose(found.offsets_m, demo.skeleton.offsets_m, atol=1e-6)
    assert_allclose(found.root_m, demo.root_position_m, atol=1e-6)
    turned = Rotation.from_quat(found.local_xyzw.reshape(-1, 4)).inv() * Rotation.from_quat(
        demo.local_xyzw.reshape(-1, 4))
    assert turned.magnitude().max() < 1e-5


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(MotionFileMissing, match="no such file"):
        read_motion(tmp_path / "none.npz")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut off", b"time,head\n0,1\n"])
def test_a_file_that_is_no_archive(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "bad.npz").write_bytes(content)
    with pytest.raises(MotionFileError, match=r"bad\.npz"):
        read_motion(tmp_path / "bad.npz")


@pytest.mark.parametrize(("change", "said"), [
    ({"offsets": None}, "lacks offsets"),
    ({"mocap_framerate": None}, "lacks mocap_framerate"),
    ({"mocap_framerate": np.array(0.0)}, "above 0"),
    ({"mocap_framerate": np.array("fast")}, "above 0"),
    ({"poses": np.zeros((5, 6))}, "no motion"),
    ({"trans": np.full((205, 3), np.nan)}, "no finite number"),
    ({"offsets": np.zeros((21, 3))}, "bones"),
    ({"poses": np.array([["a"]])}, "no finite number"),
])
def test_a_file_that_holds_something_else(written: Path, change: dict[str, Any], said: str) -> None:
    with np.load(written) as file:
        arrays = {name: file[name] for name in file.files} | change
    np.savez(written, **{name: value for name, value in arrays.items() if value is not None})
    with pytest.raises(MotionFileError, match=said):
        read_motion(written)
