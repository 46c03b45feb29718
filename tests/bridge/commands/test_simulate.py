from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from bridge.capture.mcap import read_recording
from bridge.cli import main
from bridge.commands.simulate import trackers
from bridge.errors import TrackerUnknown
from bridge.export.npz import write_npz
from bridge.frames import JOINT_INDEX, Motion


@pytest.fixture
def motion_file(tmp_path: Path, swaying: Callable[..., Motion]) -> Path:
    write_npz(tmp_path / "sway_poses.npz", swaying(seconds=4))
    return tmp_path / "sway_poses.npz"


def simulated(motion_file: Path, words: str = "") -> Path:
    """The one session `posebridge simulate` makes of the file with these arguments."""
    out = motion_file.parent / "out"
    assert main(["simulate", str(motion_file), "--out", str(out), *words.split()]) == 0
    (path,) = out.glob("*.mcap")
    return path


def test_the_session_has_every_frame_and_its_truth(motion_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = simulated(motion_file)
    session = read_recording(path).session()
    assert len(session.clip) == 240
    assert session.truth is not None
    assert capsys.readouterr().out == f"{path}\n"


def test_noise_rate_and_trackers_are_those_asked_for(motion_file: Path) -> None:
    session = read_recording(simulated(motion_file, "--rate 90 --noise-mm 10 --trackers head,pelvis")).session()
    assert session.clip.rate_hz == 90
    assert [tracker.joint for tracker in session.setup.trackers] == [JOINT_INDEX["head"], JOINT_INDEX["pelvis"]]
    assert session.setup.noise.position_sd_m == pytest.approx(0.01)
    assert session.truth is not None
    off = session.clip.positions_m[:, 1] - session.truth.root_position_m
    assert off.std() == pytest.approx(0.01, rel=0.15)


def test_hands_are_lost_for_their_share_and_the_head_is_not(motion_file: Path) -> None:
    seen = read_recording(simulated(motion_file, "--lost-hands 1")).session().clip.position_valid
    assert seen.mean(axis=0).tolist() == [1, 0, 0]


def test_the_same_seed_reads_the_same(motion_file: Path) -> None:
    first = read_recording(simulated(motion_file)).session().clip.positions_m
    again = read_recording(simulated(motion_file)).session().clip.positions_m
    np.testing.assert_array_equal(first, again)


@pytest.mark.parametrize(
    ("words", "code"),
    [("--lost-hands 2", 2), ("--noise-mm -1", 2), ("--rate 0", 2), ("--limit 0", 2), ("--trackers tail", 44),
     ("--split test", 4)],
)
def test_what_cannot_be_is_refused(motion_file: Path, words: str, code: int) -> None:
    folder = motion_file.parent / "tree" / "set" / "subject"
    folder.mkdir(parents=True)
    motion_file.rename(folder / motion_file.name)
    assert main(["simulate", str(motion_file.parent / "tree"), "--out", str(motion_file.parent / "out"),
                 *words.split()]) == code


def test_no_tracker_at_all_is_refused() -> None:
    with pytest.raises(TrackerUnknown):
        trackers(" , ")
