"""glTF and VRM animation out: read back by a few lines that share nothing with the writer, and by others' programs."""
from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from bridge.demo_motion import demo_motion
from bridge.export.gltf import write_gltf, write_vrma
from bridge.export.skin import rest_joints, skins
from bridge.frames import JOINT_INDEX, Motion, Skeleton
from bridge.generated.skeleton import JOINT_NAMES, PARENTS
from bridge.motion import joint_positions
from tests.bridge.export.gltf_reader import Read, parse


def played(read: Read) -> NDArray[np.float64]:
    """Where the nodes 0 to 21 are, (T, 22, 3), as the format's description has it."""
    content, arrays = read
    (animation,) = content["animations"]
    outputs = {(channel["target"]["node"], channel["target"]["path"]):
               arrays[animation["samplers"][channel["sampler"]]["output"]] for channel in animation["channels"]}
    parents = {child: row for row, node in enumerate(content["nodes"]) for child in node.get("children", [])}
    places: dict[int, NDArray[np.float64]] = {}
    turns: dict[int, Rotation] = {}
    for joint in range(22):
        own, at = Rotation.from_quat(outputs[joint, "rotation"]), outputs.get((joint, "translation"))
        place = np.array(content["nodes"][joint]["translation"]) if at is None else at
        above = parents.get(joint)
        turns[joint] = own if above is None else turns[above] * own
        places[joint] = place if above is None else places[above] + turns[above].apply(place)
    return np.stack([places[joint] for joint in range(22)], axis=1)


@pytest.fixture
def tall() -> Motion:
    return replace(demo_motion(6.0), skeleton=Skeleton(Skeleton().offsets_m * np.float32(1.05)))


@pytest.mark.parametrize(("write", "name"), [(write_gltf, "a.glb"), (write_vrma, "a.vrma")])
def test_joints_are_where_our_kinematics_has_them(tmp_path: Path, tall: Motion, write: Any, name: str) -> None:
    write(tmp_path / name, tall)
    content, arrays = parse(tmp_path / name)
    np.testing.assert_allclose(played((content, arrays)), joint_positions(tall), atol=1e-5)
    assert [node["name"] for node in content["nodes"][:22]] == list(JOINT_NAMES)
    times = arrays[content["animations"][0]["samplers"][0]["input"]]
    np.testing.assert_allclose(times[:, 0], np.arange(len(tall)) / 6.0, atol=1e-6)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_turn_between_two_frames_goes_the_shorter_way(tmp_path: Path, tall: Motion) -> None:
    """q and -q are one rotation, and a player that blends linearly must not see them as two."""
    signs = np.where(np.arange(len(tall)) % 2, -1, 1).astype(np.float32)[:, None, None]
    write_vrma(tmp_path / "a.vrma", replace(tall, local_xyzw=tall.local_xyzw * signs))
    content, arrays = parse(tmp_path / "a.vrma")
    for sampler in content["animations"][0]["samplers"][1:]:
        turns = arrays[sampler["output"]]
        assert ((turns[1:] * turns[:-1]).sum(-1) > 0).all()


def test_the_body_is_fixed_to_the_joints_it_is_around() -> None:
    skeleton = Skeleton()
    at = rest_joints(skeleton)
    for skin in skins(skeleton):
        near = np.linalg.norm(skin.points_m - at[skin.joints], axis=-1)
        assert near.max() < 0.55 and skin.triangles.max() < len(skin.points_m)
        np.testing.assert_allclose(np.linalg.norm(skin.normals, axis=-1), 1, atol=1e-5)
        corners = skin.points_m[skin.triangles]
        outward = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
        facing = (outward * skin.normals[skin.triangles].mean(axis=1)).sum(-1)
        assert (facing > 0).all(), "no triangle is flat, none looks inward"
    by_colour = {skin.colour: skin.points_m for skin in skins(skeleton)}
    assert by_colour["left"][:, 0].mean() > 0.2 and by_colour["right"][:, 0].mean() < -0.2
    assert by_colour["visor"][:, 2].mean() > 0.08, "looks ahead"
    assert abs(min(points[:, 1].min() for points in by_colour.values())) < 0.02, "stands on the floor"


