"""Options as they are said, and as a command's own parser understands them."""
from __future__ import annotations

import argparse

import pytest

from bridge.errors import PoseBridgeError, UnitInvalid, UsageError
from bridge.jobs.problems import (
    COMMANDS,
    OPTIONS,
    PROBLEMS,
    arguments,
    parsed,
    paths_in,
    rows_of,
    spoken,
    with_paths,
    words_of_row,
)
from bridge.messages_jobs import Options

OF_THE_PLACE = {"weights", "device", "threads", "force", "progress", "character", "armature", "character_formats",
                "blender"}
OF_EVERY_JOB = {"files", "out", "formats", "help"}
SAID: dict[str, Options] = {
    "solve": (("bvh-unit", "in"),),
    "lift": (("rate", "29.97"), ("size", "1920x1080"), ("floor", "unknown"), ("all-hypotheses", ""), ("seed", "3"),
             ("camera-height", "1.4"), ("body", "/a/me.json"), ("detector", "openpose")),
    "complete": (("missing", "L_arm,head"), ("frames", "1-3,7-20:2"), ("missing-from", "/a/b.json")),
    "inbetween": (("keys", "1,30,90"), ("spacing", "0.1")),
    "clean": (("strength", "2"),),
    "generate": (("seed", "5"), ("count", "3"), ("start", "/a/b.npz#walk:7"), ("path", "0,0;0,-3")),
}


def understood(problem: str, options: Options) -> argparse.Namespace:
    return parsed(problem, [] if problem == "generate" else ["/a.x"], "/out", ("bvh", "npz"), options)


@pytest.mark.parametrize("problem", PROBLEMS)
def test_every_flag_of_a_command_is_an_option_or_the_daemon_s_business(problem: str) -> None:
    whole = argparse.ArgumentParser()
    arguments(problem, whole, on_daemon=False)
    flags = {action.dest for action in whole._actions} - OF_EVERY_JOB
    assert flags - OF_THE_PLACE == {name.replace("-", "_") for name in OPTIONS[problem]}
    assert flags & OF_THE_PLACE and set(COMMANDS) | {"solve"} == set(PROBLEMS)


@pytest.mark.parametrize("problem", PROBLEMS)
def test_what_is_understood_is_said_the_same_way(problem: str) -> None:
    """And said so it is understood the same; usual values are said too, so that who says them means the same."""
    args = understood(problem, SAID[problem])
    told = spoken(problem, args)
    assert {name for name, _ in SAID[problem]} <= {name for name, _ in told}
    again = understood(problem, told)
    assert vars(again) == vars(args) and spoken(problem, again) == told


def test_views_are_said_one_by_one() -> None:
    views = (("view", "/a/left.json:/a/1.json"), ("view", "/a/right.json:/a/2.json"))
    args = parsed("lift", [], "/out", ("npz",), (*views, ("rate", "30")))
    told = spoken("lift", args)
    assert [one for one in told if one[0] == "view"] == list(views)
    assert rows_of("lift", args, []) == ["/a/left.json"] and words_of_row("/a/left.json", "lift", told) == (False, told)


def test_the_files_that_options_name_are_found_and_replaced() -> None:
    options = (("view", "/a/l.json:/a/c.json"), ("view", "/a/r.json:/a/c.json"), ("camera", "/a/k.json"),
               ("body", "/a/b.json"), ("missing-from", "/a/m.json"), ("start", "/a/s.npz#w:7"), ("path", "/a/p.json"),
               ("seed", "12"), ("missing", "L_arm"))
    assert paths_in(options) == ["/a/l.json", "/a/c.json", "/a/r.json", "/a/k.json", "/a/b.json", "/a/m.json",
                                 "/a/s.npz#w", "/a/p.json"]
    moved = with_paths(options, lambda path: path.replace("/a/", "/b/"))
    assert [value for _, value in moved] == [value.replace("/a/", "/b/") for _, value in options]
    assert paths_in((("path", "0,0;1,2"), ("start", "/a/s.bvh"))) == ["/a/s.bvh"]


def test_a_seed_is_a_row() -> None:
    args = understood("generate", SAID["generate"])
    assert rows_of("generate", args, []) == ["seed 5", "seed 6", "seed 7"]
    own, options = words_of_row("seed 6", "generate", spoken("generate", args))
    alone = understood("generate", options)
    assert not own and (alone.seed, alone.count, alone.start) == (6, 1, "/a/b.npz#walk:7")


@pytest.mark.parametrize(("problem", "options", "error", "said"), [
    ("fly", (), UsageError, "no problem 'fly'; there are solve, lift,"),
    ("clean", (("weights", "/etc/passwd"),), UsageError, "'weights' is no option of clean on a daemon"),
    ("solve", (("blender", "rm"),), UsageError, "'blender' is no option of solve on a daemon; there are bvh-unit"),
    ("clean", (("strength=2 --device", "cuda"),), UsageError, "is no option of clean"),
    ("clean", (("strength", ""),), UsageError, "expected one argument"),
    ("clean", (("strength", "much"),), UsageError, "invalid float value"),
    ("clean", (("strength", "11"),), UnitInvalid, "0 to 10 times is allowed"),
    ("lift", (("all-hypotheses", "yes"),), UsageError, "ignored explicit argument"),
    ("lift", (("fov", "200"),), UsageError, "--fov 200: 5 to 170 is allowed"),
    ("lift", (("view", "/a:/b"),), UsageError, "or --view FILE:CAMERA"),
    ("complete", (), UsageError, "nothing is said to be missing"),
    ("complete", (("missing", "tail"),), UsageError, "missing 'tail'"),
    ("inbetween", (("every", "0"),), UsageError, "one frame in 1 or more"),
    ("generate", (("path", "1,2"),), UsageError, "two points or more"),
    ("solve", (("bvh-unit", "ell"),), UsageError, "invalid choice: 'ell'"),
])
def test_what_its_command_would_not_take_is_refused(
    problem: str, options: Options, error: type[PoseBridgeError], said: str
) -> None:
    with pytest.raises(error, match=said):
        understood(problem, options)


def test_files_are_needed_where_there_are_some() -> None:
    for problem in ("solve", "clean", "lift"):
        with pytest.raises(UsageError):
            parsed(problem, [], "/out", ("bvh",), ())
    with pytest.raises(UsageError, match="unrecognized arguments"):
        parsed("generate", ["/a.bvh"], "/out", ("bvh",), ())
