"""Rigs are known by their names, however prefixed; unknown ones by their structure; and nothing is guessed silently."""
from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from engine_plugins.blender.posebridge.core.bone_check import problems
from engine_plugins.blender.posebridge.core.bone_map import NEEDED, BoneMapError, Drive
from engine_plugins.blender.posebridge.core.bone_match import by_sign, map_for, match
from engine_plugins.blender.posebridge.core.bone_share import SPINE, chain_drives
from engine_plugins.blender.posebridge.core.bone_structure import map_by_structure
from engine_plugins.blender.posebridge.core.families import FAMILIES
from engine_plugins.blender.posebridge.core.rig import Rig
from tests.engine_plugins.blender.posebridge.core.posed_rig import rig_of
from tests.vectors.retarget_layouts import LAYOUTS
from tests.vectors.retarget_rigs import JOINTS, NEUTRAL, Build, stretched

FAMILY_OF = {"UE4": "Unreal mannequin", "UE5": "Unreal mannequin"}
LACKING = {"VRM": {"spine1", "L_collar", "R_collar", "L_foot", "R_foot"}, "Rigify control rig": {"spine1"}}


def renamed(rig: Rig, **words: str) -> Rig:
    """Each bone's name through a pattern: prefix="Bob_" or so."""
    return replace(rig, names=tuple(words.get("prefix", "") + name for name in rig.names))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_family_is_known_and_whole(layout: str) -> None:
    rig = rig_of(Build(LAYOUTS[layout], NEUTRAL, "A", "random"))
    found = match(rig)
    assert found.family == FAMILY_OF.get(layout, layout)
    assert problems(rig, found) == []
    assert {drive.joint for drive in found.bones.values()} == {*JOINTS} - LACKING.get(layout, set())


@pytest.mark.parametrize("prefix", ["Bob_", "ns:", "a:b:", "Armature|"])
@pytest.mark.parametrize("layout", ["UE4", "MPFB / MakeHuman", "Daz Genesis 3 and 8", "SMPL", "Ready Player Me"])
def test_prefixes_do_not_matter(layout: str, prefix: str) -> None:
    rig = rig_of(Build(LAYOUTS[layout], NEUTRAL))
    plain, found = match(rig), match(renamed(rig, prefix=prefix))
    assert found.bones == {prefix + bone: drive for bone, drive in plain.bones.items()}


def test_mixamo_with_any_number_or_without_a_colon_is_mixamo() -> None:
    rig = rig_of(Build(LAYOUTS["Mixamo"], NEUTRAL))
    for mark in ("mixamorig9:", "mixamorig", "Mixamorig12_", "scene:mixamorig:"):
        other = replace(rig, names=tuple(name.replace("mixamorig:", mark) for name in rig.names))
        assert [drive.joint for drive in match(other).bones.values()] == [
            drive.joint for drive in match(rig).bones.values()]


def test_the_table_of_every_family_maps_a_rig_with_its_names() -> None:
    """Families without a layout of their own too: Genesis 1 and 9, Auto-Rig Pro's controls."""
    base = rig_of(Build(LAYOUTS["SMPL"], NEUTRAL))
    for family in FAMILIES:
        names = list(base.names)
        for part in ("pelvis", "head"):
            names[names.index(part.title())] = getattr(family, part)
        for number, joint in enumerate(SPINE[: len(family.spine)]):
            names[names.index(joint.title())] = family.spine[number]
        for joint, name in family.limbs.items():
            for side in "LR":
                names[names.index(f"{side}_{joint.title()}")] = f"{name}.{side}"
        found = map_for(family, replace(base, names=tuple(names)))
        assert {drive.joint for drive in found.bones.values()} >= {*NEEDED}, family.name


def test_a_sign_goes_before_a_table_that_fits_too() -> None:
    rig = rig_of(Build(LAYOUTS["Mixamo"], NEUTRAL))
    order = [family.name for family in by_sign(rig)]
    assert order.index("Mixamo") < order.index("Ready Player Me") < order.index("Character Creator")


def scrambled(rig: Rig) -> Rig:
    """The same bones in another order under names that say nothing."""
    order = np.random.default_rng(4).permutation(len(rig.names))
    place = {int(old): new for new, old in enumerate(order)}
    parents = tuple(place.get(rig.parents[old], -1) for old in order)
    return Rig(tuple(f"bone{old}" for old in order), parents, rig.rest[order], rig.tails[order], rig.object_matrix)


@pytest.mark.parametrize(("pose", "yaw_deg"), [("T", 0), ("A", 90), ("hanging", 180)])
@pytest.mark.parametrize("layout", sorted({*LAYOUTS} - {"Rigify control rig"}))
def test_without_names_structure_finds_the_same_bones(layout: str, pose: str, yaw_deg: float) -> None:
    rig = rig_of(Build(LAYOUTS[layout], stretched(knee=1.05, elbow=0.95), pose, "random", unit_m=0.01, yaw_deg=yaw_deg))
    named, nameless = match(rig), scrambled(rig)
    found = match(nameless)
    assert found.family == "structure" and problems(nameless, found) == []
    for joint in NEEDED:
        bone, wanted = found.bone_of(joint, nameless), named.bone_of(joint, rig)
        assert bone is not None and wanted is not None
        assert nameless.names[bone] == f"bone{wanted}", joint


def test_a_table_or_a_tree_is_no_person() -> None:
    count = 6
    rest = np.tile(np.eye(4), (count, 1, 1))
    rest[:, 1, 3] = np.arange(count)
    chain = Rig(tuple(f"link{n}" for n in range(count)), tuple(range(-1, count - 1)), rest, rest[:, :3, 3], np.eye(4))
    assert map_by_structure(chain) is None
    with pytest.raises(BoneMapError, match=r"unknown rig: nearest to .* without a bone"):
        match(chain)


def test_one_missing_bone_is_named() -> None:
    rig = rig_of(Build(LAYOUTS["UE4"], NEUTRAL))
    names = tuple("what" if name == "calf_l" else name for name in rig.names)
    flat = replace(rig, names=names, rest=np.where(np.arange(4) == 3, 0, rig.rest) + np.diag([0, 0, 0, 1]))
    with pytest.raises(BoneMapError, match="nearest to Unreal mannequin, which leaves L_knee without a bone"):
        match(flat)


def test_bones_of_a_chain_share_its_joints_evenly() -> None:
    assert chain_drives(1, SPINE) == [Drive("spine3")]
    assert chain_drives(2, SPINE) == [Drive("spine2", 0.5), Drive("spine3")]
    assert chain_drives(3, SPINE) == [Drive("spine1"), Drive("spine2"), Drive("spine3")]
    assert chain_drives(4, SPINE)[:3] == [Drive("spine1", 0.75), Drive("spine2", 0.5), Drive("spine3", 0.25)]
    assert chain_drives(3, ("neck",))[0] == Drive("neck", round(1 / 3, 6))


def test_a_found_map_is_saved_as_it_is() -> None:
    found = match(rig_of(Build(LAYOUTS["Daz Genesis 3 and 8"], NEUTRAL)))
    assert json.loads(found.to_json())["family"] == "Daz Genesis 3 and 8"
    assert type(found).from_json(found.to_json()) == found
