"""What the panel draws, on a layout that writes down instead of drawing; and the daemon it starts."""
from __future__ import annotations

import os
import time
from pathlib import Path
from types import SimpleNamespace

import bpy
import pytest

from engine_plugins.blender.posebridge import daemon_operator, mend_panel, panel, panel_text
from tests.engine_plugins.blender.bpy.characters import armature_of
from tests.vectors.retarget_layouts import LAYOUTS
from tests.vectors.retarget_rigs import NEUTRAL, Build

pytestmark = pytest.mark.usefixtures("extension")


class Layout:
    """Takes what a UILayout takes; what is not there in Blender fails."""

    def __init__(self, lines: list[str] | None = None) -> None:
        self.lines: list[str] = [] if lines is None else lines
        self.layout = self

    def prop(self, data: object, name: str, **_: object) -> None:
        self.lines.append(data.bl_rna.properties[name].name)  # type: ignore[attr-defined]

    def prop_search(self, data: object, name: str, where: object, inside: str, **_: object) -> None:
        assert hasattr(where, inside)
        self.prop(data, name)

    def template_list(self, kind: str, _: str, data: object, name: str, at: object, row: str, rows: int) -> None:
        assert hasattr(bpy.types, kind) and hasattr(data, name) and hasattr(at, row) and rows > 1

    def label(self, text: str, icon: str = "NONE") -> None:
        assert icon in bpy.types.UILayout.bl_rna.functions["label"].parameters["icon"].enum_items
        self.lines.append(text)

    def operator(self, name: str, text: str = "", icon: str = "NONE") -> object:
        room, own = name.split(".")
        assert hasattr(bpy.types, f"{room.upper()}_OT_{own}")
        self.lines.append(name)
        return self

    def row(self, **_: object) -> Layout:
        return Layout(self.lines)

    column = split = row

    def box(self) -> Layout:
        return self.row()


def drawn(kind: type) -> list[str]:
    layout = Layout()
    kind.draw(layout, bpy.context)
    return layout.lines


def test_without_a_character_it_asks_for_one() -> None:
    assert "Choose an armature" in drawn(panel.POSEBRIDGE_PT_character)
    assert not panel.POSEBRIDGE_PT_bones.poll(bpy.context)


@pytest.mark.parametrize(("source", "shown"), [("FILE", "File"), ("SESSION", "File"), ("OBJECTS", "Devices"),
                                               ("LIVE", "Rate")])
def test_each_source_shows_what_it_needs(source: str, shown: str) -> None:
    bpy.context.window_manager.posebridge.source = source
    assert shown in drawn(panel.POSEBRIDGE_PT_source)


def test_the_bones_that_were_found_and_what_is_wrong_with_them() -> None:
    armature_of(Build(LAYOUTS["Mixamo"], NEUTRAL))
    assert "Character: its bones are found when it is animated" in drawn(panel.POSEBRIDGE_PT_character)
    bpy.ops.posebridge.find_bones()
    assert "Character: Mixamo, 22 bones" in drawn(panel.POSEBRIDGE_PT_character)
    settings = bpy.context.window_manager.posebridge
    settings.bones.remove(0)
    bpy.ops.posebridge.check_map()
    assert "no bone stands for pelvis" in drawn(panel.POSEBRIDGE_PT_character)
    assert "posebridge.keep_map" in drawn(panel.POSEBRIDGE_PT_bones)
    rows = Layout()
    panel.POSEBRIDGE_UL_bones.draw_item(rows, bpy.context, rows, settings, settings.bones[0], 0, settings, "row")
    assert rows.lines == ["Joint", "Bone", "Share", "Twist"]


def test_live_shows_who_and_the_buttons_that_can_be_pressed() -> None:
    settings = bpy.context.window_manager.posebridge
    settings.source, settings.live_from = "LIVE", "DAEMON"
    assert drawn(panel.POSEBRIDGE_PT_source) == ["Source", "Who", "Name of the session"]
    assert "posebridge.live" in drawn(panel.POSEBRIDGE_PT_result)
    assert "posebridge.retarget" not in drawn(panel.POSEBRIDGE_PT_result)
    settings.stage = "live, recorded 2.0 s"
    panel.running.append(object())
    try:
        shown = drawn(panel.POSEBRIDGE_PT_result)
        assert shown[-3:] == ["posebridge.live_record", "posebridge.live_end", settings.stage]
    finally:
        panel.running.clear()


