"""What a client may ask for: all that can be known to be wrong is refused, and nothing it names is read."""
from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

import pytest

from bridge.checks import TooLarge
from bridge.errors import InputInvalid, InputMissing, PoseBridgeError, UnitInvalid
from bridge.jobs.door import looked_at, output_stems
from bridge.jobs.job import Input, Task
from bridge.messages import ErrorCode
from bridge.refusals import Refusal


@pytest.fixture
def place(bench: Any) -> Any:
    """The bench with files of other problems: a.bvh, seen.json, camera.json, and a folder as OpenPose leaves one."""
    for name in ("a.bvh", "seen.json", "camera.json"):
        (bench.allowed / name).write_text(name)
    (bench.allowed / "take").mkdir()
    for number in range(3):
        (bench.allowed / "take" / f"take_{number}_keypoints.json").write_text("{}")
    return bench


def looked(bench: Any, *files: str, **asked: Any) -> Any:
    return looked_at(bench.asked(*files, **asked), bench.roots, bench.limits)


def test_sessions_without_options_are_what_they_were(bench: Any) -> None:
    plain = looked(bench, "a.mcap", "b.mcap", formats=("npz", "bvh"))
    assert plain.task == Task() and plain.formats == ("bvh", "npz") and len(plain.inputs) == 2
    assert looked(bench, "a.mcap", "b.mcap", formats=("bvh", "npz"), options=(("bvh-unit", "cm"),)) == plain
    assert looked(bench, "a.mcap", options=(("bvh-unit", "m"),)).task.options


def test_who_means_the_same_asks_for_the_same(place: Any) -> None:
    usual = looked(place, "a.bvh", problem="clean")
    assert looked(place, "a.bvh", problem="clean", options=(("strength", "1"),)) == usual
    assert looked(place, "a.bvh", problem="clean", options=(("strength", "1.5"),)) != usual


def test_the_files_that_options_name_belong_to_the_job(place: Any) -> None:
    camera = f"{place.allowed}/camera.json"
    wanted = looked(place, "seen.json", "take", problem="lift", options=(("camera", camera), ("rate", "30")))
    assert [one.path for one in wanted.inputs] == [f"{place.allowed}/seen.json", f"{place.allowed}/take"]
    assert [one.path for one in wanted.task.beside] == [camera] and output_stems(wanted.inputs, "lift") == [
        "seen", "take"]
    (place.allowed / "camera.json").write_text("another")
    assert looked(place, "seen.json", "take", problem="lift", options=wanted.task.options).task != wanted.task


def test_all_views_are_one_row_and_each_seed_is_one(place: Any) -> None:
    views = tuple(("view", f"{place.allowed}/{name}:{place.allowed}/camera.json") for name in ("seen.json", "take"))
    wanted = looked(place, problem="lift", options=views)
    assert [one.path for one in wanted.inputs] == [f"{place.allowed}/seen.json"] and len(wanted.task.beside) == 3
    made = looked(place, problem="generate", options=(("seed", "4"), ("count", "2")))
    assert made.inputs == (Input("seed 4", 0, 0), Input("seed 5", 0, 0))
    assert output_stems(made.inputs, "generate") == ["generated4", "generated5"]


def test_a_clip_of_an_archive_is_named_as_its_command_does(place: Any) -> None:
    (place.allowed / "clips.npz").write_bytes(b"-")
    wanted = looked(place, "clips.npz#walk", "clips.npz#run", problem="clean")
    assert output_stems(wanted.inputs, "clean") == ["walk", "run"] and wanted.inputs[0].size == 1
    with pytest.raises(InputInvalid, match=r"clips\.npz would be written over a file of the job"):
        looked(place, "clips.npz#clips", problem="clean", out="")


def test_nothing_is_written_over_a_file_that_an_option_names(place: Any) -> None:
    with pytest.raises(InputInvalid, match=r"a\.npz would be written over a file of the job"):
        (place.allowed / "a.npz").write_bytes(b"")
        looked(place, problem="lift", out="", options=(
            ("view", f"{place.allowed}/a.bvh:{place.allowed}/camera.json"),
            ("view", f"{place.allowed}/a.npz:{place.allowed}/camera.json")))


@pytest.mark.parametrize(("problem", "files", "options", "error"), [
    ("fly", ["a.bvh"], {}, InputInvalid),
    ("clean", [], {}, InputInvalid),
    ("clean", ["a.bvh"], {"device": "cuda"}, InputInvalid),
    ("clean", ["a.bvh"], {"strength": "99"}, UnitInvalid),
    ("clean", ["none.bvh"], {}, InputMissing),
    ("clean", ["take"], {}, Refusal),
    ("complete", ["a.bvh"], {"missing-from": "/etc/passwd"}, Refusal),
    ("complete", ["a.bvh"], {"missing-from": "{allowed}/none.json"}, InputMissing),
    ("generate", [], {"start": "{allowed}/../a.bvh:3"}, Refusal),
    ("generate", [], {"path": "/proc/self/x.json"}, Refusal),
    ("generate", [], {"count": "257"}, TooLarge),
    ("generate", [], {"count": "1000000000"}, TooLarge),
    ("lift", ["seen.json"], {"camera": "/dev/zero"}, Refusal),
    ("lift", ["seen.json"], {"body": "relative.json"}, Refusal),
    ("lift", [], {"view": "{allowed}/seen.json:/etc/shadow"}, Refusal),
])
def test_what_cannot_be_is_refused(
    place: Any, problem: str, files: list[str], options: dict[str, str], error: type[PoseBridgeError]
) -> None:
    told = tuple((name, value.format(allowed=place.allowed)) for name, value in options.items())
    with pytest.raises(error) as refused:
        looked(place, *files, problem=problem, options=told)
    assert error is not Refusal or refused.value.code is ErrorCode.PATH_REFUSED  # type: ignore[attr-defined]


def test_a_folder_with_a_link_or_too_many_files_is_refused(place: Any) -> None:
    place.limits = replace(place.limits, job_folder_files=2)
    with pytest.raises(TooLarge, match=r"3 files in .*take; at most 2"):
        looked(place, "take", problem="lift")
    place.limits = replace(place.limits, job_folder_files=9)
    os.symlink("/etc/passwd", place.allowed / "take" / "take_9_keypoints.json")
    with pytest.raises(Refusal, match=r"take_9_keypoints\.json.* is no regular file"):
        looked(place, "take", problem="lift")