def test_a_body_that_lacks_a_joint_has_one_piece_less(tmp_path: Path) -> None:
    offsets = Skeleton().offsets_m
    offsets[JOINT_INDEX["spine2"]] = 0
    lacking, whole = (sum(len(skin.points_m) for skin in skins(one)) for one in (Skeleton(offsets), Skeleton()))
    assert 0 < whole - lacking < 150
    write_gltf(tmp_path / "a.glb", replace(demo_motion(6.0), skeleton=Skeleton(offsets)))
    _, arrays = parse(tmp_path / "a.glb")
    assert all(np.isfinite(array).all() for array in arrays)


def test_the_humanoid_of_vrm_has_the_hips_on_top(tmp_path: Path, tall: Motion) -> None:
    write_vrma(tmp_path / "a.vrma", tall)
    content, _ = parse(tmp_path / "a.vrma")
    bones = content["extensions"]["VRMC_vrm_animation"]["humanoid"]["humanBones"]
    assert bones["hips"]["node"] == 0 and bones["leftUpperArm"]["node"] == JOINT_INDEX["L_shoulder"]
    assert bones["rightToes"]["node"] == JOINT_INDEX["R_foot"] and len(bones) == len(PARENTS)


SCRIPTS = Path(__file__).parent


def by_node(script: str, *words: str) -> Any:
    """What a script says as JSON, in a folder with the packages it needs."""
    folder = os.environ.get("POSEBRIDGE_NODE")
    if not folder or shutil.which("node") is None:
        pytest.skip("POSEBRIDGE_NODE names no folder with gltf-validator, three and @pixiv/three-vrm-animation")
    told = subprocess.run(["node", str(SCRIPTS / script), folder, *words], capture_output=True, text=True, timeout=60)
    assert told.returncode == 0, told.stderr[-2000:]
    return json.loads(told.stdout)


def test_khronos_validator_has_nothing_to_say(tmp_path: Path, tall: Motion) -> None:
    write_gltf(tmp_path / "a.glb", tall)
    write_vrma(tmp_path / "a.vrma", tall)
    body, bare = by_node("gltf_validator.cjs", str(tmp_path / "a.glb"), str(tmp_path / "a.vrma"))
    assert body["issues"]["messages"] == []
    info = body["info"]
    assert info["totalTriangleCount"] > 1000 and info["hasSkins"] and info["animationCount"] == 1
    said = {message["code"] for message in bare["issues"]["messages"]}
    assert said <= {"UNSUPPORTED_EXTENSION", "NODE_EMPTY"} and bare["issues"]["numWarnings"] == 0


def test_a_bad_file_is_noticed_by_the_validator(tmp_path: Path, tall: Motion) -> None:
    """That the test above can fail."""
    write_gltf(tmp_path / "a.glb", replace(tall, local_xyzw=tall.local_xyzw, rate_hz=-6.0))
    (told,) = by_node("gltf_validator.cjs", str(tmp_path / "a.glb"))
    assert told["issues"]["numErrors"] > 0


def test_three_vrm_plays_the_vrma(tmp_path: Path, tall: Motion) -> None:
    """The loader that VRM's own authors publish: its tracks are our rotations, its hips are where ours go."""
    write_vrma(tmp_path / "a.vrma", tall)
    told = by_node("vrma_loader.mjs", str(tmp_path / "a.vrma"))
    assert told["duration"] == pytest.approx((len(tall) - 1) / 6.0, abs=1e-4)
    assert told["restHips"] == pytest.approx(rest_joints(tall.skeleton)[0].tolist(), abs=1e-5)
    np.testing.assert_allclose(np.reshape(told["hips"], (-1, 3)), tall.root_position_m, atol=1e-5)
    assert len(told["turns"]) == 22
    for bone, joint in (("leftLowerArm", "L_elbow"), ("rightUpperLeg", "R_hip"), ("head", "head"), ("hips", "pelvis")):
        found = Rotation.from_quat(np.reshape(told["turns"][bone], (-1, 4)))
        wanted = Rotation.from_quat(tall.local_xyzw[:, JOINT_INDEX[joint]])
        assert (found.inv() * wanted).magnitude().max() < 1e-3
