"""A walking, reaching, crouching body on rigs of every family, looked at in the world, bone by bone as in Blender."""
from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose
from numpy.typing import NDArray

from bridge.capture.motion_npz import read_archive
from bridge.demo_motion import demo_motion
from bridge.motion import joint_positions
from engine_plugins.blender.posebridge.core.bone_map import BoneMap, BoneMapError, Drive
from engine_plugins.blender.posebridge.core.bone_match import match
from engine_plugins.blender.posebridge.core.motion import SolvedMotion, hip_height
from engine_plugins.blender.posebridge.core.plan import make_plan
from engine_plugins.blender.posebridge.core.retarget import Options, Place, RootMotion, posed, retarget, written
from engine_plugins.blender.posebridge.core.rig import Rig
from tests.engine_plugins.blender.posebridge.core.posed_rig import bones_in_world, rig_of, solved
from tests.vectors.retarget_layouts import LAYOUTS
from tests.vectors.retarget_rigs import JOINTS, NEUTRAL, Build, stretched

WAYS = [Build((), NEUTRAL, "T", "world"), Build((), NEUTRAL, "A", seed=1, z_up=True),
        Build((), NEUTRAL, "A", "random", 2, unit_m=0.01, yaw_deg=33, place_m=(1, 0, 2)),
        Build((), NEUTRAL, "hanging", "random", 3, unit_m=2.5, origin="pelvis")]
ONE_TO_ONE = ["Mixamo", "Ready Player Me", "VRoid", "UE4", "Auto-Rig Pro export", "SMPL"]  # a bone at every joint
OTHER = stretched(knee=1.1, ankle=0.92, hip=1.2, elbow=0.9, wrist=1.15, spine2=1.2, collar=1.1)
LIMBS = [(f"{side}_{start}", f"{side}_{end}") for side in "LR" for start, end in (
    ("hip", "knee"), ("knee", "ankle"), ("shoulder", "elbow"), ("elbow", "wrist"))]
IN_WORLD = Options(place=Place.WORLD, lock_feet=False)


@lru_cache
def clip() -> tuple[SolvedMotion, NDArray[np.float32]]:
    """Every tenth of a second of the demo, and where its joints are."""
    demo = demo_motion(10.0)
    return solved(demo), joint_positions(demo)


def heads_of(
    rig: Rig, bone_map: BoneMap, options: Options, motion: SolvedMotion | None = None
) -> dict[str, np.ndarray]:
    """Joint -> where the head of its bone is, (T, 3)."""
    world = bones_in_world(rig, retarget(motion or clip()[0], rig, bone_map, options))[..., :3, 3]
    bones = {joint: bone_map.bone_of(joint, rig) for joint in JOINTS}
    return {joint: world[:, bone] for joint, bone in bones.items() if bone is not None}


def degrees(first: np.ndarray, last: np.ndarray) -> np.ndarray:
    cross, dot = np.linalg.norm(np.cross(first, last), axis=-1), np.sum(first * last, axis=-1)
    return np.degrees(np.arctan2(cross, dot))


@pytest.mark.parametrize("way", WAYS, ids=lambda way: f"{way.pose}-{way.axes}")
@pytest.mark.parametrize("layout", ONE_TO_ONE)
def test_a_rig_of_the_body_s_own_build_is_where_the_body_is(layout: str, way: Build) -> None:
    rig = rig_of(replace(way, layout=LAYOUTS[layout]))
    for joint, heads in heads_of(rig, match(rig), IN_WORLD).items():
        assert np.linalg.norm(heads - clip()[1][:, JOINTS.index(joint)], axis=-1).max() < 0.001, joint


@pytest.mark.parametrize("way", WAYS, ids=lambda way: f"{way.pose}-{way.axes}")
@pytest.mark.parametrize("layout", LAYOUTS)
def test_limbs_of_any_build_point_where_the_body_s_do(layout: str, way: Build) -> None:
    rig = rig_of(replace(way, layout=LAYOUTS[layout], offsets_m=OTHER))
    heads, truth = heads_of(rig, match(rig), IN_WORLD), clip()[1]
    for start, end in LIMBS:
        wanted = truth[:, JOINTS.index(end)] - truth[:, JOINTS.index(start)]
        assert degrees(heads[end] - heads[start], wanted).max() < 1, (start, end)


@pytest.mark.parametrize("name", ["test_basketball_1", "test_jumping_1", "test_extra_walking_10"])
def test_real_people_on_rigs_of_their_own_build_and_of_another(shared_data: Path, name: str) -> None:
    mocap = read_archive(shared_data / "cmu_subset.npz", lambda one, _: one == name)[0]
    motion, truth = solved(mocap), joint_positions(mocap)
    own = rig_of(Build(LAYOUTS["SMPL"], motion.offsets_m, "A", "random", unit_m=0.01, yaw_deg=70))
    for joint, heads in heads_of(own, match(own), IN_WORLD, motion).items():
        assert np.linalg.norm(heads - truth[:, JOINTS.index(joint)], axis=-1).max() < 0.001, joint
    other = rig_of(Build(LAYOUTS["UE5"], OTHER, "A", "random"))
    heads = heads_of(other, match(other), IN_WORLD, motion)
    for start, end in LIMBS:
        wanted = truth[:, JOINTS.index(end)] - truth[:, JOINTS.index(start)]
        assert degrees(heads[end] - heads[start], wanted).max() < 1, (start, end)


