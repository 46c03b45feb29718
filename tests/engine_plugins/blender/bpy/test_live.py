"""Somebody live on a character: seen while they move, kept only where it was recorded, ended with one line."""
from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import bpy
import numpy as np
import pytest
from mathutils import Quaternion, Vector

from engine_plugins.blender.posebridge import live_operator
from engine_plugins.blender.posebridge.core.connection_file import read_connection
from engine_plugins.blender.posebridge.core.live_link import LIVE, LiveLink
from engine_plugins.blender.posebridge.core.mounts import PRESETS
from engine_plugins.blender.posebridge.core.wearer import neutral_height, wearer_of
from engine_plugins.blender.posebridge.tracked_objects import Tracked, reading_now
from tests.engine_plugins.blender.bpy.characters import armature_of, mapped_bones
from tests.engine_plugins.blender.bpy.everything import changed, everything
from tests.engine_plugins.blender.bpy.stage import (
    NAMES,
    Daemon,
    LiveButton,
    performer,
    place_of,
    settings,
    t_pose,
    trackers_at_rest,
)
from tests.vectors.retarget_layouts import LAYOUTS
from tests.vectors.retarget_rigs import NEUTRAL, Build

pytestmark = pytest.mark.usefixtures("extension")


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    daemon = Daemon(tmp_path_factory.mktemp("echo"))
    yield daemon.file
    daemon.stop()


