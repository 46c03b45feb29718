"""The command for farms: its exit codes, its one line per error, its file that is whole or absent."""
from __future__ import annotations

import os
import stat
from pathlib import Path

import bpy
import numpy as np
import pytest

import bridge
from bridge.demo_motion import demo_motion
from bridge.export.npz import write_npz
from bridge.motion import joint_positions
from engine_plugins.blender.posebridge.farm import main
from tests.engine_plugins.blender.bpy.characters import armature_of, farthest_m, joint_heads, mapped_bones
from tests.vectors.retarget_layouts import LAYOUTS
from tests.vectors.retarget_rigs import JOINTS, NEUTRAL, Build

DEMO = Path(bridge.__file__).parent / "assets" / "demo.mcap"


@pytest.fixture
def solved(tmp_path: Path) -> Path:
    write_npz(tmp_path / "solved.npz", demo_motion(6.0))
    bpy.context.scene.render.fps = 24
    armature_of(Build(LAYOUTS["Mixamo"], NEUTRAL, "A", seed=1))
    return tmp_path / "solved.npz"


def ended(text: str, out: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """Exit code and what was said on stderr, which is one line at most, with no file left but where it is 0."""
    code = main([*text.split(), "--out", str(out)])
    said = capsys.readouterr().err.strip()
    assert out.exists() == (code == 0) and not [*out.parent.glob("*unfinished*")]
    return code, said


def test_a_file_comes_out_that_plays_the_motion(
    solved: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = f"retarget --motion {solved} --armature Character --place WORLD --no-foot-lock"
    assert ended(line, tmp_path / "out.blend", capsys) == (0, "")
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "out.blend"))
    armature = bpy.data.objects["Character"]
    assert armature.animation_data.action.name == "solved"
    assert farthest_m(joint_heads(armature, mapped_bones(armature))) < 0.001


@pytest.mark.parametrize("suffix", [".glb", ".fbx"])
@pytest.mark.parametrize("strip", ["", " --strip"])
def test_the_character_alone_comes_back_from_other_formats(
    solved: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], suffix: str, strip: str
) -> None:
    """By Blender's own importers, whose rig has other rests but whose bones must be where the motion has them."""
    line = f"retarget --motion {solved} --place WORLD --no-foot-lock{strip} --out {tmp_path}/a.blend"
    before = mapped_bones(bpy.data.objects["Character"])
    bpy.ops.mesh.primitive_cube_add()
    assert ended(line, tmp_path / f"out{suffix}", capsys) == (0, "")
    bpy.ops.wm.read_factory_settings(use_empty=True)
    bpy.context.scene.render.fps = 24
    if suffix == ".glb":
        bpy.ops.import_scene.gltf(filepath=str(tmp_path / "out.glb"))
    else:
        bpy.ops.import_scene.fbx(filepath=str(tmp_path / "out.fbx"), anim_offset=0.0)  # else a frame later than it says
    (armature,) = [one for one in bpy.data.objects if one.type == "ARMATURE"]
    assert not [one for one in bpy.data.objects if one.name.startswith("Cube")]
    assert farthest_m(joint_heads(armature, before)) < 0.002


def test_no_other_suffix_is_taken(solved: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found, said = ended(f"retarget --motion {solved} --out {tmp_path}/a.blend", tmp_path / "a.obj", capsys)
    assert (found, "it may end in .blend, .glb, .fbx" in said, (tmp_path / "a.blend").exists()) == (2, True, False)


@pytest.mark.parametrize(("line", "code", "said"), [
    ("retarget --motion {folder}/none.npz", 3, "no such file"),
    ("retarget --motion {solved} --armature Nobody", 3, "there is no such armature; there is: Character"),
    ("retarget --motion {folder}/bad.npz", 4, "not a .npz"),
    ("retarget --motion {solved} --bone-map {folder}/bad.npz", 4, "not JSON"),
    ("retarget --motion {solved} --bone-map {folder}/none.json", 3, "none.json"),
    ("retarget --motion {solved} --root ROOT_BONE", 4, "no root bone"),
])
def test_errors_are_one_line_and_a_code(
    solved: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str, code: int, said: str
) -> None:
    (tmp_path / "bad.npz").write_bytes(b"rubbish")
    found, told = ended(line.format(folder=tmp_path, solved=solved), tmp_path / "out.blend", capsys)
    assert (found, "\n" in told) == (code, False) and said in told


@pytest.mark.parametrize("line", ["", "retarget", "fly", "retarget --motion a.npz --session b.mcap"])
def test_usage(line: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(line.split()) == 2


def test_where_the_file_cannot_be_written(solved: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ended(f"retarget --motion {solved}", tmp_path / "no folder" / "out.blend", capsys)[0] == 1


def fake_command(folder: Path, text: str) -> None:
    """A `posebridge` that does this instead of solving; $2 is the session, $4 the folder."""
    path = folder / "posebridge"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def test_a_session_is_solved_first(
    solved: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    (tmp_path / "take.csv").write_bytes(b"a session that only the command reads")
    fake_command(tmp_path, f'test "$1 $3" = "solve --out" && cp {solved} "$4/take.npz"')
    line = f"retarget --session {tmp_path}/take.csv"
    assert ended(line, tmp_path / "out.blend", capsys) == (0, "")
    fake_command(tmp_path, "echo working >&2; echo take.csv: too short >&2; exit 43")
    assert ended(line, tmp_path / "other.blend", capsys) == (43, "posebridge: take.csv: too short")


def test_a_captured_session_by_the_real_command_and_daemon(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Both are brought by test_in_blender.py. The demo's session has noise, and hands that are lost now and then."""
    bpy.context.scene.render.fps = 24
    armature_of(Build(LAYOUTS["SMPL"], NEUTRAL, "A", "random", 6))
    line = f"retarget --session {DEMO} --place WORLD --no-foot-lock"
    assert ended(line, tmp_path / "out.blend", capsys) == (0, "")
    armature = bpy.data.objects["Character"]
    assert armature.animation_data.action.name == "demo"
    heads, truth = joint_heads(armature, mapped_bones(armature)), joint_positions(demo_motion(6.0))
    error = {joint: np.linalg.norm(heads[joint] - truth[:, JOINTS.index(joint)], axis=-1).mean() for joint in heads}
    assert error["head"] < 0.03 and np.mean([*error.values()]) < 0.08, error
