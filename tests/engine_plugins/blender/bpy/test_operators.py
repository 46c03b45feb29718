"""The panel's operators as its buttons call them."""
from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import bpy
import numpy as np
import pytest

import bridge
from bridge.demo_motion import demo_motion
from bridge.export.npz import write_npz
from bridge.motion import joint_positions
from engine_plugins.blender.posebridge.core.job import Job
from engine_plugins.blender.posebridge.retarget_operator import POSEBRIDGE_OT_retarget
from tests.engine_plugins.blender.bpy.characters import armature_of, farthest_m, joint_heads, mapped_bones
from tests.engine_plugins.blender.bpy.everything import changed, everything
from tests.vectors.retarget_layouts import LAYOUTS
from tests.vectors.retarget_rigs import JOINTS, NEUTRAL, Build

DEMO = Path(bridge.__file__).parent / "assets" / "demo.mcap"
pytestmark = pytest.mark.usefixtures("extension")


@pytest.fixture
def solved(tmp_path: Path) -> Path:
    write_npz(tmp_path / "Walk.npz", demo_motion(6.0))
    return tmp_path / "Walk.npz"


@pytest.fixture
def character() -> bpy.types.Object:
    bpy.context.scene.render.fps = 24
    return armature_of(Build(LAYOUTS["Mixamo"], NEUTRAL, "A", seed=1))


def settings() -> bpy.types.PropertyGroup:
    return bpy.context.window_manager.posebridge


def operator() -> SimpleNamespace:
    """An operator as Blender makes one, without its window."""
    made = SimpleNamespace(reports=[])
    made.report = lambda kind, text: made.reports.append((*kind, text))
    for name in ("_begin", "_begun", "_source", "_tried", "_told", "tick"):
        setattr(made, name, getattr(POSEBRIDGE_OT_retarget, name).__get__(made))
    return made


def window() -> SimpleNamespace:
    """What the operator asks of its context, with a status bar that can be read."""
    shown: list[str | None] = []
    manager = SimpleNamespace(posebridge=settings(), event_timer_remove=lambda timer: shown.append("timer gone"))
    return SimpleNamespace(window_manager=manager, workspace=SimpleNamespace(status_text_set=shown.append), shown=shown,
                           area=None, preferences=bpy.context.preferences, scene=bpy.context.scene,
                           view_layer=bpy.context.view_layer)


def test_one_button_from_file_to_action(character: bpy.types.Object, solved: Path) -> None:
    settings().path, settings().place, settings().lock_feet = str(solved), "WORLD", False
    assert bpy.ops.posebridge.retarget() == {"FINISHED"}
    assert character.animation_data.action.name == "Walk" and 'new action "Walk"' in settings().said
    assert farthest_m(joint_heads(character, mapped_bones(character))) < 0.001


def test_found_edited_saved_and_loaded(character: bpy.types.Object, solved: Path, tmp_path: Path) -> None:
    assert bpy.ops.posebridge.find_bones() == {"FINISHED"}
    assert settings().family == "Mixamo" and settings().verdict == "" and len(settings().bones) == 22
    hand = next(row for row in settings().bones if row.joint == "L_wrist")
    hand.bone = "no such bone"
    bpy.ops.posebridge.check_map()
    assert 'no bone "no such bone"' in settings().verdict
    settings().path = str(solved)
    with pytest.raises(RuntimeError, match="no such bone"):
        bpy.ops.posebridge.retarget()
    hand.bone = "mixamorig:LeftHand"
    bpy.ops.posebridge.save_map(filepath=str(tmp_path / "mine.json"))
    settings().bones.clear()
    bpy.ops.posebridge.load_map(filepath=str(tmp_path / "mine.json"))
    assert settings().verdict == "" and len(settings().bones) == 22


def test_rows_come_and_go(character: bpy.types.Object) -> None:
    bpy.ops.posebridge.find_bones()
    bpy.ops.posebridge.add_bone()
    assert len(settings().bones) == 23 and settings().row == 22
    bpy.ops.posebridge.remove_bone()
    assert len(settings().bones) == 22 and settings().verdict == ""


def test_a_map_kept_with_the_armature_comes_before_what_would_be_found(character: bpy.types.Object) -> None:
    bpy.ops.posebridge.find_bones()
    settings().bones.remove(next(n for n, row in enumerate(settings().bones) if row.joint == "neck"))
    bpy.ops.posebridge.keep_map()
    bpy.ops.posebridge.find_bones()
    assert "neck" not in {row.joint for row in settings().bones}
    bpy.ops.posebridge.find_bones(anew=True)
    assert "neck" in {row.joint for row in settings().bones}


def test_finding_and_editing_touch_nothing_of_the_file(character: bpy.types.Object) -> None:
    before = everything()
    bpy.ops.posebridge.find_bones()
    bpy.ops.posebridge.add_bone()
    assert changed(before, everything()) == set()


