"""What retargeting has put onto a rig comes back from it, and goes onto it again as it was."""
from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bridge.capture.amass import read_recording
from engine_plugins.blender.posebridge.core.bone_match import match
from engine_plugins.blender.posebridge.core.motion import SolvedMotion, global_rotations, hip_height, joint_positions
from engine_plugins.blender.posebridge.core.motion_file import read_motion, write_motion
from engine_plugins.blender.posebridge.core.plan import make_plan
from engine_plugins.blender.posebridge.core.read_back import body_of, read_back
from engine_plugins.blender.posebridge.core.retarget import Options, retarget
from engine_plugins.blender.posebridge.core.rig import Rig
from engine_plugins.blender.posebridge.core.rotations import from_matrix, inverse, multiply
from tests.engine_plugins.blender.posebridge.core.posed_rig import bones_in_world, rig_of
from tests.engine_plugins.blender.posebridge.core.test_retarget import ONE_TO_ONE, OTHER, WAYS, clip
from tests.vectors.retarget_layouts import LAYOUTS
from tests.vectors.retarget_rigs import JOINTS, NEUTRAL

AS_IT_IS = Options(lock_feet=False)


def apart_deg(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Angles between rotations (..., 4)."""
    between = multiply(inverse(one), other)
    return np.degrees(2 * np.arctan2(np.linalg.norm(between[..., :3], axis=-1), np.abs(between[..., 3])))


def there_and_back(rig: Rig, motion: SolvedMotion) -> tuple[SolvedMotion, np.ndarray]:
    """What the rig says that it does once it plays the motion, and the matrices of its bones, (T, B, 4, 4)."""
    bone_map = match(rig)
    world = bones_in_world(rig, retarget(motion, rig, bone_map, AS_IT_IS))
    plan = make_plan(rig, bone_map, motion.offsets_m, False)
    turns = world[:, plan.rig_bones, :3, :3]
    turns = from_matrix(turns / np.linalg.norm(turns, axis=-2, keepdims=True))
    pelvis = world[:, plan.rig_bones[plan.main["pelvis"]], :3, 3]
    return read_back(plan, motion.offsets_m, motion.rate_hz, turns, pelvis), world


@pytest.mark.parametrize("way", WAYS, ids=lambda way: f"{way.pose}-{way.axes}")
@pytest.mark.parametrize("layout", ONE_TO_ONE)
def test_a_motion_comes_back_from_a_rig_with_a_bone_at_every_joint(layout: str, way: object) -> None:
    motion = clip()[0]
    rig = rig_of(replace(way, layout=LAYOUTS[layout], offsets_m=OTHER))  # type: ignore[type-var]
    found, _ = there_and_back(rig, motion)
    assert apart_deg(found.local_xyzw, motion.local_xyzw).max() < 0.01
    assert np.abs(found.root_m - motion.root_m).max() < 1e-5


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_rig_of_any_layout_plays_what_was_read_from_it_as_it_played_before(layout: str) -> None:
    way = WAYS[[*LAYOUTS].index(layout) % len(WAYS)]
    rig = rig_of(replace(way, layout=LAYOUTS[layout], offsets_m=OTHER))
    body = body_of(rig, match(rig))
    first, before = there_and_back(rig, replace(clip()[0], offsets_m=body))
    second, after = there_and_back(rig, first)
    bones = [row for row, name in enumerate(rig.names) if name in match(rig).bones]
    assert np.abs(after[:, bones] - before[:, bones]).max() < 1e-6
    assert apart_deg(second.local_xyzw, first.local_xyzw).max() < 0.01


@pytest.mark.parametrize("layout", ONE_TO_ONE)
def test_the_body_has_the_rig_s_own_build_at_an_adult_s_height(layout: str) -> None:
    rig = rig_of(replace(WAYS[2], layout=LAYOUTS[layout], offsets_m=0.5 * OTHER))
    body = body_of(rig, match(rig))
    assert hip_height(body) == pytest.approx(hip_height(NEUTRAL))
    np.testing.assert_allclose(body, OTHER * hip_height(NEUTRAL) / hip_height(OTHER), atol=1e-4)


def test_its_joints_are_where_the_rig_has_them() -> None:
    rig = rig_of(replace(WAYS[3], layout=LAYOUTS["SMPL"], offsets_m=OTHER))
    bone_map = match(rig)
    found, world = there_and_back(rig, replace(clip()[0], offsets_m=body_of(rig, bone_map)))
    plan = make_plan(rig, bone_map, found.offsets_m, False)
    places = plan.scale * joint_positions(found.offsets_m, found.root_m, global_rotations(found.local_xyzw))
    heads = world[..., :3, 3][:, [plan.rig_bones[plan.main[joint]] for joint in JOINTS]]
    for one, other in (("L_foot", "head"), ("R_wrist", "L_ankle"), ("pelvis", "R_foot")):
        far = [np.linalg.norm(where[:, JOINTS.index(one)] - where[:, JOINTS.index(other)], axis=-1)
               for where in (places, heads)]
        np.testing.assert_allclose(*far, atol=1e-4)


def test_a_written_motion_is_read_as_it_was_by_the_extension_and_by_the_command(tmp_path: Path) -> None:
    motion = clip()[0]
    write_motion(tmp_path / "it.npz", motion)
    ours, theirs = read_motion(tmp_path / "it.npz"), read_recording(tmp_path / "it.npz")
    for root, local in ((ours.root_m, ours.local_xyzw), (theirs.root_position_m, theirs.local_xyzw)):
        np.testing.assert_allclose(root, motion.root_m, atol=1e-5)
        assert apart_deg(local.astype(float), motion.local_xyzw).max() < 0.01
    np.testing.assert_allclose(theirs.skeleton.offsets_m, motion.offsets_m, atol=1e-6)
    assert ours.rate_hz == theirs.rate_hz == motion.rate_hz and theirs.floor
