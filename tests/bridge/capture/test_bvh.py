"""BVH in: our own back exactly; others' names, axes, units and rest poses; by Blender's exporter too."""
from __future__ import annotations

import os
import subprocess
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from bridge.capture.bvh import UNITS, read_bvh
from bridge.capture.bvh_file import Node
from bridge.capture.bvh_names import joints_of, side_and_word
from bridge.capture.load import load_motions, load_session
from bridge.demo_motion import demo_motion
from bridge.errors import InputInvalid, InputMissing, NotFinite, TooShort, UnitInvalid
from bridge.export.bvh import write_bvh
from bridge.export.bvh_style import BvhStyle
from bridge.frames import JOINT_INDEX, Skeleton
from bridge.motion import global_rotations, joint_positions

ROOT = Path(__file__).resolve().parents[3]
PYTHONS = [python for python in os.environ.get("POSEBRIDGE_BPY", "").split(os.pathsep) if python]


@pytest.mark.parametrize("style", [BvhStyle(), BvhStyle("m", "z", "XYZ"), BvhStyle("in", "y", "YZX"), BvhStyle("mm")])
def test_our_own_comes_back(tmp_path: Path, style: BvhStyle) -> None:
    motion = replace(demo_motion(30.0), skeleton=Skeleton(Skeleton().offsets_m * np.float32(1.07)))
    write_bvh(tmp_path / "walk.bvh", motion, style)
    (again,) = load_motions(tmp_path / "walk.bvh")
    np.testing.assert_allclose(joint_positions(again), joint_positions(motion), atol=1e-5)
    np.testing.assert_allclose(again.skeleton.offsets_m, motion.skeleton.offsets_m, atol=1e-5)
    assert (again.rate_hz, again.name) == (30.0, "walk")


def test_its_joints_are_trackers_with_the_truth(tmp_path: Path) -> None:
    write_bvh(tmp_path / "walk.bvh", demo_motion(30.0))
    session = load_session(tmp_path / "walk.bvh")
    assert session.truth is not None and len(session.clip) == len(session.truth)
    head = session.clip.positions_m[:, 0] - joint_positions(session.truth)[:, JOINT_INDEX["head"]]
    assert 0 < np.abs(head).max() < 0.02, "sensor noise, as of other known motion"


@pytest.mark.parametrize(("name", "known"), [
    ("mixamorig:LeftUpLeg", ("L", "upleg")), ("LeftHip", ("L", "hip")), ("thigh_r", ("R", "thigh")),
    ("R_wrist", ("R", "wrist")), ("J_Bip_L_UpperArm", ("L", "upperarm")),
    ("J_Bip_C_Head", ("", "head")), ("Bip01 R Thigh", ("R", "thigh")), ("LHipJoint", ("L", "hipjoint")),
    ("UpperLeg_L", ("L", "upperleg")), ("left_elbow", ("L", "elbow")), ("Head", ("", "head")), ("Hips", ("", "hips")),
    ("character:RightForeArm", ("R", "forearm")), ("Root", ("", "root")), ("lowerarm.l", ("L", "lowerarm"))])
def test_names(name: str, known: tuple[str, str]) -> None:
    assert side_and_word(name) == known


CMU = """Hips LHipJoint LeftUpLeg LeftLeg LeftFoot LeftToeBase End / Hips RHipJoint RightUpLeg RightLeg RightFoot End /
Hips LowerBack Spine Spine1 Neck Neck1 Head End / Spine1 LeftShoulder LeftArm LeftForeArm LeftHand LThumb End /
Spine1 RightShoulder RightArm RightForeArm RightHand End"""
BIOVISION = """Hips LeftHip LeftKnee LeftAnkle LeftToe End / Hips RightHip RightKnee RightAnkle RightToe End /
Hips Chest Neck Head End / Chest LeftCollar LeftShoulder LeftElbow LeftWrist End /
Chest RightCollar RightShoulder RightElbow RightWrist End"""
UNREAL = """root pelvis thigh_l calf_l foot_l ball_l / pelvis thigh_r calf_r foot_r ball_r /
pelvis spine_01 spine_02 spine_03 neck_01 head / spine_03 clavicle_l upperarm_l lowerarm_l hand_l /
spine_03 clavicle_r upperarm_r lowerarm_r hand_r"""
BARE = """Hips LeftUpperLeg LeftLowerLeg LeftFoot / Hips RightUpperLeg RightLowerLeg RightFoot / Hips Spine Head /
Spine LeftUpperArm LeftLowerArm LeftHand / Spine RightUpperArm RightLowerArm RightHand"""


def nodes_of(text: str) -> list[Node]:
    """Chains of names, each going on from the one it begins with."""
    nodes: list[Node] = []
    for chain in text.split("/"):
        parent = -1
        for name in chain.split():
            there = [row for row, node in enumerate(nodes) if node.name == name and name != "End"]
            if not there:
                nodes.append(Node(name, parent))
                there = [len(nodes) - 1]
            parent = there[0]
    return nodes


@pytest.mark.parametrize(("text", "wanted"), [
    (CMU, {"pelvis": "Hips", "L_hip": "LeftUpLeg", "R_ankle": "RightFoot", "L_foot": "LeftToeBase", "R_foot": "End",
           "spine1": "LowerBack", "spine2": "Spine", "spine3": "Spine1", "neck": "Neck", "L_collar": "LeftShoulder",
           "L_shoulder": "LeftArm", "R_wrist": "RightHand"}),
    (BIOVISION, {"L_shoulder": "LeftShoulder", "L_collar": "LeftCollar", "spine3": "Chest", "R_foot": "RightToe"}),
    (UNREAL, {"pelvis": "pelvis", "L_knee": "calf_l", "spine2": "spine_02", "R_collar": "clavicle_r", "head": "head"}),
    (BARE, {"spine3": "Spine", "L_elbow": "LeftLowerArm"})])