@pytest.mark.parametrize(("content", "said"), [(None, "no such file"), (b"rubbish", "not a .npz")])
def test_what_cannot_be_is_one_line_and_nothing_changes(
    character: bpy.types.Object, tmp_path: Path, content: bytes | None, said: str
) -> None:
    if content is not None:
        (tmp_path / "bad.npz").write_bytes(content)
    settings().path = str(tmp_path / "bad.npz")
    before = everything()
    with pytest.raises(RuntimeError, match=said):
        bpy.ops.posebridge.retarget()
    assert changed(before, everything()) == set() and "\n" not in settings().said


@pytest.mark.parametrize(("name", "said"), [("take.csv", "read by the posebridge command"), ("take.mcap", "no daemon")])
def test_a_session_without_daemon_and_command_says_so(
    character: bpy.types.Object, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, said: str
) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("POSEBRIDGE_CONNECTION", str(tmp_path / "none.json"))
    (tmp_path / name).write_bytes(b"a session")
    settings().source, settings().path = "SESSION", str(tmp_path / name)
    with pytest.raises(RuntimeError, match=f"{said}.*command is not to be found"):
        bpy.ops.posebridge.retarget()


def test_a_session_is_solved_by_the_daemon_with_its_progress_and_given_up(
    character: bpy.types.Object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The real one, over its socket: no command is at hand."""
    monkeypatch.setenv("PATH", "")
    settings().source, settings().path = "SESSION", str(DEMO)
    before, made, there = everything(), operator(), window()
    made._timer = None
    made._begun(there)
    while not (made._job.watch.stage == "solving" and 0 < made._job.watch.share < 1):
        assert made.tick(there) == {"RUNNING_MODAL"}, made.reports
    made._job.cancel()
    assert made.tick(there) == {"CANCELLED"} and changed(before, everything()) == set()
    assert any("solving" in text for text in there.shown if text)
    settings().place, settings().lock_feet = "WORLD", False
    assert bpy.ops.posebridge.retarget() == {"FINISHED"}
    heads = joint_heads(character, mapped_bones(character), rate_hz=6.0)
    truth = joint_positions(demo_motion(6.0))
    error = [np.linalg.norm(heads[joint] - truth[:, JOINTS.index(joint)], axis=-1).mean() for joint in heads]
    assert np.mean(error) < 0.08


def test_without_an_armature_there_is_no_button() -> None:
    assert not bpy.ops.posebridge.retarget.poll() and not bpy.ops.posebridge.find_bones.poll()


def test_tick_by_tick_with_the_state_in_the_status_bar(character: bpy.types.Object, solved: Path) -> None:
    bpy.context.scene.render.fps = 240  # more than one tick's writing
    settings().path = str(solved)
    made, there = operator(), window()
    made._timer = None
    made._begun(there)
    while made.tick(there) == {"RUNNING_MODAL"}:
        assert not character.animation_data
    assert any("writing" in text for text in there.shown[:-2] if text) and there.shown[-2:] == ["timer gone", None]
    assert made.reports == [("INFO", 'Character plays the new action "Walk"')]
    assert character.animation_data.action.name == "Walk"


def test_escape_in_the_midst_of_writing_leaves_nothing(character: bpy.types.Object, solved: Path) -> None:
    settings().path = str(solved)
    before, made, there = everything(), operator(), window()
    made._timer = None
    job: Job[object] = made._begun(there)
    while not bpy.data.actions:
        job.tick(0.0)
    undo = SimpleNamespace(type="Z", ctrl=True, oskey=False)
    assert POSEBRIDGE_OT_retarget.modal(made, there, undo) == {"RUNNING_MODAL"}  # kept from whom it would harm
    assert POSEBRIDGE_OT_retarget.modal(made, there, SimpleNamespace(type="A")) == {"PASS_THROUGH"}
    event = SimpleNamespace(type="ESC")
    assert POSEBRIDGE_OT_retarget.modal(made, there, event) == {"CANCELLED"}
    assert made.reports == [("WARNING", "given up: nothing was changed")] and settings().stage == ""
    assert changed(before, everything()) == set()


def test_an_undo_in_the_midst_is_one_line(character: bpy.types.Object, solved: Path) -> None:
    settings().path = str(solved)
    made, there = operator(), window()
    made._timer = None
    job: Job[object] = made._begun(there)
    while not bpy.data.actions:
        job.tick(0.0)
    bpy.data.actions.remove(bpy.data.actions[0])  # as an undo does
    assert made.tick(there) == {"CANCELLED"} and there.shown[-2:] == ["timer gone", None]
    assert made.reports == [("ERROR", settings().said)] and "undone or loaded anew" in settings().said
    assert settings().stage == "" and character.animation_data is None