def test_an_armature_as_a_tracker_asks_for_its_bone() -> None:
    armature_of(Build(LAYOUTS["Mixamo"], NEUTRAL))
    settings = bpy.context.window_manager.posebridge
    settings.source, settings.head_object = "OBJECTS", "Character"
    assert "Bone of it" in drawn(panel.POSEBRIDGE_PT_source)


def test_the_result_says_what_is_done_and_what_came_out() -> None:
    settings = bpy.context.window_manager.posebridge
    settings.stage, settings.share = "solving", 0.4
    assert drawn(panel.POSEBRIDGE_PT_result)[-2:] == ["solving 40%", "ESC gives it up"]
    settings.stage, settings.said = "", "it plays"
    assert "it plays" in drawn(panel.POSEBRIDGE_PT_result)


def test_without_trackers_each_button_shows_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    settings, kind = bpy.context.window_manager.posebridge, mend_panel.POSEBRIDGE_PT_mend
    assert drawn(kind) == ["Choose an armature"]
    armature_of(Build(LAYOUTS["Mixamo"], NEUTRAL))
    shown = drawn(kind)
    assert [line for line in shown if line.startswith("posebridge.")] == [
        "posebridge.clean", "posebridge.complete", "posebridge.inbetween", "posebridge.lift"]
    assert "From" not in shown and "One in" not in shown and "Field of view" in shown
    settings.throughout, settings.keys, settings.camera = False, "EVERY", "SCENE"
    settings.stage, settings.share = "cleaning", 0.4
    shown = drawn(kind)
    assert {"From", "To", "One in"} <= {*shown} and "Field of view" not in shown and "cleaning 40%" in shown
    monkeypatch.setenv("PATH", "")
    assert "no posebridge command: see preferences" in drawn(kind)


def test_every_button_and_choice_says_what_it_is_for() -> None:
    for name in ("clean", "complete", "inbetween", "lift"):
        assert len(getattr(bpy.ops.posebridge, name).get_rna_type().description) > 40
    rna = bpy.context.window_manager.posebridge.bl_rna.properties
    for name in ("strength", "missing", "throughout", "missing_from", "missing_to", "keys", "key_every", "keypoints",
                 "detector", "camera", "fov", "video_hz", "person", "person_m", "person_bones"):
        assert rna[name].description, name


def test_no_word_is_cut_however_narrow_the_sidebar() -> None:
    preferences = SimpleNamespace(system=SimpleNamespace(ui_scale=2.0))
    context = SimpleNamespace(region=SimpleNamespace(width=2 * 229), preferences=preferences)
    layout = Layout()
    panel_text.say(context, layout, "the rig has nothing that ties the left hand to pelvis", "ERROR")
    assert " ".join(layout.lines) == "the rig has nothing that ties the left hand to pelvis" and len(layout.lines) > 1
    assert max(map(len, layout.lines)) <= panel_text.letters(context) == 23


def test_a_daemon_is_started_once_and_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSEBRIDGE_CONNECTION", str(tmp_path / "daemon.json"))
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    program = tmp_path / "posebridge"
    program.write_text(f'#!/bin/sh\necho "$1 $POSEBRIDGE_FOLLOW_PARENT" > {tmp_path}/said\nexec sleep 60\n')
    program.chmod(0o755)
    assert "no daemon is running" in drawn(panel.POSEBRIDGE_PT_daemon)[0]
    assert bpy.ops.posebridge.start_daemon() == {"FINISHED"}
    assert bpy.ops.posebridge.start_daemon() == {"CANCELLED"}
    assert drawn(panel.POSEBRIDGE_PT_daemon)[0] == "the daemon is starting"
    while not (tmp_path / "said").exists() or not (tmp_path / "said").read_text():
        time.sleep(0.01)
    assert (tmp_path / "said").read_text() == "serve 1\n"
    daemon_operator.stop_started()
    assert "no daemon is running" in drawn(panel.POSEBRIDGE_PT_daemon)[0]


def test_without_the_command_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSEBRIDGE_CONNECTION", str(tmp_path / "daemon.json"))
    monkeypatch.setenv("PATH", "")
    with pytest.raises(RuntimeError, match="command is not to be found"):
        bpy.ops.posebridge.start_daemon()
