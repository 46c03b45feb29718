from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bridge.capture.mcap import write_session
from bridge.cli import main
from bridge.export.npz import write_npz
from bridge.frames import Motion
from bridge.keypoints.camera import camera_of_fov, posed
from bridge.keypoints.camera_file import write_camera
from bridge.simulate import Loss, as_session


def told(capsys: pytest.CaptureFixture[str], *words: object) -> str:
    assert main(["info", *map(str, words)]) == 0
    return capsys.readouterr().out


def test_a_session_says_its_length_truth_and_how_well_it_was_seen(
    tmp_path: Path, swaying: Callable[..., Motion], capsys: pytest.CaptureFixture[str]
) -> None:
    write_session(tmp_path / "take.mcap", as_session(swaying(), losses=[Loss(2, 0.5, 1.0)]))
    said = told(capsys, tmp_path / "take.mcap")
    assert "120 frames at 60 Hz, 2.00 s" in said
    assert "truth    known" in said
    assert "R_wrist" in said
    assert "75.0" in said


def test_a_cut_off_session_says_so(
    tmp_path: Path, swaying: Callable[..., Motion], capsys: pytest.CaptureFixture[str]
) -> None:
    write_session(tmp_path / "take.mcap", as_session(swaying()))
    whole = (tmp_path / "take.mcap").read_bytes()
    (tmp_path / "cut.mcap").write_bytes(whole[: len(whole) // 2])
    assert "damage   " in told(capsys, tmp_path / "cut.mcap")


def test_hands_that_look_exchanged_are_a_line(
    tmp_path: Path, swaying: Callable[..., Motion], capsys: pytest.CaptureFixture[str]
) -> None:
    session = as_session(swaying(seconds=6))
    write_session(tmp_path / "right.mcap", session)
    other = [0, 2, 1]
    clip = replace(session.clip, positions_m=session.clip.positions_m[:, other],
                   rotations_xyzw=session.clip.rotations_xyzw[:, other])
    write_session(tmp_path / "wrong.mcap", replace(session, clip=clip))
    assert "hands    " not in told(capsys, tmp_path / "right.mcap")
    assert "hands    " in told(capsys, tmp_path / "wrong.mcap")


def test_motion_is_told_by_split_and_clip(
    tmp_path: Path, swaying: Callable[..., Motion], capsys: pytest.CaptureFixture[str]
) -> None:
    write_npz(tmp_path / "sway_poses.npz", swaying())
    said = told(capsys, tmp_path / "sway_poses.npz", "--clips")
    assert "120 frames at 60 Hz, 2.00 s" in said
    assert "sway_poses" in said


@pytest.mark.parametrize(("name", "code"), [("none.mcap", 3), ("none.npz", 3), ("picture.jpg", 4)])
def test_what_is_not_there_or_no_session_has_a_code_of_its_own(tmp_path: Path, name: str, code: int) -> None:
    (tmp_path / "picture.jpg").write_bytes(b"\xff\xd8")
    assert main(["info", str(tmp_path / name)]) == code


def test_keypoints_say_who_is_seen_and_what_is_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [{"image_id": number, "category_id": 1, "score": 0.9,
             "keypoints": [value for place in range(17) for value in (x, size * place, 0.5)]}
            for number in range(6) for x, size in ((100, 5), (900, 2)) if number < 4 or size == 5]
    (tmp_path / "seen.json").write_text(json.dumps(rows))
    said = told(capsys, tmp_path / "seen.json")
    assert "keypoints COCO-17 of seen" in said and "6 frames at a rate that it does not say (lift --rate)" in said
    assert "people   2" in said and "lift --size" in said
    (first, second) = (line.split("|")[2:4] for line in said.splitlines()[-2:])
    assert [cell.strip() for cell in (*first, *second)] == ["6", "0 to 5", "4", "0 to 3"]


def test_a_camera_says_what_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_camera(tmp_path / "walk.camera.json", posed(camera_of_fov((1280, 720), 60), 1.5, 6.0))
    said = told(capsys, tmp_path / "walk.camera.json")
    assert "1280x720 pixels, 60.0 x 36.0 degrees, no distortion" in said
    assert "stands   1.50 m high, 6.0 deg down" in said
    bare = {"width": 640, "height": 480, "fx": 500, "fy": 500, "cx": 320, "cy": 240, "distortion": [0.1, 0, 0, 0]}
    (tmp_path / "bare.json").write_text(json.dumps(bare))
    said = told(capsys, tmp_path / "bare.json")
    assert "a lens that bends" in said and "where it stands is not said" in said


def test_a_file_that_cannot_be_read_does_not_hide_the_others(
    tmp_path: Path, swaying: Callable[..., Motion], capsys: pytest.CaptureFixture[str]
) -> None:
    write_npz(tmp_path / "sway_poses.npz", swaying())
    assert main(["info", str(tmp_path / "none.mcap"), str(tmp_path / "picture.jpg"),
                 str(tmp_path / "sway_poses.npz")]) == 3
    out, err = capsys.readouterr()
    assert "sway_poses.npz" in out and "120" in out and err.count("posebridge:") == 2


def test_a_folder_and_a_video_with_nobody_in_it_are_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty").mkdir()
    for name in ("empty", "nowhere"):
        assert main(["info", str(tmp_path / name)]) == 3
    said = capsys.readouterr().err
    assert "empty: neither OpenPose's keypoints" in said and "nowhere: no such file or folder" in said
    for number in range(3):
        (tmp_path / f"take_{number:012d}_keypoints.json").write_text(json.dumps({"people": []}))
    said = told(capsys, tmp_path)
    assert "3 frames" in said and "people   nobody is seen" in said and "|" not in said
