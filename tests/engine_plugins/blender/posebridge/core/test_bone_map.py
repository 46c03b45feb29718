"""A bone map as text: what is saved is read, and what cannot be read is told in one line."""
from __future__ import annotations

import json
from typing import Any

import pytest

from engine_plugins.blender.posebridge.core.bone_map import BoneMap, BoneMapError, Drive
from tests.engine_plugins.blender.posebridge.core.posed_rig import rig_of
from tests.vectors.retarget_layouts import LAYOUTS
from tests.vectors.retarget_rigs import NEUTRAL, Build

MAP = BoneMap({"Hüfte": Drive("pelvis"), "Bein": Drive("L_hip", 0.5, twist=True), "Rücken": Drive("spine2", 0.25)},
              "Wurzel", "mine")


def test_what_is_saved_is_read_in_its_order() -> None:
    again = BoneMap.from_json(MAP.to_json())
    assert again == MAP and list(again.bones) == list(MAP.bones)
    assert BoneMap.from_json(BoneMap({}).to_json()) == BoneMap({})


def changed(**changes: Any) -> str:
    return json.dumps({**json.loads(MAP.to_json()), **changes})


@pytest.mark.parametrize(("text", "line"), [
    ("{", "not JSON"),
    ("[]", "no bone map"),
    ('{"format": "other"}', "no bone map"),
    (changed(version=2), "version 2; this reads version 1"),
    (changed(bones={}), "list"),
    (changed(root=3), "root"),
    (changed(bones=[3]), "each row"),
    (changed(bones=[{"bone": "a", "joint": "tail"}]), "a: unknown joint 'tail'; allowed are pelvis, L_hip"),
    (changed(bones=[{"bone": "a", "joint": "head", "share": 1.5}]), "a: a share is a number from 0 to 1, got 1.5"),
    (changed(bones=[{"bone": "a", "joint": "head", "share": True}]), "got True"),
    (changed(bones=[{"bone": "a", "joint": "head", "share": float("nan")}]), "got nan"),
    (changed(bones=[{"bone": "a", "joint": "head", "twist": True}]), "a: only bones along L_hip"),
    (changed(bones=2 * [{"bone": "a", "joint": "head"}]), "names a bone twice"),
])
def test_what_cannot_be_read_is_told_in_one_line(text: str, line: str) -> None:
    with pytest.raises(BoneMapError, match=line) as refused:
        BoneMap.from_json(text)
    assert "\n" not in str(refused.value)


def test_the_bone_of_a_joint_is_the_whole_one_or_the_topmost_of_a_limb_in_parts() -> None:
    rig = rig_of(Build(LAYOUTS["MPFB / MakeHuman"], NEUTRAL))
    parts = BoneMap({"upperleg02.L": Drive("L_hip", 1.0, twist=True), "upperleg01.L": Drive("L_hip", 0.5, twist=True),
                     "spine04": Drive("spine2", 0.2), "spine03": Drive("spine2", 0.8), "gone": Drive("head")})
    assert parts.bone_of("L_hip", rig) == rig.index["upperleg01.L"]
    assert parts.bone_of("spine2", rig) == rig.index["spine03"]
    assert parts.bone_of("head", rig) is None and parts.bone_of("neck", rig) is None
