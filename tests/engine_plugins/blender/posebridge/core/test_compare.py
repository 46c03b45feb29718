"""The lines that are drawn beside a character are the solved body and its trackers, where the character's own are."""
from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from bridge.demo_motion import demo_motion
from bridge.motion import joint_positions
from engine_plugins.blender.posebridge.core.bone_match import match
from engine_plugins.blender.posebridge.core.compare import BONES, MARK_M, Lines, lines_at, spot_of
from engine_plugins.blender.posebridge.core.plan import make_plan
from engine_plugins.blender.posebridge.core.retarget import Options, Place, RootMotion, retarget
from tests.engine_plugins.blender.posebridge.core.posed_rig import bones_in_world, rig_of, solved
from tests.vectors.retarget_layouts import LAYOUTS
from tests.vectors.retarget_rigs import JOINTS, NEUTRAL, Build, stretched

FRAME = 40
TALL = stretched(knee=1.2, ankle=1.2)
RIGS = [Build(LAYOUTS["SMPL"], NEUTRAL, "A", "random", 6, yaw_deg=70, place_m=(2, 0, 1)),
        Build(LAYOUTS["SMPL"], TALL, "A", "random", 6, unit_m=0.01, yaw_deg=-20)]


def lines(rig: Build, options: Options, beside_m: float = 0.0) -> tuple[Lines, np.ndarray]:
    """The lines at one frame of the demo, and where the heads of the character's joints are then, (22, 3)."""
    made, demo = rig_of(rig), demo_motion(6.0)
    motion = solved(demo)
    bone_map = match(made)
    plan = make_plan(made, bone_map, motion.offsets_m, False)
    trackers = joint_positions(demo)[FRAME, [JOINTS.index(joint) for joint in ("head", "L_wrist", "R_wrist")]]
    drawn = lines_at(spot_of(plan, options, beside_m), motion.offsets_m, motion.root_m[FRAME], motion.local_xyzw[FRAME],
                     trackers)
    world = bones_in_world(made, retarget(motion, made, bone_map, options))[FRAME, :, :3, 3]
    heads = [world[bone] for joint in JOINTS if (bone := bone_map.bone_of(joint, made)) is not None]
    return drawn, np.array(heads)


@pytest.mark.parametrize("place", Place)
@pytest.mark.parametrize("root", [RootMotion.IN_WORLD, RootMotion.IN_PLACE])
def test_on_a_character_of_the_same_build_they_lie_on_its_bones(place: Place, root: RootMotion) -> None:
    drawn, heads = lines(RIGS[0], Options(root, place, lock_feet=False))
    for number, (first, last) in enumerate(BONES):
        assert_allclose(drawn.bones[number], heads[[first, last]], atol=1e-4)


@pytest.mark.parametrize("place", Place)
def test_beside_a_taller_one_they_keep_its_pace(place: Place) -> None:
    """The solved body is as tall as it is; its hips are above the same place of the floor."""
    drawn, heads = lines(RIGS[1], Options(place=place, lock_feet=False))
    hips = [number for number, (_, joint) in enumerate(BONES) if JOINTS[joint] in ("L_hip", "R_hip")]
    apart = drawn.bones[hips, 1].mean(axis=0) - heads[[JOINTS.index("L_hip"), JOINTS.index("R_hip")]].mean(axis=0)
    assert np.abs(apart[[0, 2]]).max() < 1e-4 and apart[1] < -0.05


def test_they_are_moved_to_the_character_s_left() -> None:
    options = Options(lock_feet=False)
    on_it, beside = (lines(RIGS[0], options, shift)[0] for shift in (0.0, 1.5))
    moved = beside.bones - on_it.bones
    left = np.array([np.cos(np.radians(70)), 0, -np.sin(np.radians(70))])
    assert_allclose(moved, np.broadcast_to(1.5 * left, moved.shape), atol=1e-6)
    assert_allclose(beside.marks - on_it.marks, np.broadcast_to(1.5 * left, on_it.marks.shape), atol=1e-6)


def test_trackers_are_crosses_where_their_joints_are() -> None:
    drawn, heads = lines(RIGS[0], Options(place=Place.WORLD, lock_feet=False))
    assert drawn.marks.shape == (9, 2, 3)
    middles = drawn.marks.reshape(3, -1, 3).mean(axis=1)
    assert_allclose(middles, heads[[JOINTS.index(joint) for joint in ("head", "L_wrist", "R_wrist")]], atol=2e-3)
    assert_allclose(np.linalg.norm(drawn.marks[:, 1] - drawn.marks[:, 0], axis=-1), 2 * MARK_M)


def test_without_trackers_there_are_no_crosses() -> None:
    made, motion = rig_of(replace(RIGS[0])), solved(demo_motion(6.0))
    spot = spot_of(make_plan(made, match(made), motion.offsets_m, False), Options(), 1.0)
    drawn = lines_at(spot, motion.offsets_m, motion.root_m[0], motion.local_xyzw[0], np.zeros((0, 3)))
    assert drawn.marks.shape == (0, 2, 3) and drawn.bones.shape == (21, 2, 3)
