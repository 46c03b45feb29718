"""A captured session, solved by the real daemon, on every family of rigs as users have them: in T- and A-poses, with
rolled bones, scaled objects, bones too many and too few. test_in_blender.py starts the daemon."""
from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import bpy
import numpy as np
import pytest

import bridge
from engine_plugins.blender.posebridge.core.bone_match import match
from engine_plugins.blender.posebridge.core.contacts import planted_toes
from engine_plugins.blender.posebridge.core.coordinates import point_from_blender
from engine_plugins.blender.posebridge.core.job import Watch
from engine_plugins.blender.posebridge.core.motion import SolvedMotion, global_rotations, joint_positions
from engine_plugins.blender.posebridge.core.resample import resample
from engine_plugins.blender.posebridge.core.retarget import Options
from engine_plugins.blender.posebridge.retarget_job import Placement, Task, start
from engine_plugins.blender.posebridge.rig_reader import read_rig
from engine_plugins.blender.posebridge.sources import from_capture
from tests.engine_plugins.blender.bpy.characters import IN_WORLD, Floats, armature_of, mapped_bones, most_askew_deg
from tests.engine_plugins.blender.bpy.test_rigify import DEFORM, metarig
from tests.vectors.retarget_layouts import LAYOUTS
from tests.vectors.retarget_rigs import JOINTS, Build, stretched

DEMO = Path(bridge.__file__).parent / "assets" / "demo.mcap"
FEW_HZ = 3
FAMILIES = {"Mixamo": 22, "UE4": 22, "UE5": 22, "VRM": 17, "VRoid": 22, "MPFB / MakeHuman": 22,
            "Daz Genesis 3 and 8": 22, "Character Creator": 22, "SMPL": 22}
WHOLE = ["Mixamo", "UE4", "VRoid", "SMPL"]  # a bone at every joint of the body's
OTHER = stretched(knee=1.15, ankle=0.9, hip=1.2, elbow=0.88, wrist=1.12, spine2=1.2, collar=1.1)
T = Build((), OTHER, "T", "along", 1, z_up=True)
A = Build((), OTHER, "A", "random", 2, unit_m=0.01, yaw_deg=33, place_m=(1, 0, 2))


@lru_cache
def motion() -> SolvedMotion:
    return from_capture(DEMO, None, "the extension's tests", Watch())


@lru_cache
def body(rate_hz: int) -> Floats:
    """(T, 22, 3) the solved body's joints at a scene's rate."""
    shown = resample(motion(), rate_hz)
    return joint_positions(shown.offsets_m, shown.root_m, global_rotations(shown.local_xyzw))


def played(armature: bpy.types.Object, rate_hz: int, options: Options = IN_WORLD) -> None:
    bpy.context.scene.render.fps = rate_hz
    start(Task(armature, lambda _: motion(), Placement("Solved", 0), options), bpy.context.scene).finish()


def heads(armature: bpy.types.Object, bones: dict[str, str], rate_hz: int) -> dict[str, Floats]:
    """Joint -> (T, 3) where Blender shows the head of its bone, project axes."""
    found = np.empty((len(body(rate_hz)), len(bones), 3))
    for frame in range(len(found)):
        bpy.context.scene.frame_set(frame)
        posed = armature.evaluated_get(bpy.context.evaluated_depsgraph_get())
        found[frame] = [posed.matrix_world @ posed.pose.bones[bone].head for bone in bones.values()]
    return dict(zip(bones, np.moveaxis(point_from_blender(found), 1, 0), strict=True))


def test_the_session_is_a_motion() -> None:
    assert len(motion().root_m) > 1000 and motion().rate_hz == 60


@pytest.mark.parametrize("way", [T, A], ids=["T-pose", "A-pose, rolled, in centimetres"])
@pytest.mark.parametrize("family", FAMILIES)
def test_every_limb_points_as_the_solved_one(family: str, way: Build) -> None:
    armature = armature_of(replace(way, layout=LAYOUTS[family]))
    bones = mapped_bones(armature)
    assert len(bones) >= FAMILIES[family]
    played(armature, FEW_HZ)
    worst = most_askew_deg(heads(armature, bones, FEW_HZ), body(FEW_HZ))
    print(f"{family}, {way.pose}: {worst:.3f} degrees")
    assert worst < 1


@pytest.mark.parametrize("way", [T, A], ids=["T-pose", "A-pose, rolled, in centimetres"])
@pytest.mark.parametrize("family", WHOLE)
def test_joints_of_the_body_s_own_build_are_where_the_solved_ones_are(family: str, way: Build) -> None:
    armature = armature_of(replace(way, layout=LAYOUTS[family], offsets_m=motion().offsets_m))
    played(armature, FEW_HZ)
    found = heads(armature, mapped_bones(armature), FEW_HZ)
    worst = max(float(np.linalg.norm(found[one] - body(FEW_HZ)[:, JOINTS.index(one)], axis=-1).max()) for one in found)
    print(f"{family}, {way.pose}: {1000 * worst:.3f} mm")
    assert worst < 0.001


@pytest.mark.parametrize("kind", ["basic_human", "human"])
def test_rigify_s_metarigs(kind: str) -> None:
    armature = metarig(kind)
    assert match(read_rig(armature)).family == "Rigify metarig"
    played(armature, FEW_HZ)
    worst = most_askew_deg(heads(armature, mapped_bones(armature), FEW_HZ), body(FEW_HZ))
    print(f"Rigify's {kind} metarig: {worst:.3f} degrees")
    assert worst < 1


def test_the_rig_that_rigify_generates() -> None:
    """Its whole human is in test_rigify.py: it takes long."""
    metarig("basic_human").scale = [0.4] * 3
    bpy.ops.pose.rigify_generate()
    rig = bpy.context.object
    played(rig, FEW_HZ)
    sided = {f"{side}_{joint}": f"{name}.{side}" for joint, name in DEFORM.items() for side in "LR"}
    worst = most_askew_deg(heads(rig, sided, FEW_HZ), body(FEW_HZ))
    print(f"Rigify's control rig: {worst:.3f} degrees")
    assert worst < 1


@pytest.mark.parametrize("family", ["Mixamo", "UE5"])
def test_planted_feet_stay_where_they_stand(family: str) -> None:
    """On a rig of another build, frame by frame at the session's own rate, in Blender's world."""
    armature = armature_of(replace(A, layout=LAYOUTS[family]))
    played(armature, 60, Options(lock_feet=True))
    toes = {joint: bone for joint, bone in mapped_bones(armature).items() if joint in ("L_foot", "R_foot")}
    shown = resample(motion(), 60)
    spans = planted_toes(shown, global_rotations(shown.local_xyzw))
    found = heads(armature, toes, 60)
    speeds = np.concatenate([np.linalg.norm(np.diff(found[joint][start:end, [0, 2]], axis=0), axis=-1) * 60
                             for joint, own in zip(("L_foot", "R_foot"), spans, strict=True) for start, end in own])
    print(f"{family}: {100 * speeds.max():.3f} cm/s over {len(speeds)} frames")
    assert len(speeds) > 400 and speeds.max() < 0.005
