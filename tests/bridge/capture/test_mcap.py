"""Session files: there and back, kills and cuts at every byte, strange and damaged files."""
from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from mcap.writer import Writer

from bridge.capture.mcap import Recording, SessionWriter, read_recording, write_session
from bridge.capture.steady import clip_frames
from bridge.errors import InputInvalid, InputMissing, TooShort
from bridge.frames import JOINT_COUNT, Motion, Session, Setup, Skeleton
from bridge.simulate import Loss, as_session


def swaying(frames: int = 150, rate_hz: float = 60.0) -> Motion:
    """A T-pose rocking about X."""
    angle = 0.2 * np.sin(np.arange(frames) / rate_hz * 3)
    local = np.tile(np.array([0, 0, 0, 1], np.float32), (frames, JOINT_COUNT, 1))
    local[:, 3, 0], local[:, 3, 3] = np.sin(angle / 2), np.cos(angle / 2)
    root = np.tile(np.array([0, 0.94, 0], np.float32), (frames, 1))
    return Motion(Skeleton(), rate_hz, root, local, name="sway")


def lossy_session(frames: int = 150) -> Session:
    return as_session(swaying(frames), seed=1, losses=[Loss(1, 0.5, 1.0)])


def test_a_session_comes_back_as_it_was(tmp_path: Path) -> None:
    session = lossy_session()
    write_session(tmp_path / "a.mcap", session, start_ns=5_000_000_000)
    recording = read_recording(tmp_path / "a.mcap")
    again = recording.session()
    assert (recording.damage, again.name, again.clip.rate_hz) == ("", "sway", 60.0)
    np.testing.assert_array_equal(again.clip.positions_m, session.clip.positions_m)
    np.testing.assert_allclose(again.clip.rotations_xyzw, session.clip.rotations_xyzw, atol=1e-6)
    np.testing.assert_array_equal(again.clip.position_valid, session.clip.position_valid)
    assert again.truth is not None and session.truth is not None
    np.testing.assert_allclose(again.truth.local_xyzw, session.truth.local_xyzw, atol=1e-6)
    np.testing.assert_array_equal(again.setup.skeleton.offsets_m, session.setup.skeleton.offsets_m)
    assert list(tmp_path.iterdir()) == [tmp_path / "a.mcap"]


def test_without_a_close_all_but_the_last_half_second_is_there(tmp_path: Path) -> None:
    session = lossy_session()
    writer = SessionWriter(tmp_path / "killed.mcap", session.setup, "killed")
    frames = list(clip_frames(session.clip))
    for frame in frames:
        writer.add_trackers(frame)
    (tmp_path / "copy.mcap").write_bytes((tmp_path / "killed.mcap").read_bytes())
    recording = read_recording(tmp_path / "copy.mcap")
    writer.close()
    writer.close()
    assert frames[-1].time_ns - recording.frames[-1].time_ns < 0.51e9
    assert "cut off" in recording.damage and "frames" in recording.damage
    assert read_recording(tmp_path / "killed.mcap").damage == ""


@pytest.mark.parametrize("step", [43, pytest.param(1, marks=[pytest.mark.slow, pytest.mark.timeout(1800)])])
def test_a_file_cut_anywhere_gives_a_true_beginning_or_one_error(tmp_path: Path, step: int) -> None:
    session = as_session(swaying(24, rate_hz=20.0), seed=1)
    write_session(tmp_path / "whole.mcap", replace(session, truth=None))
    whole = (tmp_path / "whole.mcap").read_bytes()
    expected = session.clip.positions_m
    kept = set()
    cut = tmp_path / "cut.mcap"
    for length in range(0, len(whole), step):
        cut.write_bytes(whole[:length])
        try:
            recording = read_recording(cut)
        except InputInvalid:
            continue
        count = len(recording.frames)
        kept.add(count)
        np.testing.assert_array_equal([frame.positions_m for frame in recording.frames], expected[:count])
    assert {11, 21, 24} <= kept


def test_a_flipped_byte_is_noticed(tmp_path: Path) -> None:
    session = lossy_session(40)
    write_session(tmp_path / "a.mcap", session)
    whole = (tmp_path / "a.mcap").read_bytes()
    noticed = 0
    for place in range(3000, len(whole), 977):
        (tmp_path / "a.mcap").write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        try:
            recording = read_recording(tmp_path / "a.mcap")
        except InputInvalid as error:
            noticed += "damaged" in str(error)
            continue
        noticed += "damaged" in recording.damage
        for frame, positions in zip(recording.frames, session.clip.positions_m, strict=False):
            np.testing.assert_array_equal(frame.positions_m, positions)
    assert noticed >= 3


def test_frames_off_the_beat_are_put_on_it_and_a_gap_is_a_loss(tmp_path: Path) -> None:
    session = as_session(swaying(), seed=1)
    rng = np.random.default_rng(0)
    recording = Recording(session.setup, "jitter")
    for frame in clip_frames(session.clip, 10**9):
        if not 60 <= frame.sequence < 90:
            late = int(rng.uniform(0, 4e6))
            recording.frames.append(replace(frame, time_ns=frame.time_ns + late))
    clip = recording.session().clip
    assert clip.rate_hz == pytest.approx(60, rel=0.02)
    assert len(clip) == pytest.approx(150, abs=3)
    assert not clip.position_valid[62:86].any()
    assert clip.position_valid[:58].all() and clip.position_valid[92:].all()


def test_a_clock_that_jumps_is_refused() -> None:
    session = as_session(swaying(20), seed=1)
    recording = Recording(session.setup, "jump")
    recording.frames += [replace(f, time_ns=f.time_ns + (10**15 if f.sequence > 9 else 0)) for f in
                         clip_frames(session.clip)]
    with pytest.raises(InputInvalid, match=r"for 1000000 s after 0\.13 s"):
        recording.session()


def test_refuses_what_is_no_session(tmp_path: Path) -> None:
    with pytest.raises(InputMissing, match="no such file"):
        read_recording(tmp_path / "none.mcap")
    (tmp_path / "text.mcap").write_text("time,head\n")
    with pytest.raises(InputInvalid, match="not a session"):
        read_recording(tmp_path / "text.mcap")
    with (tmp_path / "other.mcap").open("wb") as file:
        writer = Writer(file)
        writer.start()
        writer.add_message(writer.register_channel("/imu", "json", 0), 0, b"{}", 0)
        writer.finish()
    with pytest.raises(InputInvalid, match="it has /imu"):
        read_recording(tmp_path / "other.mcap")
    with SessionWriter(tmp_path / "empty.mcap", Setup()):
        pass
    with pytest.raises(InputInvalid, match="it has /setup"):
        read_recording(tmp_path / "empty.mcap")


def test_a_frame_of_another_setup_is_refused(tmp_path: Path) -> None:
    session = lossy_session(10)
    other = replace(session.setup, trackers=session.setup.trackers[:2])
    with SessionWriter(tmp_path / "a.mcap", other) as writer:
        writer.add_trackers(next(clip_frames(session.clip)))
    with pytest.raises(InputInvalid, match="3 trackers, the session has 2"):
        read_recording(tmp_path / "a.mcap")


def test_two_frames_are_too_short(tmp_path: Path) -> None:
    write_session(tmp_path / "a.mcap", as_session(swaying(2)))
    with pytest.raises(TooShort, match="2 frames, 3 are needed"):
        read_recording(tmp_path / "a.mcap").session()


def test_never_writes_over_a_recording(tmp_path: Path) -> None:
    (tmp_path / "a.mcap").write_text("precious")
    with pytest.raises(FileExistsError):
        SessionWriter(tmp_path / "a.mcap", Setup())
