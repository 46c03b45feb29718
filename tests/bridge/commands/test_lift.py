"""posebridge lift, from flags to files: its parts with a known answer in place of the solver's, and once the whole."""
from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from shutil import copytree

import numpy as np
import pytest

from bridge.capture.load import load_motions
from bridge.cli import main
from bridge.commands.formats import Formats
from bridge.commands.lift import arguments, check
from bridge.commands.lift_job import jobs_of, order_of, parts_of
from bridge.commands.lift_results import about, doubts, found_bones, stature_m, write_lifted
from bridge.demo_motion.shipped import demo_session
from bridge.errors import InputInvalid, UsageError
from bridge.export.bvh import write_bvh
from bridge.frames import Motion, Skeleton
from bridge.keypoints.camera_file import read_camera, write_camera
from bridge.keypoints.lifting import FoundScale, FoundStand, LiftedMotion, LiftOrder
from bridge.resample_motion import resample_motion

Parsed = Callable[..., argparse.Namespace]


@pytest.fixture(scope="module")
def walk() -> Motion:
    truth = demo_session().truth
    assert truth is not None
    cut = slice(240, 300)
    short = replace(truth, root_position_m=truth.root_position_m[cut], local_xyzw=truth.local_xyzw[cut], name="walk")
    return resample_motion(short, 30.0)


@pytest.fixture(scope="module")
def shot(tmp_path_factory: pytest.TempPathFactory, walk: Motion) -> Path:
    folder = tmp_path_factory.mktemp("shot")
    write_bvh(folder / "walk.bvh", walk)
    words = "--keypoints coco --lost 0.1".split()
    assert main(["simulate", str(folder / "walk.bvh"), "--out", str(folder / "seen"), *words]) == 0
    return folder


@pytest.fixture
def seen(tmp_path: Path, shot: Path) -> Path:
    """A folder with the walk as COCO's results, walk.json, and its camera."""
    copytree(shot, tmp_path, dirs_exist_ok=True)
    return tmp_path / "seen"


@pytest.fixture
def parsed(tmp_path: Path) -> Parsed:
    def parse(*words: object) -> argparse.Namespace:
        parser = argparse.ArgumentParser()
        arguments(parser)
        args = parser.parse_args([*map(str, words), "--out", str(tmp_path / "out")])
        check(args)
        return args

    return parse


def order(parsed: Parsed, *words: object) -> LiftOrder:
    args = parsed(*words)
    (job,) = jobs_of(args)
    return order_of(job, args)


def test_a_camera_that_says_where_it_stands_is_kept_and_the_size_is_found(seen: Path, parsed: Parsed) -> None:
    asked = order(parsed, seen / "walk.json", "--rate", 30, "--camera", seen / "walk.camera.json")
    assert asked.views[0].placed and not (asked.size_known or asked.bones_known)
    assert (asked.hypotheses, asked.floor_m) == (5, 0.0)
    np.testing.assert_allclose(asked.views[0].camera.rotation, read_camera(seen / "walk.camera.json")[0].rotation)
    told = order(parsed, seen / "walk.json", "--rate", 30, "--camera", seen / "walk.camera.json",
                 "--person-height", 1.87)
    assert told.size_known and stature_m(told.skeleton) == pytest.approx(1.87)


def test_without_a_camera_there_is_a_usual_one_to_be_placed(seen: Path, parsed: Parsed) -> None:
    asked = order(parsed, seen / "walk.json", "--rate", 30, "--size", "1920x1080")
    assert not asked.views[0].placed and asked.size_known and not asked.bones_known
    assert asked.views[0].camera.fov_deg[0] == pytest.approx(60)
    assert stature_m(asked.skeleton) == pytest.approx(1.70)
    tall = order(parsed, seen / "walk.json", "--rate", 30, "--size", "1080x1920", "--fov", 70, "--fov-axis", "vertical")
    assert tall.views[0].camera.fov_deg[1] == pytest.approx(70)


def test_a_camera_on_a_tripod(seen: Path, parsed: Parsed) -> None:
    asked = order(parsed, seen / "walk.json", "--rate", 30, "--size", "1920x1080", "--camera-height", 1.4,
                  "--camera-pitch", 6, "--floor", "unknown")
    camera = asked.views[0].camera
    assert asked.views[0].placed and asked.floor_m is None
    assert camera.place_m[1] == pytest.approx(1.4) and camera.pitch_deg == pytest.approx(6)


def test_several_views_are_one_job(seen: Path, parsed: Parsed) -> None:
    view = f"{seen / 'walk.json'}:{seen / 'walk.camera.json'}"
    args = parsed("--view", view, "--view", view, "--rate", 30)
    (job,) = jobs_of(args)
    assert job.name == "walk" and len(order_of(job, args).views) == 2
    assert [job.name for job in jobs_of(parsed(seen / "walk.json", "other/walk.json"))] == ["walk", "walk-2"]


