"""Write the shared cases of retargeting: rigs, bone maps and motions in, bone rotations out (retarget.json).

    python -m tests.vectors.make_retarget

Every retargeter, in any language, must turn these motions into these rotations. What is expected comes from
`retarget_oracle.py`, which no plugin uses.
"""
from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from engine_plugins.blender.posebridge.core.bone_match import match
from engine_plugins.blender.posebridge.core.families.following import as_constrained
from engine_plugins.blender.posebridge.core.rig import Rig
from tests.vectors.retarget_layouts import LAYOUTS
from tests.vectors.retarget_oracle import reach, solve
from tests.vectors.retarget_rigs import JOINTS, NEUTRAL, Build, build, stretched

PATH = Path(__file__).resolve().parent / "retarget.json"
RULES = [
    "Axes, units, joints: the contract's (proto/posebridge.proto): right-handed, Y up, metres, quaternions x y z w.",
    "rig: rest_xyzw, rest_heads and tails are in the object's space and units; object is its world matrix by rows.",
    "map: share 1 = the joint's whole turn; less = that part of the way from the joint's parent to it, on the sphere;"
    " twist = that part of the twist about the limb: hips and shoulders of their own, knees and elbows of the next's.",
    "The character's frame: up and forward are the object's axes nearest to hips -> head (within 35 degrees) and to"
    " left x up (within 25 degrees), else these directions themselves.",
    "T-pose: from the top of the hierarchy, each upper arm, forearm, thigh and shin takes its parent's turn and then"
    " the shortest turn to the body's own offset; a foot only turns about the vertical until it points as the body's"
    " (ankle to toes, else to the child farthest ahead, else to its tail), if that is no more than 60 degrees;"
    " twist bones turn as the bone they lie along; every other bone takes its parent's turn.",
    "A bone's rotation in the character's frame is N G0: N the joint's world turn, G0 the bone's in the T-pose.",
    "The middle of the hips is scaled by the hip heights over the floor, rig / body, in the T-pose. The rig's floor is"
    " its object's origin if that is less than 0.3 leg lengths below the lower ankle, else it lies below the lowest toe"
    " base as the body's does, in proportion to leg lengths.",
    "place: character = the motion's origin and axes are the object's origin (on its floor) and the character's frame;"
    " world = the motion is where it is. root: as RootMotion in the plugins.",
    "two_bone: a limb's end to a target in closed form, no farther than 0.9995 of its length, in the plane it bends in,"
    " carried with the line from its start to its end.",
    "expected: local_xyzw relative to the bone's parent (a bone without parent: to the object), w >= 0; locations from"
    " rest in the bone's own axes and the rig's units; heads_m of the joints' bones in the world.",
]
OTHER = stretched(knee=1.1, ankle=0.95, elbow=0.9, wrist=1.15, spine2=1.2, collar=1.1)
SHORT = 0.6 * stretched(knee=0.8, ankle=0.8)
BODIES = {"mpfb": stretched(hip=1.2, knee=0.9, elbow=1.05), "vrm-without": 1.1 * NEUTRAL}  # others are neutral
FRAMES = 2
CASES: dict[str, tuple[Build, str, str]] = {  # build, place, root
    "mixamo": (Build(LAYOUTS["Mixamo"], NEUTRAL, unit_m=0.01, axes="world"), "world", "in world"),
    "mixamo-a-pose-rolled": (Build(LAYOUTS["Mixamo"], OTHER, "A", unit_m=0.01, seed=1), "character", "in world"),
    "rigify-metarig": (Build(LAYOUTS["Rigify metarig"], OTHER, "A", z_up=True, seed=2), "character", "in world"),
    "rigify-control": (Build(LAYOUTS["Rigify control rig"], NEUTRAL, z_up=True, seed=3), "world", "on a root bone"),
    "vrm": (Build(LAYOUTS["VRoid"], NEUTRAL, axes="world", yaw_deg=180), "character", "in world"),
    "vrm-without": (Build(LAYOUTS["VRM"], OTHER, axes="world"), "world", "in world"),
    "unreal-4": (Build(LAYOUTS["UE4"], OTHER, "A", "random", 4, unit_m=0.01, yaw_deg=-90), "world", "on a root bone"),
    "unreal-5": (Build(LAYOUTS["UE5"], NEUTRAL, "A", "random", 5, unit_m=0.01), "character", "in place"),
    "mpfb": (Build(LAYOUTS["MPFB / MakeHuman"], OTHER, "A", z_up=True, seed=6), "world", "in world"),
    "daz": (Build(LAYOUTS["Daz Genesis 3 and 8"], OTHER, "A", seed=7, unit_m=0.01), "character", "in world"),
    "character-creator": (Build(LAYOUTS["Character Creator"], OTHER, seed=8, unit_m=0.01), "world", "on a root bone"),
    "auto-rig-pro": (Build(LAYOUTS["Auto-Rig Pro export"], OTHER, "A", z_up=True, seed=12), "world", "in world"),
    "hanging-arms-rolled": (Build(LAYOUTS["Mixamo"], NEUTRAL, "hanging", "random", 9), "world", "in world"),
    "scaled-and-placed": (Build(LAYOUTS["Mixamo"], SHORT, "A", seed=10, z_up=True, unit_m=2.5, yaw_deg=37,
                                place_m=(2.0, 0.5, -3.0)), "character", "in world"),
    "scaled-in-place-in-world": (Build(LAYOUTS["SMPL"], SHORT, seed=11, unit_m=0.3, yaw_deg=-20,
                                       place_m=(1.0, 0.0, 1.0)), "world", "in place"),
    "origin-at-pelvis": (Build(LAYOUTS["SMPL"], OTHER, axes="world", origin="pelvis"), "world", "in world"),
}


