"""Many takes in one command: a row for each, nothing made twice, nothing half made, whatever ends it."""
from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import bpy
import pytest

import bridge
from bridge.demo_motion import demo_motion
from bridge.export.npz import write_npz
from engine_plugins.blender.posebridge.farm import main
from tests.engine_plugins.blender.bpy.characters import armature_of, farthest_m, joint_heads, mapped_bones
from tests.vectors.retarget_layouts import LAYOUTS
from tests.vectors.retarget_rigs import NEUTRAL, Build

ROOT = Path(bridge.__file__).parents[1]
DEMO = ROOT / "bridge" / "assets" / "demo.mcap"
PROCESS = """import os, sys, bpy
from engine_plugins.blender.posebridge import registration
from engine_plugins.blender.posebridge.farm import main
bpy.ops.wm.open_mainfile(filepath=sys.argv[1])
code = main(sys.argv[2:])
sys.stdout.flush()
os._exit(code)"""


@pytest.fixture
def rig(tmp_path: Path) -> Path:
    """A file with a character, open as a farm opens it, and two solved takes beside it."""
    bpy.context.scene.render.fps = 24
    armature_of(Build(LAYOUTS["Mixamo"], NEUTRAL, "A", seed=1))
    (tmp_path / "takes").mkdir()
    for name in ("walk", "turn"):
        write_npz(tmp_path / "takes" / f"{name}.npz", demo_motion(6.0))
    return reopened(tmp_path / "rig.blend")


def reopened(path: Path) -> Path:
    bpy.ops.wm.save_as_mainfile(filepath=str(path))
    bpy.ops.wm.open_mainfile(filepath=str(path))
    return path


def batch(folder: Path, *more: str, takes: tuple[str, ...] = ("takes",)) -> tuple[int, list[str]]:
    """The exit code, and the state of each row in the report."""
    line = ["batch", *[str(folder / take) for take in takes], "--out", str(folder / "shots" / "{name}.blend"),
            "--report", str(folder / "report.json"), "--place", "WORLD", "--no-foot-lock", *more]
    code = main(line)
    return code, [row["state"] for row in rows(folder)]


def rows(folder: Path) -> list[dict[str, Any]]:
    return list(json.loads((folder / "report.json").read_text())["rows"])