def test_cameras_beside_the_keypoints_are_theirs(
    seen: Path, parsed: Parsed, capsys: pytest.CaptureFixture[str]
) -> None:
    """As a shell's seen/* names them."""
    everything = sorted(seen.iterdir())
    (job,) = jobs_of(parsed(*everything))
    assert job.files == ((seen / "walk.json", seen / "walk.camera.json"),) and not capsys.readouterr().err
    (job,) = jobs_of(parsed(*everything, "--fov", 60))
    assert job.files == ((seen / "walk.json", None),) and "not used: another is told" in capsys.readouterr().err
    (seen / "walk.json").rename(seen / "run.json")
    (job,) = jobs_of(parsed(*sorted(seen.iterdir())))
    assert job.files == ((seen / "run.json", None),) and "no keypoints of its name" in capsys.readouterr().err
    with pytest.raises(UsageError, match="is a camera's; the keypoints that it saw are needed"):
        jobs_of(parsed(seen / "walk.camera.json"))


def test_a_camera_that_moves_must_last(seen: Path, parsed: Parsed) -> None:
    camera, _ = read_camera(seen / "walk.camera.json")
    for frames in (29, 30, 40):
        moving = replace(camera, rotation=np.stack([camera.rotation] * frames),
                         translation=np.linspace(0, 1, 3 * frames).reshape(-1, 3))
        write_camera(seen / "moving.json", moving)
        words = seen / "walk.json", "--rate", 30, "--camera", seen / "moving.json"
        if frames < 30:
            with pytest.raises(InputInvalid, match="moves for 29 frames"):
                order(parsed, *words)
        else:
            assert order(parsed, *words).views[0].camera.rotation.shape == (30, 3, 3)


