"""NPZ out: AMASS's layout, and the same motion back."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from bridge.capture.load import load_motions
from bridge.demo_motion import demo_motion
from bridge.errors import InputInvalid
from bridge.export.npz import PIECE, rotation_vectors, write_npz
from bridge.frames import Motion, Skeleton
from bridge.motion import joint_positions


def test_the_motion_comes_back(tmp_path: Path) -> None:
    motion = replace(demo_motion(20.0), skeleton=Skeleton(Skeleton().offsets_m * 1.07))
    write_npz(tmp_path / "walk.npz", motion)
    (again,) = load_motions(tmp_path / "walk.npz")
    np.testing.assert_allclose(joint_positions(again), joint_positions(motion), atol=2e-6)
    np.testing.assert_allclose(np.abs((again.local_xyzw * motion.local_xyzw).sum(-1)), 1, atol=1e-5)
    assert again.rate_hz == 20
    assert [path.name for path in tmp_path.iterdir()] == ["walk.npz"]


def test_its_confidence_comes_back_and_one_that_is_none_is_refused(tmp_path: Path) -> None:
    motion = demo_motion(5.0)
    sure = np.linspace(0, 1, len(motion) * 22, dtype=np.float32).reshape(-1, 22)
    write_npz(tmp_path / "a.npz", replace(motion, confidence=sure))
    (again,) = load_motions(tmp_path / "a.npz")
    np.testing.assert_array_equal(again.confidence, sure)
    write_npz(tmp_path / "b.npz", replace(motion, confidence=sure[:, :3]))
    with pytest.raises(InputInvalid, match="confidence is"):
        load_motions(tmp_path / "b.npz")


def test_the_layout_is_that_of_amass(tmp_path: Path) -> None:
    motion = replace(demo_motion(5.0), confidence=np.ones((102, 22), np.float32))
    write_npz(tmp_path / "walk.npz", motion)
    with np.load(tmp_path / "walk.npz") as arrays:
        assert arrays["poses"].shape == (len(motion), 156)
        assert arrays["betas"].shape == (16,)
        assert arrays["gender"].item() == "neutral"
        assert arrays["trans"][0, 2] == pytest.approx(motion.root_position_m[0, 1] + 0.22 - 0.25, abs=0.06)
        assert arrays["confidence"].shape == (102, 22)


def test_rotation_vectors_are_scipys() -> None:
    special = [[0, 0, 0, 1], [1, 0, 0, 0], [1e-9, 0, 0, 1], [0, 1e-20, 0, -1]]
    xyzw = np.concatenate([Rotation.random(300, random_state=0).as_quat(), special])
    np.testing.assert_allclose(rotation_vectors(xyzw), Rotation.from_quat(xyzw).as_rotvec(), atol=1e-14)


def test_it_is_the_very_file_that_numpy_writes(swaying: Callable[..., Motion], tmp_path: Path) -> None:
    motion = swaying(seconds=(PIECE + 500) / 60)
    write_npz(tmp_path / "a.npz", replace(motion, confidence=np.ones((len(motion), 22), np.float32)))
    with np.load(tmp_path / "a.npz") as arrays:
        assert len(arrays["poses"]) == len(motion)
        np.savez_compressed(tmp_path / "b.npz", allow_pickle=False, **arrays)
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
