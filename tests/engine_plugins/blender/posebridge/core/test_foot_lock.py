"""Feet of a walk on rigs of another build: planted ones stay, nothing jumps, and doing it twice is doing it once."""
from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

from bridge.capture.motion_npz import read_archive
from bridge.demo_motion import demo_motion
from bridge.frames import Motion
from bridge.motion import joint_positions
from engine_plugins.blender.posebridge.core.bone_match import match
from engine_plugins.blender.posebridge.core.contacts import planted_toes
from engine_plugins.blender.posebridge.core.foot_lock import eased, lock_feet
from engine_plugins.blender.posebridge.core.motion import global_rotations
from engine_plugins.blender.posebridge.core.plan import make_plan
from engine_plugins.blender.posebridge.core.retarget import Options, posed, retarget
from engine_plugins.blender.posebridge.core.rig import Rig
from tests.engine_plugins.blender.posebridge.core.posed_rig import bones_in_world, rig_of, solved
from tests.vectors.retarget_layouts import LAYOUTS
from tests.vectors.retarget_rigs import JOINTS, NEUTRAL, Build, stretched

SHINS = stretched(knee=1.25, ankle=0.8, hip=1.2)  # long thighs, short shins: ankles go another way than the body's
SKATE_M_S = 0.005
MOCAP = ["test_walking_1", "test_extra_walking_10", "test_basketball_1", "test_soccer_1"]


def toes_of(motion: Motion, rig: Rig, lock: bool) -> np.ndarray:
    """(T, 2, 3): toe bases, of a rig without them the ankles."""
    bone_map = match(rig)
    world = bones_in_world(rig, retarget(solved(motion), rig, bone_map, Options(lock_feet=lock)))[..., :3, 3]
    return world[:, [bone_map.bone_of(toe, rig) for toe in ("L_foot", "R_foot")]]


def skate_m_s(toes: np.ndarray, motion: Motion) -> tuple[float, float]:
    """The mean and the most of horizontal speeds within the spans that the solved body stands."""
    clip = solved(motion)
    spans = planted_toes(clip, global_rotations(clip.local_xyzw))
    speeds = [np.linalg.norm(np.diff(toes[start:end, side][:, [0, 2]], axis=0), axis=-1) * motion.rate_hz
              for side in (0, 1) for start, end in spans[side]]
    assert sum(map(len, speeds)) > 0.2 * len(motion)
    return float(np.concatenate(speeds).mean()), float(np.concatenate(speeds).max())


@pytest.mark.parametrize("offsets", [NEUTRAL, SHINS, 0.6 * SHINS], ids=["own build", "short shins", "child"])
def test_planted_feet_of_the_demo_stay(offsets: np.ndarray) -> None:
    rig, motion = rig_of(Build(LAYOUTS["Mixamo"], offsets, "A", unit_m=0.01)), demo_motion()
    assert skate_m_s(toes_of(motion, rig, lock=True), motion)[1] < SKATE_M_S


def test_feet_that_the_script_plants_stay_too() -> None:
    """Not by our own idea of standing: where the demo's own toe base does not move at all."""
    motion, rig = demo_motion(), rig_of(Build(LAYOUTS["UE4"], SHINS, "A"))
    body = joint_positions(motion)[:, [JOINTS.index("L_foot"), JOINTS.index("R_foot")]]
    stands = np.linalg.norm(np.diff(body, axis=0), axis=-1) * motion.rate_hz < 0.002
    free, locked = (np.linalg.norm(np.diff(toes_of(motion, rig, lock)[..., [0, 2]], axis=0), axis=-1) * motion.rate_hz
                    for lock in (False, True))
    assert stands.sum() > 1000 and free[stands].max() > 20 * SKATE_M_S
    assert locked[stands].max() < SKATE_M_S


@pytest.mark.parametrize("name", MOCAP)
def test_planted_feet_of_real_people_stay(shared_data: Path, name: str) -> None:
    motion = read_archive(shared_data / "cmu_subset.npz", lambda clip, _: clip == name)[0]
    rig = rig_of(Build(LAYOUTS["Mixamo"], SHINS, "A", unit_m=0.01))
    assert skate_m_s(toes_of(motion, rig, lock=False), motion)[0] > 4 * SKATE_M_S
    assert skate_m_s(toes_of(motion, rig, lock=True), motion)[1] < SKATE_M_S