def test_which_joint_is_which(text: str, wanted: dict[str, str]) -> None:
    nodes = nodes_of(text)
    found = {joint: nodes[row].name for joint, row in joints_of(nodes).items()}
    assert {joint: found.get(joint) for joint in wanted} == wanted
    assert ("neck" in found, "L_collar" in found) == ((False, False) if text is BARE else (True, True))


def test_one_without_arms_is_told_what_it_lacks() -> None:
    with pytest.raises(InputInvalid, match=r"known as L_shoulder, L_elbow.*there are Hips, Left"):
        joints_of(nodes_of("/".join(BIOVISION.split("/")[:3])))


def edited(folder: Path, old: str, new: str) -> Path:
    """A short file of ours with this changed."""
    motion = demo_motion(30.0)
    write_bvh(folder / "a.bvh", replace(motion, root_position_m=motion.root_position_m[:4],
                                        local_xyzw=motion.local_xyzw[:4]))
    text = (folder / "a.bvh").read_text()
    assert old in text
    (folder / "b.bvh").write_text(text.replace(old, new, 1))
    return folder / "b.bvh"


@pytest.mark.parametrize(("old", "new", "kind", "said"), [
    ("HIERARCHY", "HIERARCHIE", InputInvalid, "does not begin"), ("Frames: 4", "Frames: 5", InputInvalid, "5 frames"),
    ("Frames: 4", "Frames: 1", TooShort, "2 frames are needed"), ("MOTION", "", InputInvalid, "no word of a BVH's"),
    ("Frame Time: 0.0333", "Frame Time: 333", InputInvalid, "Frame Time"),
    ("Zrotation", "Wrotation", InputInvalid, "Wrotation"),
    ("Zrotation Xrotation", "Xrotation Xrotation", InputInvalid, "twice about one axis"),
    ("OFFSET 7.000000", "OFFSET nan", NotFinite, "NaN"), ("JOINT head", "JOINT hat", InputInvalid, "known as head"),
    ("OFFSET 0.000000 11.0", "OFFSET 40.000000 11.0", InputInvalid, "no axis from pelvis to head"),
    ("OFFSET 0.000000 13.5", "OFFSET 0.000000 40000.0", UnitInvalid, "in one of m, cm")])
def test_what_it_says_of_files_that_are_none(
    tmp_path: Path, old: str, new: str, kind: type[Exception], said: str
) -> None:
    path = edited(tmp_path, old, new)
    with pytest.raises(kind, match=said) as told:
        read_bvh(path)
    assert str(path) in str(told.value)


def test_one_that_ends_too_soon_or_is_not_there(tmp_path: Path) -> None:
    whole = edited(tmp_path, "MOTION", "MOTION").read_text()
    for length in range(0, len(whole), 97):
        (tmp_path / "cut.bvh").write_text(whole[:length])
        with pytest.raises(InputInvalid):
            read_bvh(tmp_path / "cut.bvh")
    with pytest.raises(InputMissing):
        read_bvh(tmp_path / "none.bvh")


def test_no_two_units_fit_one_adult() -> None:
    heights = sorted((0.9 / metres, 2.3 / metres) for metres in UNITS.values())
    for (_, highest), (lowest, _) in pairwise(heights):
        assert lowest > 0.85 * highest, "where they overlap it is by little"


@pytest.mark.blender
@pytest.mark.parametrize("python", PYTHONS or [None])
def test_what_blender_s_exporter_writes(python: str | None, tmp_path: Path) -> None:
    """Characters with the bones of Mixamo, VRM, Unreal and SMPL, resting with hanging arms or in an A-pose."""
    if python is None:
        pytest.skip("POSEBRIDGE_BPY names no Python with the bpy module")
    ended = subprocess.run([python, str(Path(__file__).with_name("blender_writes.py")), str(tmp_path)], cwd=ROOT,
                           env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=110)
    assert ended.returncode == 0, ended.stderr[-2000:]
    files = sorted(tmp_path.glob("*.bvh"))
    assert len(files) == 4
    truth = demo_motion(6.0)
    for file in files:
        motion = read_bvh(file)
        assert motion.rate_hz == 24.0
        found = joint_positions(motion)[::4]
        turned, wanted = global_rotations(motion.local_xyzw[::4]), global_rotations(truth.local_xyzw)
        with np.load(file.with_suffix(".npz")) as heads:
            apart = {joint: float(np.abs(found[:, JOINT_INDEX[joint]] - heads[joint]).max()) for joint in heads.files}
        if file.stem in ("unreal", "vrm"):  # which of a neck of two, and of a spine of two, there are two opinions
            del apart["neck"], apart["spine2"]
        assert len(apart) > 14 and max(apart.values()) < 0.001, (
            file.name, {joint: round(away, 4) for joint, away in apart.items() if away > 1e-4})
        askew = Rotation.from_quat(turned.reshape(-1, 4)).inv() * Rotation.from_quat(wanted.reshape(-1, 4))
        degrees = np.degrees(askew.magnitude().reshape(len(truth), -1).max(axis=0))
        limbs = [JOINT_INDEX[f"{side}_{limb}"] for side in "LR" for limb in ("hip", "knee", "shoulder", "elbow")]
        assert degrees[limbs].max() < 12, (file.name, degrees[limbs].round(1))