def test_a_folder_becomes_files_that_play_their_takes(rig: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert batch(rig.parent) == (0, ["done", "done"])
    assert capsys.readouterr().out.strip().endswith("2 takes: 2 done")
    bpy.ops.wm.open_mainfile(filepath=str(rig.parent / "shots" / "walk.blend"))
    armature = bpy.data.objects["Character"]
    assert [action.name for action in bpy.data.actions] == ["walk"]  # and nothing of the take before it
    assert farthest_m(joint_heads(armature, mapped_bones(armature))) < 0.001


def test_again_nothing_is_made_until_something_changes(rig: Path) -> None:
    folder = rig.parent
    batch(folder)
    made = (folder / "shots" / "walk.blend").stat().st_mtime_ns
    assert batch(folder) == (0, ["up to date", "up to date"])
    assert batch(folder, "--dry-run", "--strip") == (0, ["would be made"] * 2)
    assert "another options" in rows(folder)[0]["said"]
    write_npz(folder / "takes" / "turn.npz", demo_motion(12.0))
    assert batch(folder) == (0, ["done", "up to date"])
    assert (folder / "shots" / "walk.blend").stat().st_mtime_ns == made
    assert batch(folder, "--force") == (0, ["done", "done"])
    bpy.ops.wm.open_mainfile(filepath=str(rig))
    bpy.context.scene.render.fps = 30
    reopened(rig)
    assert batch(folder, "--dry-run") == (0, ["would be made"] * 2) and "another rig" in rows(folder)[0]["said"]


def test_one_that_fails_stops_no_other(rig: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (rig.parent / "takes" / "bad.npz").write_bytes(b"rubbish")
    assert batch(rig.parent, takes=("takes", "none.mcap")) == (4, ["failed", "done", "done", "failed"])
    assert [row["code"] for row in rows(rig.parent)] == [4, 0, 0, 3]
    said = [line for line in capsys.readouterr().err.splitlines() if line.startswith("posebridge: ")]  # not Rigify's
    assert len(said) == 2 and "not a .npz" in said[0] and "none.mcap: there is no such file" in said[1]
    assert {path.name for path in (rig.parent / "shots").iterdir()} == {
        "walk.blend", "walk.blend.json", "turn.blend", "turn.blend.json"}


def test_a_manifest_says_more_of_each(rig: Path) -> None:
    folder = rig.parent
    (folder / "list.json").write_text(json.dumps([
        {"source": "takes/walk.npz", "out": "a/first.blend", "action": "Stroll", "first_frame": 101},
        {"source": "takes/walk.npz", "armature": "Nobody"}]))
    assert batch(folder, "--manifest", str(folder / "list.json"), takes=()) == (3, ["done", "failed"])
    bpy.ops.wm.open_mainfile(filepath=str(folder / "a" / "first.blend"))
    assert bpy.data.objects["Character"].animation_data.action.name == "Stroll"
    assert bpy.data.actions["Stroll"].frame_range[0] == 101


def test_shares_make_the_whole(rig: Path) -> None:
    assert batch(rig.parent, "--shard", "1/2") == (0, ["done"]) and batch(rig.parent, "--shard", "2/2") == (0, ["done"])
    assert batch(rig.parent) == (0, ["up to date", "up to date"])


@pytest.mark.parametrize("more", [["--out", "x/{nothing}.blend"], ["--out", "x/one.blend"], ["--shard", "3/2"],
                                  ["--out", "{rig}/../rig.blend"], ["--progress", "song"]])
def test_what_cannot_be_begun_is_usage_and_begins_nothing(
    rig: Path, more: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(rig.parent)
    assert main(["batch", str(rig.parent / "takes"), *more]) == 2
    assert {path.name for path in rig.parent.iterdir()} == {"rig.blend", "takes"}


def test_without_an_open_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["batch", "take.mcap", "--out", "a.blend"]) == 2
    assert "blender -b rig.blend" in capsys.readouterr().err


def farm(rig: Path, alone: bool) -> subprocess.Popen[str]:
    """The command in a process of its own, on two captured sessions. `alone`: with no daemon to be found."""
    line = ["batch", str(rig.parent / "sessions"), "--out", str(rig.parent / "shots" / "{name}"),
            "--report", str(rig.parent / "report.json")]
    around = {**os.environ, "PYTHONPATH": str(ROOT)}
    if alone:
        around["POSEBRIDGE_CONNECTION"] = str(rig.parent / "none.json")
    return subprocess.Popen([sys.executable, "-c", PROCESS, str(rig), *line], env=around, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, text=True)


def until(child: subprocess.Popen[str], text: str) -> None:
    """It has said so."""
    assert child.stdout is not None
    said = []
    for line in child.stdout:
        said.append(line)
        if text in line:
            return
    raise AssertionError(f"it never said {text!r}, but {said}; it ended with {child.wait(10)}")


def running_still(rig: Path) -> list[str]:
    """Command lines of daemons and solves that a batch of this folder has begun."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            around, line = (process / "environ").read_bytes(), (process / "cmdline").read_bytes()
        except OSError:
            continue
        if str(rig.parent).encode() in around + line and (b"serve" in line or b"solve" in line):
            found.append(line.decode().replace("\0", " "))
    return found


@pytest.mark.timeout(300)
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="signals and /proc")
@pytest.mark.parametrize(("number", "code", "alone"), [(signal.SIGKILL, -9, True), (signal.SIGTERM, 143, False)])
def test_ended_half_way_and_run_again(rig: Path, number: signal.Signals, code: int, alone: bool) -> None:
    """Real sessions by the real command; alone, the batch starts one daemon for all of them, which goes with it."""
    folder = rig.parent
    (folder / "sessions").mkdir()
    for name in ("one", "two"):
        shutil.copy(DEMO, folder / "sessions" / f"{name}.mcap")
    child = farm(rig, alone)
    until(child, "[1/2] one.mcap: done")
    until(child, "[2/2] two.mcap: solving")
    child.send_signal(number)
    assert child.wait(30) == code
    child.stdout.close()
    assert sorted(path.name for path in (folder / "shots").iterdir()) == ["one.blend", "one.blend.json"]
    assert [row["state"] for row in rows(folder)] == ["done", "not begun"]
    deadline = time.monotonic() + 20
    while running_still(rig) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert running_still(rig) == []
    again = farm(rig, alone)
    said = again.communicate(timeout=200)[0]
    assert again.returncode == 0 and "2 takes: 1 up to date, 1 done" in said, said
    assert running_still(rig) == [] and (folder / "shots" / "two.blend").is_file()
