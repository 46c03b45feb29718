"""The one door: which reader takes a file, clips of an archive by name, damage said aloud."""
from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import pytest

from bridge.capture.load import load_session
from bridge.capture.mcap import write_session
from bridge.demo_motion import demo_motion
from bridge.errors import InputInvalid, InputMissing, TooShort
from bridge.export.npz import write_npz
from bridge.simulate import as_session


def archive(path: Path, names: list[str], frames: int = 4) -> Path:
    count = len(names)
    quat = np.zeros((count * frames, 22, 4), np.int16)
    quat[..., 0] = 32767
    np.savez(
        path, quat=quat, trans=np.ones((count * frames, 3), np.float32), offsets=np.ones((1, 22, 3), np.float32),
        clip_start=np.arange(count) * frames, clip_len=np.full(count, frames), clip_skeleton=np.zeros(count, int),
        fps=np.full(count, 30.0), clip_name=np.array(names), clip_subject=np.array(["cmu01"] * count),
        clip_style=np.array(["amc"] * count), split=np.zeros(count, np.int8),
    )
    return path


def test_a_named_clip_of_an_archive(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = archive(tmp_path / "clips.npz", ["walk", "wave"])
    with caplog.at_level(logging.WARNING):
        session = load_session(path.with_name("clips.npz#wave"))
        assert (session.name, session.setup.floor_height_m) == ("wave", None)
        assert session.truth is not None
        assert not caplog.records
        assert load_session(path).name == "walk"
    assert "taking walk, the first of 2 clips" in caplog.text


def test_a_clip_that_is_not_there(tmp_path: Path) -> None:
    path = archive(tmp_path / "clips.npz", ["walk", "wave"])
    with pytest.raises(InputInvalid, match="no clip 'run' among its 2: walk, wave"):
        load_session(path.with_name("clips.npz#run"))


def test_solved_motion_is_a_session_too(tmp_path: Path) -> None:
    motion = demo_motion(10.0)
    write_npz(tmp_path / "solved.npz", motion)
    session = load_session(tmp_path / "solved.npz")
    assert len(session.clip) == len(motion)
    assert session.setup.floor_height_m == 0.0


def test_a_damaged_session_is_read_as_far_as_it_goes_and_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write_session(tmp_path / "a.mcap", as_session(demo_motion(20.0)))
    whole = (tmp_path / "a.mcap").read_bytes()
    (tmp_path / "a.mcap").write_bytes(whole[: len(whole) // 2])
    with caplog.at_level(logging.WARNING):
        session = load_session(tmp_path / "a.mcap")
    assert 100 < len(session.clip) < 410
    assert session.truth is not None and len(session.truth) == len(session.clip)
    assert "cut off" in caplog.text


def test_refuses_with_the_files_name(tmp_path: Path) -> None:
    write_session(tmp_path / "short.mcap", as_session(demo_motion(0.05)))
    with pytest.raises(TooShort, match=r"short\.mcap: 1 frames"):
        load_session(tmp_path / "short.mcap")
    with pytest.raises(TooShort, match="walk has 2 frames"):
        load_session(archive(tmp_path / "two.npz", ["walk"], frames=2))
    with pytest.raises(InputMissing, match=r"none\.csv: no such file"):
        load_session(tmp_path / "none.csv")
    with pytest.raises(InputInvalid, match=r"kind \.fbx is no session; allowed are \.mcap, \.csv, \.pcap, "):
        load_session(tmp_path / "a.fbx")
    with pytest.raises(InputInvalid, match="a folder is no session"):
        load_session(tmp_path)
