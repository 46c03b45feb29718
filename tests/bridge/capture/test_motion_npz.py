"""The motion archive reader: decoding, splits, clips without a floor, and what it refuses."""
from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from bridge.capture.load import load_motions
from bridge.capture.motion_npz import archive_names
from bridge.errors import InputInvalid, InputMissing, NotFinite

ARCHIVES = Path(__file__).resolve().parents[4] / "shared" / "data"


def small_archive() -> dict[str, Any]:
    """Three clips of 4, 5 and 6 frames with random rotations."""
    rotations = Rotation.random(15 * 22, random_state=3).as_quat().reshape(15, 22, 4)
    wxyz = np.round(rotations[..., [3, 0, 1, 2]] * 32767).astype(np.int16)
    return {
        "quat": np.asfortranarray(wxyz),
        "trans": np.asfortranarray(np.arange(45, dtype=np.float32).reshape(15, 3)),
        "offsets": np.stack([np.zeros((22, 3)), np.ones((22, 3))]).astype(np.float32),
        "clip_start": np.array([0, 4, 9], np.int32),
        "clip_len": np.array([4, 5, 6], np.int32),
        "clip_skeleton": np.array([0, 1, 1], np.int16),
        "fps": np.array([30, 60, 60], np.float32),
        "clip_name": np.array(["walk", "climb", "wave"]),
        "clip_subject": np.array(["a", "cmu01", "cmu01"]),
        "clip_style": np.array(["", "amc", "iclone"]),
        "split": np.array([0, 2, 2], np.int8),
    }


def saved(path: Path, **changes: Any) -> Path:
    np.savez(path, **{key: value for key, value in (small_archive() | changes).items() if value is not None})
    return path


def test_clips_are_decoded_to_unit_xyzw(tmp_path: Path) -> None:
    motions = load_motions(saved(tmp_path / "clips.npz"))
    expected = Rotation.random(15 * 22, random_state=3)
    got = np.concatenate([motion.local_xyzw for motion in motions])
    errors = (Rotation.from_quat(got.reshape(-1, 4)) * expected.inv()).magnitude()
    assert errors.max() < 1e-4
    assert np.linalg.norm(got, axis=-1) == pytest.approx(1, abs=1e-6)
    assert [len(motion) for motion in motions] == [4, 5, 6]
    np.testing.assert_array_equal(motions[1].root_position_m[0], [12, 13, 14])
    assert [motion.skeleton.offsets_m[0, 0] for motion in motions] == [0, 1, 1]


def test_split_name_and_floor(tmp_path: Path) -> None:
    path = saved(tmp_path / "clips.npz", split_kind=np.array(["train", "style", "combo"]),
                 clip_action=np.array(["walk", "climb", "sit"]))
    assert archive_names(path) == ["walk", "climb", "wave"]
    climb, wave = load_motions(path, split=2)
    assert (climb.name, climb.kind, climb.split, climb.floor, climb.rate_hz) == ("climb", "style", 2, False, 60)
    assert climb.action == "climb"
    assert wave.floor


@pytest.mark.parametrize(
    ("changes", "error", "says"),
    [
        ({"clip_len": np.array([4, 5, 7], np.int32)}, InputInvalid, "outside the archive's 15 frames"),
        ({"clip_skeleton": np.array([0, 1, 2], np.int16)}, InputInvalid, "skeleton"),
        ({"fps": np.array([30, 0, 60], np.float32)}, InputInvalid, "fps"),
        ({"quat": np.zeros((15, 24, 4), np.int16)}, InputInvalid, "22, 4"),
        ({"split": np.zeros(2, np.int8)}, InputInvalid, "split not as long"),
        ({"offsets": None}, InputInvalid, "lacks offsets"),
        ({"trans": np.full((15, 3), np.nan, np.float32)}, NotFinite, "first in row 0 of 15"),
    ],
)
def test_refuses(tmp_path: Path, changes: dict[str, Any], error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        load_motions(saved(tmp_path / "bad.npz", **changes))


def test_refuses_what_is_no_archive(tmp_path: Path) -> None:
    with pytest.raises(InputMissing, match="no such file"):
        load_motions(tmp_path / "none.npz")
    (tmp_path / "text.npz").write_text("hello")
    with pytest.raises(InputInvalid, match="not a NumPy"):
        load_motions(tmp_path / "text.npz")
    whole = saved(tmp_path / "whole.npz").read_bytes()
    (tmp_path / "cut.npz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputInvalid, match="not a NumPy"):
        load_motions(tmp_path / "cut.npz")


@pytest.mark.skipif(not ARCHIVES.is_dir(), reason="the shared motion archives are not beside this checkout")
def test_climbing_and_terrain_have_no_floor() -> None:
    without = {motion.name[:6] for motion in load_motions(ARCHIVES / "cmu_more.npz") if not motion.floor}
    assert without == {"cmu_01", "cmu_03"}
