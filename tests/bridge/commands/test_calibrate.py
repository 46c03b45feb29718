"""The command: a table, a body or a session on it, and one line where the pose never occurs."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from bridge.capture.body_json import read_body
from bridge.capture.mcap import read_recording, write_session
from bridge.cli import main
from bridge.commands.calibrate import as_tall
from bridge.errors import UnitInvalid
from bridge.frames import JOINT_COUNT, Motion, Session, Setup, Skeleton
from bridge.simulate import as_session

TALL = 1.08
PELVIS_M = 0.96


def t_pose(scale: float = TALL, seconds: float = 3.0) -> Session:
    """A tall person in the T-pose who is told to be neutral, facing somewhere."""
    count = round(60 * seconds)
    local = np.tile(np.array([0, 0, 0, 1], np.float32), (count, JOINT_COUNT, 1))
    local[:, 0] = Rotation.from_euler("Y", 1.2).as_quat()
    skeleton = Skeleton((scale * Skeleton().offsets_m).astype(np.float32))
    root = np.tile(np.array([1.0, scale * PELVIS_M, 2.0], np.float32), (count, 1))
    session = as_session(Motion(skeleton, 60.0, root, local, name="tall"))
    return replace(session, setup=Setup())


@pytest.fixture
def held(tmp_path: Path) -> Path:
    write_session(tmp_path / "held.mcap", t_pose())
    return tmp_path / "held.mcap"


def standing_head_m(setup: Setup) -> float:
    return setup.skeleton.standing_head_height_m


def test_a_t_pose_makes_a_tall_body_for_solve(held: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = held.with_name("me.json")
    assert main(["calibrate", str(held), "--pose", "t-pose", "--out", str(out)]) == 0
    said = capsys.readouterr().out
    assert "t-pose, found at" in said and "| head height" in said
    assert "not observable here, so as told: mount on head" in said  # in a T-pose a mount looks like a longer bone
    assert standing_head_m(read_body(out, Setup())) / standing_head_m(Setup()) == pytest.approx(TALL, abs=0.03)


def test_the_session_comes_back_on_the_body_found(held: Path) -> None:
    out = held.with_name("again.mcap")
    assert main(["calibrate", str(held), "--pose", "standing", "--out", str(out)]) == 0
    before, after = read_recording(held).session(), read_recording(out).session()
    np.testing.assert_array_equal(before.clip.positions_m, after.clip.positions_m)
    assert standing_head_m(after.setup) / standing_head_m(before.setup) == pytest.approx(TALL, abs=0.03)


def test_where_nobody_holds_still_it_says_so_in_one_line(
    tmp_path: Path, swaying: Callable[..., Motion], capsys: pytest.CaptureFixture[str]
) -> None:
    write_session(tmp_path / "sway.mcap", as_session(swaying(seconds=4)))
    assert main(["calibrate", str(tmp_path / "sway.mcap"), "--pose", "t-pose"]) == 4
    said = capsys.readouterr()
    assert said.err.count("\n") == 1 and "no calibration" in said.err and said.out == ""


def test_a_told_height_is_where_it_starts() -> None:
    session = t_pose()
    assert as_tall(session, None) is session
    tall = as_tall(session, 1.7 * TALL).setup
    assert standing_head_m(tall) / standing_head_m(Setup()) == pytest.approx(TALL, abs=0.01)
    with pytest.raises(UnitInvalid):
        as_tall(session, 180.0)


@pytest.mark.parametrize(
    ("words", "code"),
    [("calibrate none.mcap", 3), ("calibrate none.mcap --out body.txt", 2), ("calibrate none.mcap --pose sitting", 2),
     ("solve none.mcap --out out --body b.json --calibrate", 2)],
)
def test_what_does_not_fit_together_is_refused(tmp_path: Path, words: str, code: int) -> None:
    assert main([word if not word.startswith("out") else str(tmp_path / word) for word in words.split()]) == code