def test_nothing_jumps_where_locks_begin_and_end() -> None:
    motion = demo_motion()
    rig = rig_of(Build(LAYOUTS["Mixamo"], SHINS, "A"))
    bone_map = match(rig)
    bones = [bone_map.bone_of(joint, rig) for joint in ("L_knee", "R_knee", "L_ankle", "R_ankle", "pelvis")]
    free, locked = (bones_in_world(rig, retarget(solved(motion), rig, bone_map, Options(lock_feet=lock)))
                    for lock in (False, True))
    free, locked = free[..., :3, 3][:, bones], locked[..., :3, 3][:, bones]
    steps = np.linalg.norm(np.diff(locked - free, axis=0), axis=-1)
    assert 0 < steps.max() < 0.012  # metres a frame: what the correction itself moves


def test_the_soles_turn_as_before_and_the_leg_bones_keep_their_length() -> None:
    motion = demo_motion()
    rig = rig_of(Build(LAYOUTS["MPFB / MakeHuman"], SHINS, "A", "random"))
    bone_map = match(rig)
    free, locked = (bones_in_world(rig, retarget(solved(motion), rig, bone_map, Options(lock_feet=lock)))
                    for lock in (False, True))
    foot, shin = bone_map.bone_of("L_ankle", rig), bone_map.bone_of("L_knee", rig)
    assert_allclose(locked[:, foot, :3, :3], free[:, foot, :3, :3], atol=1e-9)
    assert_allclose(np.linalg.norm(locked[:, foot, :3, 3] - locked[:, shin, :3, 3], axis=-1),
                    np.linalg.norm(rig.heads_m[foot] - rig.heads_m[shin]), atol=1e-9)


@pytest.mark.parametrize("layout", ["Mixamo", "VRM"])
def test_twice_is_once(layout: str) -> None:
    motion = solved(demo_motion())
    rig = rig_of(Build(LAYOUTS[layout], SHINS, "A"))
    plan = make_plan(rig, match(rig), motion.offsets_m, root_bone=False)
    planted = planted_toes(motion, global_rotations(motion.local_xyzw))
    once = posed(plan, motion, Options())
    twice = lock_feet(plan, once, motion.offsets_m, planted, motion.rate_hz)
    assert_allclose(twice.hips_m, once.hips_m, atol=1e-9)
    assert_allclose(np.abs(np.sum(twice.turns * once.turns, axis=-1)), 1, atol=1e-12)


def test_a_leg_too_short_lets_the_hips_down() -> None:
    """A body that stands wide, on a rig of narrow reach: planted where its feet were told to be, hips lower."""
    motion = demo_motion()
    clip = solved(motion)
    rig = rig_of(Build(LAYOUTS["SMPL"], NEUTRAL))
    plan = make_plan(rig, match(rig), clip.offsets_m, root_bone=False)
    free = posed(plan, clip, Options(lock_feet=False))
    raised = replace(free, hips_m=free.hips_m + np.array([0, 0.05, 0]) * (np.arange(len(clip)) % 2)[:, None])
    whole = ([(0, 40)], [(0, 40)])
    locked = lock_feet(plan, raised, clip.offsets_m, whole, motion.rate_hz)
    assert (locked.hips_m[:40, 1] < raised.hips_m[:40, 1] + 1e-9).all()
    assert (locked.hips_m[1:40:2, 1] < raised.hips_m[1:40:2, 1] - 0.01).all()


def test_hips_come_down_as_far_as_asked_and_gently() -> None:
    asked = np.zeros(100)
    asked[[40, 42, 70]] = [0.05, 0.02, 0.03]
    given = eased(asked, 10)
    assert (given >= asked - 1e-12).all() and given[[15, 95]].max() == 0
    assert np.abs(np.diff(given)).max() < 0.05 / 20
    assert_allclose(eased(np.zeros(5), 10), 0)


def test_one_frame_none_and_a_motion_without_stances_pass() -> None:
    motion = solved(demo_motion())
    rig = rig_of(Build(LAYOUTS["Mixamo"], SHINS))
    one, none = (replace(motion, root_m=motion.root_m[:count], local_xyzw=motion.local_xyzw[:count])
                 for count in (1, 0))
    flying = replace(motion, root_m=motion.root_m + np.linspace(0, 90, len(motion))[:, None])
    for clip in (one, none, flying):
        free, locked = (retarget(clip, rig, match(rig), Options(lock_feet=lock)) for lock in (False, True))
        assert_allclose(locked.basis_xyzw, free.basis_xyzw, atol=1e-9)
