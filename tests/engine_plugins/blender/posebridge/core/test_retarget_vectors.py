"""The shared cases: what any retargeter must answer, from an oracle that shares no code with this one."""
from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine_plugins.blender.posebridge.core import bone_check
from engine_plugins.blender.posebridge.core.bone_map import FORMAT, VERSION, BoneMap
from engine_plugins.blender.posebridge.core.bone_match import match
from engine_plugins.blender.posebridge.core.motion import SolvedMotion
from engine_plugins.blender.posebridge.core.retarget import Options, Place, Retargeted, RootMotion, retarget
from engine_plugins.blender.posebridge.core.rotations import rotate
from engine_plugins.blender.posebridge.core.two_bone import bend_to
from tests.engine_plugins.blender.posebridge.core.posed_rig import bones_in_world, rig_of_case
from tests.vectors import make_retarget

LIMBS = json.loads(make_retarget.PATH.read_text())["two_bone"]
CASES = {case["name"]: case for case in json.loads(make_retarget.PATH.read_text())["cases"]}


def map_of(case: dict[str, Any]) -> BoneMap:
    return BoneMap.from_json(json.dumps({"format": FORMAT, "version": VERSION, **case["map"]}))


def answer(case: dict[str, Any]) -> Retargeted:
    clip = SolvedMotion(np.array(case["offsets_m"]), 60.0, np.array(case["motion"]["root_m"]),
                        np.array(case["motion"]["local_xyzw"]))
    options = Options(RootMotion(case["root"]), Place(case["place"]), lock_feet=False)
    return retarget(clip, rig_of_case(case["rig"]), map_of(case), options)


def numbers_apart(part: Any, numbers: list[float]) -> Any:
    """The same with its numbers taken out, which go to the list in order."""
    if isinstance(part, dict):
        return {key: numbers_apart(value, numbers) for key, value in part.items()}
    if isinstance(part, list):
        return [numbers_apart(value, numbers) for value in part]
    if isinstance(part, float):
        numbers.append(part)
        return None
    return part


def test_the_file_is_what_its_script_makes_today() -> None:
    kept: list[float] = []
    made: list[float] = []
    assert numbers_apart(json.loads(make_retarget.text()), made) == numbers_apart(
        json.loads(make_retarget.PATH.read_text()), kept)
    assert_allclose(made, kept, atol=2e-6)  # another machine may round otherwise


@pytest.mark.parametrize("name", CASES)
def test_every_rotation_is_the_oracle_s(name: str) -> None:
    case, found = CASES[name], answer(CASES[name])
    wanted = np.array([[frame[bone] for bone in found.bones] for frame in case["expected"]["local_xyzw"]])
    assert {*found.bones} == {*case["expected"]["local_xyzw"][0]}
    off = np.abs(np.sum(found.local_xyzw * wanted, axis=-1))  # q and -q are one rotation
    assert_allclose(off, 1, atol=1e-10)


@pytest.mark.parametrize("name", CASES)
def test_every_place_is_the_oracle_s(name: str) -> None:
    case, found = CASES[name], answer(CASES[name])
    places = {found.bones[found.pelvis]: found.pelvis_location}
    if found.root is not None and found.root_location is not None:
        places[found.bones[found.root]] = found.root_location
    assert {*places} == {*case["expected"]["locations"][0]}
    for bone, place in places.items():
        assert_allclose(place, [frame[bone] for frame in case["expected"]["locations"]], atol=1e-5, rtol=1e-6)


@pytest.mark.parametrize("name", CASES)
def test_keyed_bones_are_in_the_world_where_the_oracle_s_are(name: str) -> None:
    case = CASES[name]
    rig, joints = rig_of_case(case["rig"]), case["expected"]["heads_m"]
    heads = bones_in_world(rig, answer(case))[..., :3, 3]
    for joint in joints[0]:
        bone = map_of(case).bone_of(joint, rig)
        assert bone is not None
        assert_allclose(heads[:, bone], [frame[joint] for frame in joints], atol=2e-6)


@pytest.mark.parametrize("limb", LIMBS)
def test_limbs_reach_where_the_oracle_s_do(limb: dict[str, Any]) -> None:
    start, middle, end, target = (np.array([limb[name]]) for name in ("start", "middle", "end", "target"))
    turns = bend_to(start, middle, end, target, np.array([[0.0, 0.0, 1.0]]))
    bent = start + rotate(turns.upper, middle - start)
    assert_allclose(bent[0], limb["expected"]["middle"], atol=1e-6)
    assert_allclose((bent + rotate(turns.lower, end - middle))[0], limb["expected"]["end"], atol=1e-6)


@pytest.mark.parametrize("name", CASES)
def test_its_map_is_what_matching_finds_and_nothing_is_wrong_with_it(name: str) -> None:
    rig = rig_of_case(CASES[name]["rig"])
    assert match(rig) == map_of(CASES[name])
    assert bone_check.problems(rig, match(rig)) == []