def test_standing_in_the_t_pose_it_stands_on_its_own_floor() -> None:
    still = SolvedMotion(NEUTRAL, 60.0, np.array([[0.0, 0.94, 0.0]]), np.tile([0.0, 0, 0, 1], (1, 22, 1)))
    for offsets in (NEUTRAL, OTHER, 0.4 * OTHER):
        rig = rig_of(Build(LAYOUTS["Mixamo"], offsets, "A", unit_m=0.01))
        heads = heads_of(rig, match(rig), Options(), still)
        assert_allclose((heads["L_hip"] + heads["R_hip"])[0, 1] / 2, hip_height(offsets), atol=1e-6)
        assert_allclose(heads["L_ankle"], heads["R_ankle"] * [-1, 1, 1], atol=1e-6)


def test_the_way_over_the_floor_scales_with_the_hips_or_as_told() -> None:
    rig = rig_of(Build(LAYOUTS["SMPL"], 0.5 * NEUTRAL))
    walked = clip()[1][:, [1, 2]].mean(axis=1)
    for travel, scale in ((None, [0.5, 0.5, 0.5]), (1.0, [1, 0.5, 1])):
        heads = heads_of(rig, match(rig), replace(IN_WORLD, travel=travel))
        assert_allclose((heads["L_hip"] + heads["R_hip"]) / 2, walked * scale, atol=1e-5)


def test_in_place_only_the_way_over_the_floor_is_gone() -> None:
    rig = rig_of(Build(LAYOUTS["UE4"], OTHER, "A"))
    there, here = (heads_of(rig, match(rig), replace(IN_WORLD, root=root))
                   for root in (RootMotion.IN_WORLD, RootMotion.IN_PLACE))
    moved = here["L_hip"] - there["L_hip"]
    assert_allclose((here["L_hip"] + here["R_hip"])[:, [0, 2]], 0, atol=1e-9)
    for joint in here:
        assert_allclose(here[joint] - there[joint], moved * [1, 0, 1], atol=1e-9)


@pytest.mark.parametrize("layout", ["UE4", "VRoid", "Rigify control rig", "Character Creator"])
def test_a_root_bone_carries_the_way_and_the_heading_and_the_body_is_where_it_was(layout: str) -> None:
    rig = rig_of(Build(LAYOUTS[layout], OTHER, "A", "random", 4))
    bone_map = match(rig)
    assert bone_map.root is not None
    there, carried = (heads_of(rig, bone_map, replace(IN_WORLD, root=root))
                      for root in (RootMotion.IN_WORLD, RootMotion.ROOT_BONE))
    for joint in there:
        assert_allclose(carried[joint], there[joint], atol=1e-9)
    keyed = retarget(clip()[0], rig, bone_map, replace(IN_WORLD, root=RootMotion.ROOT_BONE))
    root = bones_in_world(rig, keyed)[:, rig.index[bone_map.root]]
    assert_allclose(root[:, [0, 2], 3], ((there["L_hip"] + there["R_hip"]) / 2)[:, [0, 2]], atol=1e-9)
    upright = root[:, :3, :3] @ np.linalg.inv(rig.object_matrix[:3, :3] @ rig.rest[rig.index[bone_map.root]][:3, :3])
    assert_allclose(upright[:, 1], np.tile([0.0, 1, 0], (len(root), 1)), atol=1e-9)
    across = (there["L_hip"] - there["R_hip"]) * [1, 0, 1]
    assert degrees(upright[:, :, 0], across).max() < 5  # what is left is the pelvis's roll


def test_a_character_moved_and_turned_carries_its_motion_with_it() -> None:
    plain = rig_of(Build(LAYOUTS["Mixamo"], OTHER, "A", seed=5, unit_m=0.01))
    stood = rig_of(Build(LAYOUTS["Mixamo"], OTHER, "A", seed=5, unit_m=0.01, yaw_deg=90, place_m=(3, 0.5, -1)))
    there, here = (heads_of(rig, match(rig), Options(lock_feet=False)) for rig in (plain, stood))
    for joint in there:
        x, y, z = there[joint].T
        assert_allclose(here[joint], np.stack([z + 3, y + 0.5, -x - 1], axis=-1), atol=1e-6)


def test_small_asymmetries_do_not_turn_the_character() -> None:
    crooked = NEUTRAL.copy()
    crooked[JOINTS.index("L_hip")] += [0.004, 0.003, 0.01]
    crooked[JOINTS.index("R_shoulder")] += [0.0, 0.01, -0.01]
    demo = demo_motion(10.0)
    motion = replace(solved(demo), offsets_m=crooked)
    body = joint_positions(replace(demo, skeleton=replace(demo.skeleton, offsets_m=crooked)))
    rig = rig_of(Build(LAYOUTS["SMPL"], crooked, yaw_deg=33))
    for joint, heads in heads_of(rig, match(rig), IN_WORLD, motion).items():
        assert np.linalg.norm(heads - body[:, JOINTS.index(joint)], axis=-1).max() < 0.001, joint