def motion(seed: int, frames: int) -> dict[str, Any]:
    """A body thrown about: every joint turned by up to a radian or so, anywhere, facing anywhere."""
    rng = np.random.default_rng(seed)
    turns = 0.5 * rng.normal(size=(frames, len(JOINTS), 3))
    local = Rotation.from_rotvec(turns.reshape(-1, 3)).as_quat().reshape(frames, len(JOINTS), 4)
    yaw = Rotation.from_rotvec(rng.uniform(-np.pi, np.pi, (frames, 1)) * np.array([0, 1, 0]))
    local[:, 0] = (yaw * Rotation.from_quat(local[:, 0])).as_quat()
    root = rng.normal(size=(frames, 3)) * [2, 0.1, 2] + [0, 0.9, 0]
    return {"root_m": tidy(root), "local_xyzw": tidy(local)}


def case_of(name: str, seed: int) -> dict[str, Any]:
    plan, place, root = CASES[name]
    made = build(plan)
    rig = as_constrained(Rig(tuple(made["names"]), tuple(made["parents"]), made["rest"], made["tails"], made["object"]))
    found = json.loads(match(rig).to_json())
    case = {
        "name": name, "place": place, "root": root, "offsets_m": tidy(BODIES.get(name, NEUTRAL)),
        "rig": {"names": rig.names, "parents": rig.parents, "rest_heads": tidy(rig.rest[:, :3, 3]),
                "rest_xyzw": tidy(Rotation.from_matrix(rig.rest[:, :3, :3]).as_quat(canonical=True)),
                "tails": tidy(rig.tails), "object": tidy(rig.object_matrix)},
        "map": {"family": found["family"], "root": found["root"], "bones": found["bones"]},
        "motion": motion(seed, FRAMES),
    }
    return {**case, "expected": tidy_all(solve(case))}


def limbs(seed: int, count: int) -> list[dict[str, Any]]:
    """Bent limbs with targets within reach, and two beyond."""
    rng = np.random.default_rng(seed)
    found = []
    for number in range(count):
        start, middle, end = np.cumsum(rng.normal(size=(3, 3)), axis=0) * 0.3
        away, whole = rng.normal(size=3), np.linalg.norm(middle - start) + np.linalg.norm(end - middle)
        share = 1.5 if number < 2 else 0.95  # of the whole length
        target = start + away / np.linalg.norm(away) * share * whole
        limb = {name: tidy(place) for name, place in zip(
            ("start", "middle", "end", "target"), (start, middle, end, target), strict=True)}
        found.append({**limb, "expected": tidy_all(reach(limb))})
    return found


def tidy(values: NDArray[np.float64]) -> Any:
    """Nine digits: as good as any reader's arithmetic, and the same text from every machine's."""
    return np.round(values, 9).tolist()


def tidy_all(part: Any) -> Any:
    if isinstance(part, dict):
        return {key: tidy_all(value) for key, value in part.items()}
    if isinstance(part, list):
        return [tidy_all(value) for value in part]
    return round(float(part), 7) + 0.0


def text() -> str:
    cases = [case_of(name, seed) for seed, name in enumerate(CASES)]
    lines = ",\n".join(json.dumps(case) for case in cases)
    reaching = ",\n".join(json.dumps(limb) for limb in limbs(seed=7, count=8))
    return f'{{"rules": {json.dumps(RULES, indent=1)},\n"cases": [\n{lines}\n],\n"two_bone": [\n{reaching}\n]}}\n'


if __name__ == "__main__":
    PATH.write_text(text())
    print(f"{PATH}: {PATH.stat().st_size} bytes")