@pytest.mark.parametrize(("words", "said"), [
    ("", "give FILEs, each lifted by itself, or --view"),
    ("a.json --view b.json:c.json", "give FILEs, each lifted by itself, or --view"),
    ("--view b.json", "--view b.json: FILE:CAMERA is allowed"),
    ("--view b.json:c.json --camera d.json", "leave out --camera"),
    ("a.json --camera c.json --fov 60", "leave out --fov"),
    ("a.json --body b.json --person-height 1.8", "give one of them"),
    ("a.json --person-height 180", "--person-height 180: 0.5 to 2.6 is allowed"),
    ("a.json --rate 0", "--rate 0: 1 to 1000 is allowed"),
    ("a.json --fov 190", "--fov 190: 5 to 170 is allowed"),
    ("a.json --hypotheses 0", "--hypotheses 0: 1 to 100 is allowed"),
    ("a.json --camera-pitch 3", "whose --camera-height is told"),
    ("a.json --size 20", "'20' is no size; as 1920x1080"),
])
def test_what_cannot_be_is_said(words: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lift", *words.split(), "--out", str(tmp_path)]) == 2
    assert said in capsys.readouterr().err


def test_a_size_is_needed_and_must_fit(seen: Path, parsed: Parsed, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--size WIDTHxHEIGHT or --camera"):
        order(parsed, seen / "walk.json", "--rate", 30)
    assert main(["simulate", str(tmp_path / "walk.bvh"), "--out", str(seen), "--keypoints", "smpl22"]) == 0
    other = json.loads((seen / "walk.camera.json").read_text())
    (seen / "other.json").write_text(json.dumps({**other, "width": 640}))
    with pytest.raises((InputInvalid, UsageError), match="1920"):
        order(parsed, seen / "walk.npz", "--camera", seen / "other.json")


def test_results_depend_on_all_that_was_asked(seen: Path, parsed: Parsed) -> None:
    base = ("--rate", 30, "--size", "1920x1080")
    whole = [(seen / "walk.json", *base), (seen / "walk.json", *base, "--seed", 1),
             (seen / "walk.json", "--rate", 25, "--size", "1920x1080"),
             (seen / "walk.json", "--rate", 30, "--camera", seen / "walk.camera.json"),
             (seen / "other.json", *base)]
    (seen / "other.json").write_bytes((seen / "walk.json").read_bytes() + b" ")
    told = [json.dumps(parts_of(jobs_of(args)[0], args)) for words in whole for args in [parsed(*words)]]
    assert len(set(told)) == len(told)
    again = parsed(*whole[0])
    assert json.dumps(parts_of(jobs_of(again)[0], again)) == told[0]


def test_what_is_left_is_every_format_the_cameras_and_the_receipt(
    seen: Path, parsed: Parsed, tmp_path: Path, walk: Motion
) -> None:
    asked = order(parsed, seen / "walk.json", "--rate", 30, "--camera", seen / "walk.camera.json")
    found = [LiftedMotion(walk, -float(number), 0.2, asked.views, 4.0, None) for number in range(2)]
    told = about(asked, found)
    assert (told["frames"], told["hypotheses"], told["scores"]) == (30, 2, [0.0, -1.0])
    assert 80 < told["seen_percent"] < 97 and told["camera"] == "1.50 m high, 8.6 deg down"
    write_lifted(tmp_path / "out", "walk", found, Formats(("bvh", "npz", "png", "glb")), {"a": 1}, told)
    kinds = ("bvh", "npz", "png", "glb")
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        *(f"walk.{kind}" for kind in kinds), *(f"walk.h2.{kind}" for kind in kinds), "walk.camera.json",
        "walk.solved.json"}
    assert read_camera(tmp_path / "out" / "walk.camera.json")[1]
    assert len(load_motions(tmp_path / "out" / "walk.bvh")[0]) == 30


def test_a_broken_file_does_not_stop_the_others_and_the_same_again_is_up_to_date(
    seen: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The one run of the whole command, on a second of the walk."""
    (seen / "broken.json").write_text("[")
    words = ["lift", str(seen / "broken.json"), str(seen / "walk.json"), "--rate", "30", "--camera",
             str(seen / "walk.camera.json"), "--out", str(tmp_path / "out"), "--hypotheses", "1",
             "--formats", "npz,png"]
    assert main(words) == 4
    told = capsys.readouterr()
    assert "broken.json: not JSON" in told.err and "1 lifted, 0 up to date, 1 failed" in told.out
    first = (tmp_path / "out" / "walk.npz").read_bytes()
    truth, found = load_motions(tmp_path / "walk.bvh")[0], load_motions(tmp_path / "out" / "walk.npz")[0]
    assert len(found) == len(truth) and found.rate_hz == 30
    assert np.linalg.norm(found.root_position_m - truth.root_position_m, axis=-1).mean() < 0.3
    assert main(words) == 4
    assert "0 lifted, 1 up to date, 1 failed" in capsys.readouterr().out
    assert (tmp_path / "out" / "walk.npz").read_bytes() == first


def test_who_is_hardly_upright_or_stays_in_place_is_told_of(seen: Path, parsed: Parsed, walk: Motion) -> None:
    assert stature_m(Skeleton()) == pytest.approx(1.70)
    asked = order(parsed, seen / "walk.json", "--rate", 30, "--camera", seen / "walk.camera.json")
    stands = FoundStand(0.05, 0.12, 2.0), FoundStand(0.2, 0.12, 2.0), FoundStand(0.05, 0.43, 8.0), None
    told = [about(asked, [LiftedMotion(walk, 0.0, 0.2, asked.views, 4.0, stand)]) for stand in stands]
    assert json.loads(json.dumps(told)) == told
    assert told[0]["camera"].endswith("m high, 8.6 deg down, give or take 12 % and 2.0 deg")
    sure, leaning, guessed, known = map(doubts, told)
    assert not sure and not known
    assert "hardly upright (0.2 m off plumb)" in leaning[0]
    assert "hardly tells where the camera is (1.50 m high, 8.6 deg down, give or take 43 %" in guessed[0]


def test_a_focal_length_that_was_not_believed_is_said(seen: Path, parsed: Parsed, walk: Motion) -> None:
    asked = order(parsed, seen / "walk.json", "--rate", 30, "--camera", seen / "walk.camera.json")
    kept, other = (about(asked, [LiftedMotion(walk, 0.0, 0.2, asked.views, 4.0, focal=times)])
                   for times in (1.0, 0.928))
    assert not doubts(kept) and other["focal_times"] == 0.928
    assert "lifted with 0.93 times it" in doubts(other)[0]


def test_bones_that_were_found_are_said(seen: Path, parsed: Parsed, walk: Motion) -> None:
    asked = order(parsed, seen / "walk.json", "--rate", 30, "--camera", seen / "walk.camera.json")
    size, thighs = FoundScale(1.02, 0.03), FoundScale(1.12, 0.05)
    for bones, said in (({}, ""), ({"size": size}, "")):
        assert found_bones(about(asked, [LiftedMotion(walk, 0.0, 0.2, asked.views, 4.0, bones=bones)])) == said
    told = about(asked, [LiftedMotion(walk, 0.0, 0.2, asked.views, 4.0, bones={"size": size, "thighs": thighs})])
    assert told["bones"] == {"size": [1.02, 0.03], "thighs": [1.12, 0.05]}
    assert "times the usual adult's: thighs 1.12, on a body 1.70 m tall, each give or take 5 %" in found_bones(told)