def test_the_order_of_a_rig_s_bones_does_not_matter() -> None:
    rig = rig_of(Build(LAYOUTS["MPFB / MakeHuman"], OTHER, "A"))
    order = np.arange(len(rig.names))[::-1]
    parents = tuple(len(order) - 1 - rig.parents[old] if rig.parents[old] >= 0 else -1 for old in order)
    turned = Rig(tuple(rig.names[old] for old in order), parents, rig.rest[order], rig.tails[order], rig.object_matrix)
    first, last = (retarget(clip()[0], one, match(rig)) for one in (rig, turned))
    for row, bone in enumerate(first.bones):
        assert_allclose(last.basis_xyzw[:, last.bones.index(bone)], first.basis_xyzw[:, row], atol=1e-12)


def test_live_poses_one_by_one_are_the_clip_s() -> None:
    motion, rig = clip()[0], rig_of(Build(LAYOUTS["Rigify control rig"], OTHER, "A"))
    whole = replace(IN_WORLD, root=RootMotion.ROOT_BONE)
    plan = make_plan(rig, match(rig), motion.offsets_m, root_bone=True)
    keyed = retarget(motion, rig, match(rig), whole)
    for frame in (0, 40, 150):
        now = replace(motion, root_m=motion.root_m[[frame]], local_xyzw=motion.local_xyzw[[frame]])
        one = written(plan, posed(plan, now, whole), motion.offsets_m, whole)
        assert_allclose(np.abs(np.sum(one.basis_xyzw[0] * keyed.basis_xyzw[frame], axis=-1)), 1, atol=1e-12)
        assert_allclose(one.pelvis_location[0], keyed.pelvis_location[frame], atol=1e-12)


def test_a_map_that_does_not_fit_is_refused_with_every_reason() -> None:
    rig = rig_of(Build(LAYOUTS["Mixamo"], NEUTRAL))
    lacking = BoneMap({"tail": Drive("head"), "mixamorig:Hips": Drive("pelvis")})
    with pytest.raises(BoneMapError, match=r'no bone "tail", which the map ties to head; .*no bone stands for R_wrist'):
        retarget(clip()[0], rig, lacking)
    with pytest.raises(BoneMapError, match="no root bone to carry"):
        retarget(clip()[0], rig, match(rig), Options(RootMotion.ROOT_BONE))


def test_signs_are_continuous_and_the_rig_is_left_alone() -> None:
    rig = rig_of(Build(LAYOUTS["MPFB / MakeHuman"], OTHER, "A", "random"))
    before = [part.copy() for part in (rig.rest, rig.tails, rig.object_matrix)]
    motion = solved(demo_motion(30.0))
    signs = np.random.default_rng(1).choice([-1.0, 1.0], size=(len(motion), 22, 1))
    keyed = retarget(replace(motion, local_xyzw=motion.local_xyzw * signs), rig, match(rig))
    assert (np.sum(keyed.basis_xyzw[1:] * keyed.basis_xyzw[:-1], axis=-1) > 0).all()
    for was, now in zip(before, (rig.rest, rig.tails, rig.object_matrix), strict=True):
        assert_allclose(now, was, atol=0)


def test_a_twist_is_shared_along_the_limb() -> None:
    """The wrist turned by a right angle about the forearm: half way along, half of it."""
    local = np.tile([0.0, 0, 0, 1], (1, 22, 1))
    axis = NEUTRAL[JOINTS.index("L_wrist")] / np.linalg.norm(NEUTRAL[JOINTS.index("L_wrist")])
    local[0, JOINTS.index("L_wrist")] = [*(axis * np.sin(np.pi / 4)), np.cos(np.pi / 4)]
    motion = SolvedMotion(NEUTRAL, 60.0, np.array([[0.0, 0.94, 0.0]]), local)
    for layout, bones in (("UE4", ("lowerarm_l", "lowerarm_twist_01_l", "hand_l")),
                          ("Daz Genesis 3 and 8", ("lForearmBend", "lForearmTwist", "lHand"))):
        rig = rig_of(Build(LAYOUTS[layout], NEUTRAL, "A", "random", 6))
        keyed = retarget(motion, rig, match(rig), IN_WORLD)
        still = retarget(replace(motion, local_xyzw=np.tile([0.0, 0, 0, 1], (1, 22, 1))), rig, match(rig), IN_WORLD)
        rows = [rig.index[bone] for bone in bones]
        turned = [bones_in_world(rig, which)[0, rows, :3, :3] for which in (keyed, still)]
        traces = np.trace(turned[0] @ np.linalg.inv(turned[1]), axis1=1, axis2=2)
        assert_allclose(np.degrees(np.arccos((traces - 1) / 2)), [0, 45, 90], atol=0.1)
