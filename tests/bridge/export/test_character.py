"""A motion on somebody's character: what Blender is asked, what becomes of what it says, and Blender doing it."""
from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from bridge.capture.load import load_motions
from bridge.capture.mcap import write_session
from bridge.cli import main
from bridge.demo_motion import demo_motion
from bridge.errors import BlenderFailed, InputMissing, UsageError
from bridge.export.character import Character, write_character
from bridge.frames import Motion
from bridge.motion import joint_positions
from bridge.simulate import as_session
from tests.bridge.export.gltf_reader import parse

ROOT = Path(__file__).resolve().parents[3]
PYTHONS = [python for python in os.environ.get("POSEBRIDGE_BPY", "").split(os.pathsep) if python]


@pytest.fixture
def motion() -> Motion:
    return demo_motion(6.0)


def blender(folder: Path, text: str) -> str:
    """A command that does this instead, by Python, with `words` and `outs`."""
    script = folder / "blender.py"
    outs = "outs = [b for a, b in zip(words, words[1:]) if a == '--out']"
    script.write_text(f"import shutil, sys\nwords = sys.argv[1:]\n{outs}\n{text}\n")
    return f"'{sys.executable}' '{script}'"


@pytest.fixture
def rig(tmp_path: Path) -> Path:
    (tmp_path / "rig.blend").touch()
    return tmp_path / "rig.blend"


def test_what_blender_is_asked(tmp_path: Path, motion: Motion, rig: Path) -> None:
    told = blender(tmp_path, f"""
open({str(tmp_path / 'said')!r}, 'w').write(' '.join(words))
shutil.copy(words[words.index('--motion') + 1], {str(tmp_path / 'kept.npz')!r})
for out in outs: open(out, 'w').close()""")
    written = write_character(tmp_path / "out", "walk", motion, Character(rig, "Hero", ("blend", "fbx"), told))
    assert [path.name for path in written] == ["walk.character.blend", "walk.character.fbx"]
    said = (tmp_path / "said").read_text()
    assert said.startswith(f"-b {rig} --command posebridge retarget --motion ") and "--armature Hero --out " in said
    (kept,) = load_motions(tmp_path / "kept.npz")
    np.testing.assert_allclose(joint_positions(kept), joint_positions(motion), atol=1e-5)


@pytest.mark.parametrize(("text", "said"), [
    ("print('posebridge: no such armature', file=sys.stderr); sys.exit(3)", "code 3: no such armature"),
    ("print('Unrecognized command: \"posebridge\"'); sys.exit(1)", "install the extension"),
    ("sys.exit(9)", "code 9: it said nothing"), ("pass", "left no walk.character.glb")])
def test_what_is_said_when_blender_fails(tmp_path: Path, motion: Motion, rig: Path, text: str, said: str) -> None:
    with pytest.raises(BlenderFailed, match=said):
        write_character(tmp_path / "out", "walk", motion, Character(rig, None, ("glb",), blender(tmp_path, text)))


def test_what_is_said_before(tmp_path: Path, motion: Motion, rig: Path) -> None:
    with pytest.raises(InputMissing):
        Character(tmp_path / "none.blend").check()
    with pytest.raises(UsageError, match="no such command"):
        Character(rig, blender="no-such-blender -x").check()


MAKE_RIG = """
import bpy, sys
from tests.engine_plugins.blender.bpy.characters import armature_of
from tests.vectors.retarget_layouts import LAYOUTS
from tests.vectors.retarget_rigs import NEUTRAL, Build
bpy.ops.wm.read_factory_settings(use_empty=True)
bpy.context.scene.render.fps = 24
armature_of(Build(LAYOUTS["Mixamo"], NEUTRAL, "A", seed=1))
bpy.ops.wm.save_as_mainfile(filepath=sys.argv[1])
"""


@pytest.fixture(scope="module", params=PYTHONS or [None])
def hero(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Character:
    """With a rig of Mixamo's bones; in each Blender that is at hand."""
    if request.param is None:
        pytest.skip("POSEBRIDGE_BPY names no Python with the bpy module")
    rig = tmp_path_factory.mktemp("hero") / "rig.blend"
    subprocess.run([request.param, "-c", MAKE_RIG, str(rig)], check=True, cwd=ROOT, capture_output=True, timeout=100,
                   env=os.environ | {"PYTHONPATH": str(ROOT)})
    stand_in = Path(__file__).with_name("stand_in_blender.py")
    return Character(rig, None, ("blend", "glb", "fbx"), f"env 'PYTHONPATH={ROOT}' '{request.param}' '{stand_in}'")


@pytest.mark.blender
def test_blender_does_it(hero: Character, tmp_path: Path, motion: Motion) -> None:
    blend, glb, fbx = write_character(tmp_path / "out", "walk", motion, hero)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(
        f"walk.character.{kind}" for kind in ("blend", "fbx", "glb"))
    content, arrays = parse(glb)
    (animation,) = content["animations"]
    moved = {content["nodes"][channel["target"]["node"]]["name"] for channel in animation["channels"]}
    assert {"mixamorig:Hips", "mixamorig:LeftForeArm"} <= moved
    assert arrays[animation["samplers"][0]["input"]].max() == pytest.approx((len(motion) - 1) / 6.0, abs=0.1)
    assert fbx.read_bytes()[:18] == b"Kaydara FBX Binary" and blend.stat().st_size > 10_000
    with pytest.raises(BlenderFailed, match="no such armature; there is: Character"):
        write_character(tmp_path / "other", "walk", motion, Character(hero.rig, "Nobody", ("glb",), hero.blender))
    assert not list((tmp_path / "other").glob("*"))


@pytest.mark.blender
@pytest.mark.timeout(200)
def test_a_farm_s_batch_leaves_characters_once_and_a_failure_is_a_session_s_own(
    hero: Character, tmp_path: Path, motion: Motion, capsys: pytest.CaptureFixture[str]
) -> None:
    """From posebridge solve through the command that the extension registers; test_farm.py reads what that leaves."""
    (tmp_path / "takes").mkdir()
    write_session(tmp_path / "takes" / "walk.mcap", as_session(motion))
    (tmp_path / "takes" / "text.mcap").write_text("no session")
    words = ["solve", str(tmp_path / "takes"), "--out", str(tmp_path / "out"), "--engine", "echo", "--formats", "npz",
             "--character", str(hero.rig), "--character-formats", ",".join(hero.kinds), "--blender", hero.blender]
    assert main(words) == 4
    made = {path: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    assert {path.name for path in made} == {"walk.npz", "walk.solved.json", *(
        f"walk.character.{kind}" for kind in hero.kinds)}
    (animation,) = parse(tmp_path / "out" / "walk.character.glb")[0]["animations"]
    assert len(animation["channels"]) > 20 and made[tmp_path / "out" / "walk.character.fbx"][:7] == b"Kaydara"
    assert main(words) == 4 and "2 sessions: 1 failed, 1 up to date" in capsys.readouterr().out
    assert main([*words, "--armature", "Nobody"]) == 4
    assert "Blender ended with code 3: Nobody: there is no such armature" in capsys.readouterr().err
    assert not list((tmp_path / "out").glob("*.solved.json")) and not list((tmp_path / "out").glob(".*"))
