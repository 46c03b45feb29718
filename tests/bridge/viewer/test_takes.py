from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bridge.capture.mcap import SessionWriter, read_recording, write_session
from bridge.capture.steady import clip_frames
from bridge.errors import InputInvalid, InputMissing
from bridge.export.npz import write_npz
from bridge.frames import Motion, PoseFrame, Session, Setup, TrackerClip
from bridge.simulate import as_session
from bridge.viewer.takes import answered, is_session, motion_take, read_motion, recorded_take, solved_take


class Knowing:
    """A solver that knows the answer."""

    def __init__(self, answer: Motion) -> None:
        self.answer = answer

    def solve_clip(self, setup: Setup, clip: TrackerClip, on_progress: object = None) -> Motion:
        return self.answer


def test_a_session_is_solved_and_carries_its_truth(swaying: Callable[..., Motion]) -> None:
    motion = swaying()
    session = as_session(motion)
    take = solved_take("a", session, None, Knowing(motion), lambda done, total: None)
    assert take.at(1.0).apart_cm == pytest.approx(0) and take.session is session
    bare = replace(session, truth=None)
    assert solved_take("a", bare, None, Knowing(motion), lambda done, total: None).truth is None
    given = solved_take("a", bare, motion, Knowing(motion), lambda done, total: None)
    assert given.at(1.0).apart_cm == pytest.approx(0)


def test_a_solved_file_is_shown_as_it_is_with_its_confidence(tmp_path: Path, swaying: Callable[..., Motion]) -> None:
    sure = np.full((120, 22), 0.25, np.float32)
    write_npz(tmp_path / "a.npz", replace(swaying(), confidence=sure))
    take = motion_take("a", tmp_path / "a.npz", swaying())
    moment = take.at(0.5)
    assert moment.confidence is not None and moment.confidence[0] == 0.25 and moment.measured is None
    assert moment.apart_cm == pytest.approx(0, abs=1e-3)
    assert not is_session(tmp_path / "a.npz") and is_session(tmp_path / "a.MCAP")


def test_the_truth_of_a_session_is_a_motion(tmp_path: Path, swaying: Callable[..., Motion]) -> None:
    session = as_session(swaying())
    write_session(tmp_path / "a.mcap", session)
    assert len(read_motion(tmp_path / "a.mcap")) == 120
    write_session(tmp_path / "b.mcap", Session(session.setup, session.clip))
    with pytest.raises(InputInvalid, match=r"b\.mcap: the session carries no truth"):
        read_motion(tmp_path / "b.mcap")
    with pytest.raises(InputMissing):
        read_motion(tmp_path / "none.npz")


def test_what_was_answered_live_is_held_until_the_next_answer(
    tmp_path: Path, standing: Callable[..., TrackerClip], pose_frame: Callable[..., PoseFrame]
) -> None:
    path = tmp_path / "a.mcap"
    with SessionWriter(path, Setup(), "a") as writer:
        for frame in clip_frames(standing(10)):
            writer.add_trackers(frame)
            if frame.sequence in (3, 7):
                root = np.array([frame.sequence, 0.9, 0], np.float32)
                writer.add_pose(replace(pose_frame(), time_ns=frame.time_ns, root_position_m=root))
    motion = answered(read_recording(path), 10, 60.0)
    assert motion.root_position_m[:, 0].tolist() == [3] * 6 + [7] * 4
    take = recorded_take("a, live", path)
    assert take.session is not None and take.at(0).confidence is not None


def test_a_session_without_answers_says_so(tmp_path: Path, swaying: Callable[..., Motion]) -> None:
    write_session(tmp_path / "a.mcap", as_session(swaying()))
    with pytest.raises(InputInvalid, match="nothing was answered live"):
        recorded_take("a", tmp_path / "a.mcap")
    with pytest.raises(InputInvalid, match="only a session file"):
        recorded_take("a", tmp_path / "a.csv")
