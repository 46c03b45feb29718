"""Bodies of a height, presets of mounts, and calibrations: what the daemon is told of who wears the trackers."""
from __future__ import annotations

import json

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.spatial.transform import Rotation

from bridge.demo_motion import demo_motion
from bridge.frames import JOINT_INDEX, SensorNoise, Setup, Skeleton, Tracker
from bridge.simulate import simulate_trackers
from engine_plugins.blender.posebridge.core.coordinates import TO_BLENDER
from engine_plugins.blender.posebridge.core.mounts import PRESETS
from engine_plugins.blender.posebridge.core.rotations import Floats
from engine_plugins.blender.posebridge.core.smpl22 import JOINT_NAMES, NEUTRAL_OFFSETS_M
from engine_plugins.blender.posebridge.core.wearer import (
    CalibrationError,
    body_of_height,
    neutral_height,
    wearer_of,
)

JOINTS = ["head", "L_wrist", "R_wrist"]
LEFT, UP, AHEAD = np.eye(3)  # of a body in the T-pose, project axes


def test_a_body_is_as_tall_as_it_is_said_to_be() -> None:
    assert 1.6 < neutral_height() < 1.8
    assert_allclose(body_of_height(neutral_height()), NEUTRAL_OFFSETS_M)
    assert_allclose(body_of_height(0.5 * neutral_height()), 0.5 * np.array(NEUTRAL_OFFSETS_M))


def test_the_daemon_is_told_joints_and_mounts() -> None:
    setup = wearer_of(1.7, JOINTS, PRESETS["OPENXR"]).setup("Ada")
    assert [seat.joint for seat in setup.trackers] == [16, 21, 22] and setup.name == "Ada"
    assert all(len(seat.mount_position_m) == 3 and len(seat.mount_xyzw) == 4 for seat in setup.trackers)
    assert setup.floor_height_m == 0


def device_axes(preset: str, joint: str) -> Floats:
    """Where the device's own X, Y and Z point on a body in the T-pose, project axes, (3, 3) rows. The mount is what is
    read of the object; its own axes are the device's."""
    read = Rotation.from_quat(PRESETS[preset].mount(joint).turn_xyzw).as_matrix()
    of_object = TO_BLENDER @ read @ TO_BLENDER.T  # coordinates.turn_from_blender, backwards
    return np.asarray((TO_BLENDER.T @ of_object).T)


def test_the_headset_looks_ahead_and_stands_upright() -> None:
    x, y, z = device_axes("OPENXR", "head")
    assert_allclose([x, y, z], [-LEFT, UP, -AHEAD], atol=1e-9)


def test_grips_lie_in_fists_palms_down_thumbs_ahead() -> None:
    """-Z to the thumb; X out of the left palm, into the right one; so Y points back to the wrist on both."""
    assert_allclose(device_axes("OPENXR", "L_wrist"), [-UP, -LEFT, -AHEAD], atol=1e-9)
    assert_allclose(device_axes("OPENXR", "R_wrist"), [UP, LEFT, -AHEAD], atol=1e-9)


@pytest.mark.parametrize("preset", ["TOUCH", "INDEX"])
@pytest.mark.parametrize("joint", ["L_wrist", "R_wrist"])
def test_a_raw_pose_leads_to_the_same_grip(preset: str, joint: str) -> None:
    raw, grip = PRESETS[preset].mount(joint), PRESETS["OPENXR"].mount(joint)
    origin, degrees = PRESETS[preset].grip[joint]
    back = Rotation.from_quat([0.7071067811865476, 0, 0, -0.7071067811865476])  # objects' axes to the device's
    turn = Rotation.from_quat(raw.turn_xyzw) * back
    assert_allclose(np.array(raw.place_m) + turn.apply(origin), grip.place_m, atol=1e-9)
    there = turn * Rotation.from_euler("XYZ", degrees, degrees=True)
    assert (there.inv() * Rotation.from_quat(grip.turn_xyzw) * back).magnitude() < 1e-6


@pytest.mark.parametrize("preset", PRESETS)
def test_left_and_right_mirror_each_other(preset: str) -> None:
    left, right = (PRESETS[preset].mount(f"{side}_wrist") for side in "LR")
    assert_allclose(left.place_m, np.array(right.place_m) * [-1, 1, 1], atol=1e-9)
    assert PRESETS[preset].name and PRESETS[preset].about


def calibration(**changes: object) -> str:
    offsets = {name: list(offset) for name, offset in zip(JOINT_NAMES, NEUTRAL_OFFSETS_M, strict=True)}
    offsets["L_elbow"] = [0.3, 0.0, 0.0]
    trackers = [{"joint": "L_wrist", "mount_position_m": [0.01, 0.02, 0.03],
                 "mount_xyzw": Rotation.from_euler("y", 20, degrees=True).as_quat().tolist()}]
    return json.dumps({"format": 1, "offsets_m": offsets, "trackers": trackers, **changes})


def test_a_calibration_comes_after_the_preset_on_the_joints_it_saw() -> None:
    """A device on a wrist whose found mount turns and shifts what the preset says: both ways to its reading agree."""
    told = wearer_of(1.7, JOINTS, PRESETS["INDEX"])
    wearer = told.calibrated(calibration())
    assert_allclose(wearer.offsets_m[JOINT_NAMES.index("L_elbow")], [0.3, 0, 0])
    assert wearer.mounts[0] == told.mounts[0] and wearer.mounts[2] == told.mounts[2]
    joint, place = Rotation.from_euler("zyx", [10, 50, -30], degrees=True), np.array([0.5, 1.2, 0.1])
    mount = wearer.mounts[1][1]
    turns = (joint * Rotation.from_quat(mount.turn_xyzw)).as_quat()
    places = place + joint.apply(mount.place_m)
    seen = [np.tile(row, (1, 3, 1)) for row in (places, turns)]
    at, turned = told.at_joints(*seen)
    assert_allclose(at[0, 1], place + joint.apply([0.01, 0.02, 0.03]), atol=1e-9)
    found = joint * Rotation.from_euler("y", 20, degrees=True)
    assert (Rotation.from_quat(turned[0, 1]).inv() * found).magnitude() < 1e-6


@pytest.mark.parametrize("text", ["", "[]", "{}", calibration(format=2), calibration(trackers=[{"joint": "head"}]),
                                  calibration(offsets_m={"pelvis": [0, 0, 0]})])
def test_what_is_no_calibration_is_refused(text: str) -> None:
    with pytest.raises(CalibrationError):
        wearer_of(1.7, JOINTS, PRESETS["JOINTS"]).calibrated(text)


def test_readings_of_mounted_devices_are_those_of_the_joints() -> None:
    """What the simulator reads of devices mounted by a preset is, brought to the joints, what it reads without."""
    told = wearer_of(neutral_height(), JOINTS, PRESETS["TOUCH"])
    mounted = [Tracker(JOINT_INDEX[joint], np.float32(mount.place_m), np.float32(mount.turn_xyzw))
               for joint, mount in told.mounts]
    bare = [Tracker(JOINT_INDEX[joint]) for joint in JOINTS]
    motion = demo_motion(2.0)
    still = SensorNoise(0, 0)
    devices, joints = (simulate_trackers(motion, Setup(Skeleton(), tuple(worn), still)) for worn in (mounted, bare))
    places, turns = told.at_joints(devices.positions_m, devices.rotations_xyzw)
    assert_allclose(places, joints.positions_m, atol=1e-5)
    assert np.abs(np.sum(turns * joints.rotations_xyzw, axis=-1)).min() > 1 - 1e-6
