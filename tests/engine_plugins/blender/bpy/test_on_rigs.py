"""The demo's motion on rigs of every family, looked at where Blender's own dependency graph puts the bones."""
from __future__ import annotations

from dataclasses import replace

import pytest

from tests.engine_plugins.blender.bpy.characters import (
    armature_of,
    farthest_m,
    joint_heads,
    mapped_bones,
    most_askew_deg,
    played,
)
from tests.vectors.retarget_layouts import LAYOUTS
from tests.vectors.retarget_rigs import NEUTRAL, Build, stretched

WAYS = [Build((), NEUTRAL, "T", "world"), Build((), NEUTRAL, "A", seed=1, z_up=True),
        Build((), NEUTRAL, "A", "random", 2, unit_m=0.01, yaw_deg=33, place_m=(1, 0, 2)),
        Build((), NEUTRAL, "hanging", "random", 3, unit_m=2.5, origin="pelvis")]
OWN_BUILD = ["Mixamo", "Ready Player Me", "VRoid", "UE4", "Auto-Rig Pro export", "SMPL"]  # a bone at every joint
OTHER = stretched(knee=1.1, ankle=0.92, hip=1.2, elbow=0.9, wrist=1.15, spine2=1.2, collar=1.1)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: f"{way.pose}-{way.axes}")
@pytest.mark.parametrize("layout", OWN_BUILD)
def test_a_rig_of_the_body_s_own_build_is_where_the_body_is(layout: str, way: Build) -> None:
    armature = armature_of(replace(way, layout=LAYOUTS[layout]))
    played(armature)
    assert farthest_m(joint_heads(armature, mapped_bones(armature))) < 0.001


@pytest.mark.parametrize("layout", [layout for layout in LAYOUTS if "control" not in layout])
def test_limbs_of_any_build_point_where_the_body_s_do(layout: str) -> None:
    way = WAYS[[*LAYOUTS].index(layout) % len(WAYS)]
    armature = armature_of(replace(way, layout=LAYOUTS[layout], offsets_m=OTHER))
    played(armature)
    assert most_askew_deg(joint_heads(armature, mapped_bones(armature))) < 1
