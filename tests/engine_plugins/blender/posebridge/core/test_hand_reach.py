"""Hands where the body's were, on rigs with other arms."""
from __future__ import annotations

import numpy as np
from numpy.testing import assert_allclose

from bridge.demo_motion import demo_motion
from engine_plugins.blender.posebridge.core.bone_match import match
from engine_plugins.blender.posebridge.core.hand_reach import WRISTS, reach_hands
from engine_plugins.blender.posebridge.core.limbs import ARMS, limb_places
from engine_plugins.blender.posebridge.core.motion import global_rotations, joint_positions
from engine_plugins.blender.posebridge.core.plan import make_plan
from engine_plugins.blender.posebridge.core.retarget import Options, Place, posed, retarget
from tests.engine_plugins.blender.posebridge.core.posed_rig import bones_in_world, rig_of, solved
from tests.vectors.retarget_layouts import LAYOUTS
from tests.vectors.retarget_rigs import NEUTRAL, Build, stretched

CLIP = solved(demo_motion(20.0))
WORLD_TURNS = global_rotations(CLIP.local_xyzw)
HANDS = joint_positions(CLIP.offsets_m, CLIP.root_m, WORLD_TURNS)[:, WRISTS]
LONG_ARMS = stretched(elbow=1.15, wrist=1.1, spine2=1.1)


def test_longer_arms_in_any_rest_pose_take_the_hands_where_the_body_s_are() -> None:
    rigs = (("Mixamo", "A", "along"), ("UE5", "T", "random"), ("MPFB / MakeHuman", "hanging", "random"))
    for layout, pose, axes in rigs:
        rig = rig_of(Build(LAYOUTS[layout], LONG_ARMS, pose, axes, unit_m=0.01))
        bone_map = match(rig)
        free, taken = (bones_in_world(rig, retarget(CLIP, rig, bone_map, Options(place=Place.WORLD, reach_hands=reach)))
                       for reach in (False, True))
        wrists = [bone_map.bone_of(name, rig) for name in ("L_wrist", "R_wrist")]
        free, taken = free[:, wrists], taken[:, wrists]
        assert np.linalg.norm(free[..., :3, 3] - HANDS, axis=-1).max() > 0.05
        assert np.linalg.norm(taken[..., :3, 3] - HANDS, axis=-1).max() < 0.0005
        assert_allclose(taken[..., :3, :3], free[..., :3, :3], atol=1e-9)  # hands turn as before


def test_a_world_scaled_to_the_rig_scales_its_targets() -> None:
    rig = rig_of(Build(LAYOUTS["SMPL"], 0.5 * LONG_ARMS))
    plan = make_plan(rig, match(rig), CLIP.offsets_m, root_bone=False)
    pose = posed(plan, CLIP, Options(reach_hands=True))
    for side, arm in enumerate(ARMS):
        assert_allclose(limb_places(plan, pose, CLIP.offsets_m, arm)[2], plan.scale * HANDS[:, side], atol=1e-6)


def test_weights_fade_between_where_a_hand_is_and_its_target() -> None:
    rig = rig_of(Build(LAYOUTS["Mixamo"], LONG_ARMS))
    plan = make_plan(rig, match(rig), CLIP.offsets_m, root_bone=False)
    free = posed(plan, CLIP, Options(lock_feet=False))
    weight = np.tile([0.0, 0.5], (len(CLIP), 1))
    taken = reach_hands(plan, free, CLIP.offsets_m, HANDS, weight)
    left, right = (limb_places(plan, taken, CLIP.offsets_m, arm)[2] for arm in ARMS)
    was_left, was_right = (limb_places(plan, free, CLIP.offsets_m, arm)[2] for arm in ARMS)
    assert_allclose(left, was_left, atol=1e-9)
    assert_allclose(right, (was_right + HANDS[:, 1]) / 2, atol=1e-9)


def test_arms_too_short_point_at_what_they_do_not_reach() -> None:
    rig = rig_of(Build(LAYOUTS["SMPL"], stretched(elbow=0.5, wrist=0.5)))
    plan = make_plan(rig, match(rig), CLIP.offsets_m, root_bone=False)
    far = HANDS + np.array([0, 0, 9.0])
    pose = reach_hands(plan, posed(plan, CLIP, Options(lock_feet=False)), CLIP.offsets_m, far)
    shoulder, _, wrist = limb_places(plan, pose, CLIP.offsets_m, ARMS[0])
    towards = far[:, 0] - shoulder
    assert_allclose(np.linalg.norm(np.cross(wrist - shoulder, towards), axis=-1), 0, atol=1e-6)


def test_hands_of_the_body_s_own_build_are_there_already() -> None:
    rig = rig_of(Build(LAYOUTS["Mixamo"], NEUTRAL, "A"))
    free, taken = (retarget(CLIP, rig, match(rig), Options(lock_feet=False, reach_hands=reach))
                   for reach in (False, True))
    assert_allclose(np.abs(np.sum(free.basis_xyzw * taken.basis_xyzw, axis=-1)), 1, atol=1e-6)
