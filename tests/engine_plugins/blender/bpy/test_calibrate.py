"""Two seconds of somebody standing tell their bones, by the real command; kept with the character and used then."""
from __future__ import annotations

import bpy
import numpy as np
import pytest
from mathutils import Quaternion

from engine_plugins.blender.posebridge import calibrate_operator, live_operator, panel
from engine_plugins.blender.posebridge.core.mounts import PRESETS
from engine_plugins.blender.posebridge.core.wearer import neutral_height
from engine_plugins.blender.posebridge.kept_calibration import kept_calibration, kept_findings
from engine_plugins.blender.posebridge.settings import chosen_armature, tracked_joints, wearer
from engine_plugins.blender.posebridge.tracked_objects import Readings, Tracked, gather_now
from tests.engine_plugins.blender.bpy.everything import changed, everything
from tests.engine_plugins.blender.bpy.stage import NAMES, performer, settings, t_pose, trackers_at_rest
from tests.engine_plugins.blender.bpy.test_panel import drawn

SIZE = 0.92  # of a neutral adult: the person whom the trackers are on
pytestmark = pytest.mark.usefixtures("extension")


@pytest.fixture
def standing() -> bpy.types.Object:
    """A small person in the T-pose over three seconds, where the panel says a neutral adult."""
    armature, trackers = performer(), trackers_at_rest()
    for joint, tracker in trackers.items():
        tracker.location = SIZE * np.array(t_pose(joint))
        for frame in range(1, 73, 8):
            tracker.keyframe_insert("location", frame=frame)
    bpy.context.scene.frame_start, bpy.context.scene.frame_end = 1, 72
    settings().source, settings().calibrate_pose = "OBJECTS", "t-pose"
    return armature


def arm_span() -> float:
    """Between the wrists in the T-pose, of whom the daemon is told."""
    told = wearer(settings(), chosen_armature(bpy.context), tracked_joints(settings(), bpy.context.scene))
    return float(2 * sum(told.offsets_m[[13, 16, 18, 20], 0]))


def test_it_is_found_kept_used_and_forgotten(standing: bpy.types.Object) -> None:
    wanted, before = SIZE * 2 * t_pose("L_wrist")[0], arm_span()
    assert abs(before - wanted) > 0.08
    assert bpy.ops.posebridge.calibrate() == {"FINISHED"}
    assert abs(arm_span() - wanted) < 0.03
    assert "kept with Character" in settings().said and kept_findings(standing)
    shown = drawn(panel.POSEBRIDGE_PT_source)
    assert "Calibrated for Character" in shown and kept_findings(standing)[-1] in shown
    settings().height_m = 2.0
    assert abs(arm_span() - wanted) < 0.03  # what was found comes before what is typed
    assert bpy.ops.posebridge.forget_calibration() == {"FINISHED"}
    assert not kept_calibration(standing) and arm_span() > wanted + 0.2
    assert "posebridge.forget_calibration" not in drawn(panel.POSEBRIDGE_PT_source)


def test_devices_of_a_preset_are_calibrated_on_their_joints(standing: bpy.types.Object) -> None:
    """Objects put where OpenXR's poses would be: bones come out as those of bare trackers, mounts near the preset's."""
    settings().mounts = "OPENXR"
    for joint, name in NAMES.items():
        one, mount = bpy.data.objects[name], PRESETS["OPENXR"].mount(joint)
        one.animation_data_clear()
        x, y, z = mount.place_m
        one.location = SIZE * np.array(t_pose(joint)) + [x, -z, y]
        x, y, z, w = mount.turn_xyzw
        one.rotation_euler = Quaternion((w, x, -z, y)).to_euler()
    bpy.context.view_layer.update()
    assert bpy.ops.posebridge.calibrate() == {"FINISHED"}
    assert abs(arm_span() - SIZE * 2 * t_pose("L_wrist")[0]) < 0.05
    told = wearer(settings(), standing, NAMES)
    for joint, mount in told.mounts:
        assert np.linalg.norm(np.subtract(mount.place_m, PRESETS["OPENXR"].mount(joint).place_m)) < 0.05, joint


def test_who_does_not_stand_still_is_told_so_and_nothing_changes(standing: bpy.types.Object) -> None:
    head = bpy.data.objects["Headset"]
    for frame in range(1, 73, 6):
        head.location = SIZE * np.array(t_pose("head")) + [0.4 * (frame // 6 % 2), 0, 0]
        head.keyframe_insert("location", frame=frame)
    bpy.context.scene.frame_set(1)
    before = everything()
    with pytest.raises(RuntimeError, match="no calibration"):
        bpy.ops.posebridge.calibrate()
    assert changed(before, everything()) == set() and "\n" not in settings().said


def test_without_the_command_it_says_so(standing: bpy.types.Object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(RuntimeError, match="command is not to be found"):
        bpy.ops.posebridge.calibrate()


def test_what_moves_by_itself_is_read_for_a_while() -> None:
    """As a live source: readings at most as often as is asked, each with its time."""
    trackers_at_rest()
    now, readings = [10.0], Readings()
    both = [Tracked("Headset"), Tracked("Left")]
    gathering = gather_now(bpy.context.scene, both, readings, 1.0, 20.0, lambda: now[0])
    shares = []
    for share in gathering:
        shares.append(share)
        now[0] += 0.011
    assert 15 <= len(readings.times_s) <= 20 and np.diff(readings.times_s).min() >= 0.05 and shares[-1] < 1
    assert np.shape(readings.ours()[0]) == (len(readings.times_s), 2, 3)


def test_a_live_source_is_calibrated_from_now_on(standing: bpy.types.Object, monkeypatch: pytest.MonkeyPatch) -> None:
    """The operator reads the scene as it is, for as long as is needed, and leaves its frame alone."""
    monkeypatch.setattr(calibrate_operator, "STAND_S", 2.4)
    settings().source, settings().height_m = "LIVE", neutral_height()
    bpy.context.scene.frame_set(5)
    assert bpy.ops.posebridge.calibrate() == {"FINISHED"}
    assert bpy.context.scene.frame_current == 5 and abs(arm_span() - SIZE * 2 * t_pose("L_wrist")[0]) < 0.03
    assert not live_operator.running
