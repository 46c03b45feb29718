"""What is missing, as people say it."""
from __future__ import annotations

from pathlib import Path

import pytest

from bridge.commands.masks import missing_of, parse_missing, read_missing
from bridge.errors import InputInvalid, InputMissing, UsageError
from bridge.frames import JOINT_COUNT, JOINT_INDEX


def test_limbs_joints_and_frames() -> None:
    joints, root = missing_of([parse_missing("L_arm, head", "3-5"), parse_missing("root", "5")], 10)
    assert joints[2:5, JOINT_INDEX["L_elbow"]].all()
    assert joints[:, JOINT_INDEX["head"]].tolist() == [False] * 2 + [True] * 3 + [False] * 5
    assert int(joints.sum()) == 3 * 4
    assert root.tolist() == [False] * 4 + [True] + [False] * 5


def test_all_is_everything_everywhere() -> None:
    joints, root = missing_of([parse_missing("all", None)], 4)
    assert joints.shape == (4, JOINT_COUNT)
    assert joints.all()
    assert root.all()


def test_a_file_says_the_same(tmp_path: Path) -> None:
    file = tmp_path / "holes.json"
    file.write_text('[{"joints": "L_arm", "frames": "2-4"}, {"joints": ["head", "root"]}]')
    assert read_missing(file) == [parse_missing("L_arm", "2-4"), parse_missing("head,root", None)]


@pytest.mark.parametrize("text", ["{}x", '{"joints": "L_arm"}', '[{"frames": "1"}]', '[{"joints": "tail"}]', "[3]"])
def test_a_file_that_is_none_says_how_one_looks(text: str, tmp_path: Path) -> None:
    file = tmp_path / "holes.json"
    file.write_text(text)
    with pytest.raises(InputInvalid, match="not a list"):
        read_missing(file)


def test_errors_name_what_is_allowed(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"L_arms.*R_leg"):
        parse_missing("L_arms", None)
    with pytest.raises(UsageError):
        parse_missing(" , ", None)
    with pytest.raises(InputMissing):
        read_missing(tmp_path / "nothing.json")
    with pytest.raises(InputInvalid, match="of a clip of 10"):
        missing_of([parse_missing("head", "20-30")], 10)
