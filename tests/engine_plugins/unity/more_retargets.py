"""More cases of retargeting than the shared ones: their rigs pulled out of shape, other motions, hands that reach; what
is expected is what the Blender extension's retargeter says."""
from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from scipy.spatial.transform import Rotation

from engine_plugins.blender.posebridge.core.motion import SolvedMotion
from engine_plugins.blender.posebridge.core.retarget import Options, Place, RootMotion, retarget
from tests.engine_plugins.blender.posebridge.core.posed_rig import rig_of_case
from tests.engine_plugins.blender.posebridge.core.test_retarget_vectors import CASES, map_of
from tests.vectors.make_retarget import motion

PULL_M, TURN_RAD, FRAMES = 0.03, 0.5, 3


def out_of_shape(rig: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    """Heads and tails pulled and rest axes turned: legs that stand apart, feet that splay, spines that lean."""
    unit_m = float(np.cbrt(np.linalg.det(np.array(rig["object"])[:3, :3])))
    turns = Rotation.from_rotvec(TURN_RAD * rng.normal(size=(len(rig["names"]), 3)))
    pulled = {name: (np.array(rig[name]) + PULL_M / unit_m * rng.normal(size=(len(rig["names"]), 3))).tolist()
              for name in ("rest_heads", "tails")}
    rest = turns * Rotation.from_quat(rig["rest_xyzw"])
    return {**rig, **pulled, "rest_xyzw": rest.as_quat().tolist()}


def case_like(case: dict[str, Any], seed: int) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    reach = bool(seed % 2)
    made = {**case, "rig": out_of_shape(case["rig"], rng), "motion": motion(seed, FRAMES), "reach_hands": reach}
    clip = SolvedMotion(np.array(case["offsets_m"]), 60.0, np.array(made["motion"]["root_m"]),
                        np.array(made["motion"]["local_xyzw"]))
    options = Options(RootMotion(case["root"]), Place(case["place"]), lock_feet=False, reach_hands=reach)
    found = retarget(clip, rig_of_case(made["rig"]), map_of(case), options)
    locations = {found.bones[found.pelvis]: found.pelvis_location}
    if found.root is not None and found.root_location is not None:
        locations[found.bones[found.root]] = found.root_location
    rows = range(FRAMES)
    made["expected"] = {
        "local_xyzw": [dict(zip(found.bones, found.local_xyzw[row].tolist(), strict=True)) for row in rows],
        "locations": [{bone: place[row].tolist() for bone, place in locations.items()} for row in rows]}
    return made


def write(path: Path) -> None:
    path.write_text(json.dumps({"cases": [case_like(case, seed) for seed, case in enumerate(CASES.values())]}))
