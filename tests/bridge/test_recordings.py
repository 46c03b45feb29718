from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bridge.capture.load import load_session
from bridge.frames import PoseFrame, Setup, TrackerFrame
from bridge.recordings import Recordings
from bridge.refusals import Refusal
from bridge.session import Session


def session(number: int, name: str = "Ada/../L") -> Session:
    return Session(bytes([number] * 16), number, Setup(), name, b"", 0)


class FullDisk:
    """A writer with room for one frame."""

    def __init__(self, path: Path, setup: Setup, name: str) -> None:
        self.frames = 0

    def add_trackers(self, frame: TrackerFrame) -> None:
        self.frames += 1
        if self.frames > 1:
            raise OSError(28, "No space left on device")

    def add_pose(self, pose: PoseFrame) -> None: ...

    def close(self) -> None: ...


def test_a_tape_is_a_session_file(
    tmp_path: Path, tracker_frame: Callable[..., TrackerFrame], pose_frame: Callable[..., PoseFrame]
) -> None:
    recordings, one = Recordings(tmp_path / "new", lambda: "now"), session(1)
    path = recordings.opened(one, asked=True)
    for sequence in range(1, 30):
        recordings.trackers(one, tracker_frame(sequence))
        recordings.pose(one, pose_frame(sequence))
    recordings.closed(one)
    assert path == tmp_path / "new" / "now-Ada-L.mcap"
    assert len(load_session(path).clip) == 29 and load_session(path).name == "Ada/../L"


def test_recording_everything_spares_the_tapes_that_were_asked_for(tmp_path: Path) -> None:
    recordings, asked, other, later = Recordings(tmp_path, lambda: "now"), session(1), session(2), session(3)
    own = recordings.opened(asked, asked=True)
    assert recordings.opened(other, asked=False) is None
    started = recordings.start_all([asked, other])
    started += [path for path in [recordings.opened(later, asked=False)] if path]
    recordings.closed(later)
    assert recordings.stop_all() == [started[1], started[0]] and own not in started
    assert recordings.stop_all() == [] and recordings.opened(session(4), asked=False) is None
    assert len({own, *started}) == 3
    recordings.closed(asked)


def test_a_full_disk_ends_the_tape_and_says_so_once(
    tmp_path: Path, tracker_frame: Callable[..., TrackerFrame]
) -> None:
    recordings, one = Recordings(tmp_path, lambda: "now", FullDisk), session(1)
    recordings.opened(one, asked=True)
    recordings.trackers(one, tracker_frame(1))
    with pytest.raises(Refusal, match=r"ends here.*No space"):
        recordings.trackers(one, tracker_frame(2))
    recordings.trackers(one, tracker_frame(3))


def test_a_folder_that_cannot_be_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Refusal, match="cannot record into"):
        Recordings(tmp_path / "file", lambda: "now").opened(session(1), asked=True)