@pytest.fixture
def echo(shared: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("POSEBRIDGE_CONNECTION", str(shared))
    return shared


@pytest.fixture(autouse=True)
def nothing_goes_on() -> Iterator[None]:
    yield
    live_operator.forget()


def live() -> LiveButton:
    button = LiveButton()
    assert button.press(), button.reports
    button.until_seen()
    return button


def test_the_character_follows_and_afterwards_it_is_as_it_was(echo: Path) -> None:
    armature, trackers = performer(), trackers_at_rest()
    armature.pose.bones[3].rotation_quaternion = (0.8, 0.6, 0, 0)  # a pose of the user's own
    bpy.context.view_layer.update()
    before, button = everything(), live()
    head = mapped_bones(armature)["head"]
    trackers["head"].location = t_pose("head", 0.3, -0.4, -0.2)
    bpy.context.view_layer.update()
    button.until(lambda: np.linalg.norm(place_of(armature, head) - trackers["head"].location) < 0.001)
    assert not bpy.data.actions and armature.animation_data is None
    trackers["head"].location = t_pose("head")
    bpy.ops.posebridge.live_end()
    assert button.ends() == {"CANCELLED"}  # so there is nothing to undo
    bpy.context.view_layer.update()
    assert changed(before, everything()) == set()
    assert button.reports == [("INFO", "the live session has ended; nothing was recorded")]
    assert any("live" in text for text in button.window.shown if text)


def test_a_take_becomes_an_action(echo: Path) -> None:
    armature, trackers = performer(), trackers_at_rest()
    settings().first_frame = 11
    button = live()
    assert bpy.ops.posebridge.live_record() == {"FINISHED"} and settings().recording
    began, took = time.monotonic(), 1.5
    while (now := time.monotonic() - began) < took:
        trackers["head"].location = t_pose("head", 0.2 * now, 0, 0)
        bpy.context.view_layer.update()
        button.until(lambda: True)
        button.outcome = None
        live_operator.POSEBRIDGE_OT_live.tick(button, button.window)
        time.sleep(0.015)
    bpy.ops.posebridge.live_end()
    assert button.ends() == {"FINISHED"} and 'new action "Live"' in settings().said
    action = armature.animation_data.action
    first, last = action.frame_range
    assert first == 11 and 24 <= last - first <= 24 * took + 2
    head, places = mapped_bones(armature)["head"], []
    for frame in range(11, int(last) + 1):
        bpy.context.scene.frame_set(frame)
        places.append(place_of(armature, head)[0])
    assert np.ptp(places) > 0.1 and np.diff(places).min() > -1e-3  # as the head went
    assert not settings().recording and not live_operator.running


def test_recording_can_be_left_off_and_nothing_recorded_is_nothing_kept(echo: Path) -> None:
    performer(), trackers_at_rest()
    button = live()
    bpy.ops.posebridge.live_record()
    bpy.ops.posebridge.live_record()
    bpy.ops.posebridge.live_end()
    assert button.ends() == {"CANCELLED"} and not bpy.data.actions


@pytest.mark.parametrize("recorded", [False, True])
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_a_daemon_that_goes_away_ends_it_with_a_line(
    recorded: bool, how: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    daemon = Daemon(tmp_path)
    monkeypatch.setenv("POSEBRIDGE_CONNECTION", str(daemon.file))
    performer(), trackers_at_rest()
    before, button = everything(), live()
    if recorded:
        bpy.ops.posebridge.live_record()
        button.until(lambda: live_operator.running[0].take and live_operator.running[0].take.duration_s > 0.2)
    daemon.stop(how)
    assert button.ends() == ({"FINISHED"} if recorded else {"CANCELLED"})
    kind, said = button.reports[-1]
    assert kind == ("WARNING" if recorded else "ERROR") and "daemon" in said and "\n" not in said
    assert bool(bpy.data.actions) == recorded
    if not recorded:
        bpy.context.view_layer.update()
        assert changed(before, everything()) == set()


def test_somebody_the_daemon_solves_already(echo: Path) -> None:
    """A session that another program has opened."""
    armature = performer()
    ada = wearer_of(neutral_height(), [*NAMES], PRESETS["JOINTS"]).setup("Ada")
    link = LiveLink(read_connection(echo), "another", ada)
    trackers = trackers_at_rest()
    trackers["head"].location.x += 0.5
    bpy.context.view_layer.update()
    settings().live_from, settings().live_name = "DAEMON", "Ada"
    button = LiveButton()
    assert button.press()
    head = mapped_bones(armature)["head"]

    def seen() -> bool:
        link.step(time.monotonic())
        link.send(reading_now(bpy.context.scene, [Tracked(name) for name in NAMES.values()], time.monotonic_ns()))
        return bool(np.linalg.norm(place_of(armature, head) - trackers["head"].location) < 0.001)

    button.until(seen)
    assert link.stage == LIVE
    link.close()
    bpy.ops.posebridge.live_end()
    assert button.ends() == {"CANCELLED"}


def test_the_daemon_is_told_how_the_devices_sit(echo: Path) -> None:
    """A headset that looks where its wearer does, as Blender's VR has it: the head is behind and below its origin."""
    armature, trackers = performer(), trackers_at_rest()
    settings().mounts = "OPENXR"
    mount = PRESETS["OPENXR"].mount("head")
    ahead, up = mount.place_m[2], mount.place_m[1]
    trackers["head"].location = t_pose("head", 0.2, -ahead, up)
    x, y, z, w = mount.turn_xyzw
    trackers["head"].rotation_euler = Quaternion((w, x, -z, y)).to_euler()
    bpy.context.view_layer.update()
    looks = trackers["head"].matrix_world.to_3x3() @ Vector((0, 0, -1))
    assert np.allclose(looks, (0, -1, 0), atol=1e-6)
    button = live()
    head = mapped_bones(armature)["head"]
    button.until(lambda: np.linalg.norm(place_of(armature, head) - np.array(t_pose("head", 0.2, 0, 0))) < 0.001)


def test_bones_can_be_trackers_too(echo: Path) -> None:
    armature, trackers = performer(), trackers_at_rest()
    holder = armature_of(Build(LAYOUTS["SMPL"], NEUTRAL, "T", "world"), "Holder")
    holder.location.x = 0.25
    settings().armature, settings().head_object, settings().head_bone = "Character", "Holder", "Head"
    bpy.context.view_layer.update()
    assert trackers
    button = live()
    button.until(lambda: abs(place_of(armature, mapped_bones(armature)["head"])[0] - 0.25) < 0.01)
    settings().head_bone = "Nose"
    bpy.ops.posebridge.live_end()
    button.ends()
    again = LiveButton()
    assert not again.press() and again.reports == [("ERROR", 'Holder has no bone "Nose"')]


def test_a_character_that_is_deleted_ends_it(echo: Path) -> None:
    armature, _ = performer(), trackers_at_rest()
    button = live()
    bpy.data.objects.remove(armature)
    assert button.ends() == {"CANCELLED"} and button.reports == [("ERROR", 'the character "Character" is gone')]


def test_another_file_ends_it(echo: Path) -> None:
    performer(), trackers_at_rest()
    live()
    bpy.ops.wm.read_factory_settings(use_empty=True)
    assert not live_operator.running


def test_without_a_daemon_or_a_window_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSEBRIDGE_CONNECTION", str(tmp_path / "none.json"))
    performer(), trackers_at_rest()
    button = LiveButton()
    assert not button.press() and "no daemon is running" in button.reports[0][1]
    with pytest.raises(RuntimeError, match="needs a window"):
        bpy.ops.posebridge.live()
    with pytest.raises(RuntimeError, match="goes live"):
        bpy.ops.posebridge.retarget()


def test_the_real_engine_puts_the_hands_where_they_are() -> None:
    armature, trackers = performer(), trackers_at_rest()
    trackers["L_wrist"].location = t_pose("L_wrist", -0.15, -0.25, 0.2)
    bpy.context.view_layer.update()
    button, bones = live(), mapped_bones(armature)
    button.until(lambda: max(np.linalg.norm(place_of(armature, bones[joint]) - trackers[joint].location)
                             for joint in NAMES) < 0.03)
