"""BVH files as motion: whatever its joints are called, its axes, its unit and its rest pose.

* Axes: as its rest pose stands. From pelvis to head is up, from right hip to left hip is left.
* Unit: the one of UNITS by which the head of the rest pose is at an adult's height.
* Rest pose: arms and legs that do not lie along the T-pose's are turned there, by calculation; 15 degrees are let be.
* Joints it has in excess (a spine of five, a neck of two): the bone over them points where they end.
* Joints it lacks (part of the spine, neck, collars) lie between their neighbours and turn with the one above.
* Floor: where the lowest toe would not stand on it within 3 cm, the clip is moved up or down, unless we wrote it.
"""
from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from bridge.capture.bvh_file import BvhFile, parse_bvh
from bridge.capture.bvh_names import joints_of
from bridge.errors import InputInvalid, UnitInvalid
from bridge.frames import JOINT_COUNT, JOINT_INDEX, Floats, Motion, Skeleton
from bridge.generated.skeleton import JOINT_NAMES, PARENTS
from bridge.motion import local_rotations, rest_on_floor
from bridge.resample_motion import continuous_quaternions

UNITS = {"m": 1.0, "cm": 0.01, "mm": 0.001, "in": 0.0254, "in / 0.45": 0.0254 / 0.45}  # the last is that of CMU's files
HEAD_HEIGHTS_M = (0.9, 2.3)  # over the toes; no two units fit but by the narrow margins between them
NEXT = {f"{side}_{joint}": f"{side}_{child}" for side in "LR" for joint, child in (
    ("hip", "knee"), ("knee", "ankle"), ("shoulder", "elbow"), ("elbow", "wrist"))}
OVER = (("spine1", "spine2"), ("spine2", "spine3"), ("neck", "head"))  # bones that may stand for several
LET_BE_DEG = 15.0
UPRIGHT_COS = 0.85
FLOOR_M = 0.03
BETWEEN = {  # where missing joints are, of the way from one to another
    "spine3": ("pelvis", "head", 0.45), "spine1": ("pelvis", "spine3", 0.35), "spine2": ("spine1", "spine3", 0.7),
    "neck": ("spine3", "head", 0.8), "L_collar": ("spine3", "L_shoulder", 0.3),
    "R_collar": ("spine3", "R_shoulder", 0.3)}
Table = NDArray[np.float64]


def read_bvh(path: Path) -> Motion:
    """The file as a motion of ours. Raises InputMissing, InputInvalid, UnitInvalid, NotFinite, TooShort."""
    file = parse_bvh(path)
    try:
        return _motion(file, path.stem)
    except InputInvalid as error:
        raise type(error)(f"{path}: {error}") from error


def _motion(file: BvhFile, name: str) -> Motion:
    rows = joints_of(file.nodes)
    rest = file.rest()
    change = axes_of({joint: rest[row] for joint, row in rows.items()})
    turned = {joint: rest[row] @ change.T for joint, row in rows.items()}
    scale = UNITS[unit_of(turned)]
    at_rest = _completed({joint: scale * place for joint, place in turned.items()})
    aims = {joint: _aim(at_rest, joint) for joint in JOINT_NAMES}
    places, turns = file.world()
    root = scale * places[:, rows["pelvis"]] @ change.T
    ours = {node.name for node in file.nodes if not node.is_end} == set(JOINT_NAMES)
    world = _world(rows, turns, aims, change)
    for joint, child in OVER:
        if {joint, child} <= set(rows) and file.nodes[rows[child]].parent != rows[joint]:
            actual = (places[:, rows[child]] - places[:, rows[joint]]) @ change.T
            world[joint] = _swing(world[joint].apply(at_rest[child] - at_rest[joint]), actual) * world[joint]
    motion = Motion(_skeleton(at_rest, aims), file.rate_hz, root.astype(np.float32), _local(world), name=name)
    grounded = rest_on_floor(motion)
    lift = abs(float(grounded.root_position_m[0, 1] - motion.root_position_m[0, 1]))
    return grounded if lift > FLOOR_M and not ours else motion


def axes_of(rest: dict[str, Table]) -> Table:
    """(3, 3) the file's axes -> ours. Raises InputInvalid where the rest pose does not stand along axes."""
    up, left = rest["head"] - rest["pelvis"], rest["L_hip"] - rest["R_hip"]
    rows = []
    for way, what in ((left, "from hip to hip"), (up, "from pelvis to head")):
        length, axis = float(np.linalg.norm(way)), int(np.abs(way).argmax())
        if length == 0 or abs(way[axis]) < UPRIGHT_COS * length:
            raise InputInvalid(f"its rest pose lies along no axis {what}; export it with a T-pose at rest")
        rows.append(np.sign(way[axis]) * np.eye(3)[axis])
    if abs(rows[0] @ rows[1]) > 0:
        raise InputInvalid("its rest pose is nobody who stands: hips and spine lie along one axis")
    return np.stack([*rows, np.cross(*rows)])


def unit_of(rest: dict[str, Table]) -> str:
    """A key of UNITS, from the height of the head over the feet. Raises UnitInvalid."""
    feet = [place[1] for joint, place in rest.items() if joint.endswith(("_ankle", "_foot"))]
    height = float(rest["head"][1] - min(feet))
    for unit, metres in UNITS.items():
        if HEAD_HEIGHTS_M[0] <= metres * height <= HEAD_HEIGHTS_M[1]:
            return unit
    raise UnitInvalid(f"its head is {height:.4g} over its feet; in one of {', '.join(UNITS)} that must be "
                      f"{HEAD_HEIGHTS_M[0]:g} to {HEAD_HEIGHTS_M[1]:g} m")


def _completed(rest: dict[str, Table]) -> dict[str, Table]:
    """All 22 joints."""
    for joint, (start, end, share) in BETWEEN.items():
        if joint not in rest:
            rest[joint] = (1 - share) * rest[start] + share * rest[end]
    for side in "LR":
        usual = Skeleton().offsets_m[JOINT_INDEX[f"{side}_foot"]]
        rest.setdefault(f"{side}_foot", rest[f"{side}_ankle"] + usual)
    return rest


def _aim(rest: dict[str, Table], joint: str) -> Rotation:
    """What turns a limb of the rest pose into the T-pose; hands go with their forearms."""
    limb = joint.replace("wrist", "elbow")
    if limb not in NEXT:
        return Rotation.identity()
    way = rest[NEXT[limb]] - rest[limb]
    wanted = Skeleton().offsets_m[JOINT_INDEX[NEXT[limb]]].astype(np.float64)
    swing = _swing(way, wanted)
    return Rotation.identity() if np.degrees(swing.magnitude()) < LET_BE_DEG else swing


def _swing(way: Table, wanted: Table) -> Rotation:
    """The shortest turns of each way (..., 3) into the wanted one; about Z where they are opposite."""
    axis, cosine = np.cross(way, wanted), np.vecdot(way, wanted)[..., None]
    length = np.linalg.norm(axis, axis=-1, keepdims=True)
    unit = np.where(length > 1e-9, axis / np.maximum(length, 1e-9), [0.0, 0.0, 1.0])
    return Rotation.from_rotvec(np.arctan2(length, cosine) * unit)


def _skeleton(rest: dict[str, Table], aims: dict[str, Rotation]) -> Skeleton:
    offsets = np.zeros((JOINT_COUNT, 3), dtype=np.float32)
    for row, joint in enumerate(JOINT_NAMES[1:], start=1):
        parent = JOINT_NAMES[PARENTS[row]]
        offsets[row] = aims[parent].apply(rest[joint] - rest[parent])
    return Skeleton(offsets)


def _world(
    rows: dict[str, int], turns: list[Rotation], aims: dict[str, Rotation], change: Table
) -> dict[str, Rotation]:
    """Each joint's rotations (T) in the world, of what was turned into the T-pose first."""
    axes, world = Rotation.from_matrix(change), dict[str, Rotation]()
    for joint, parent in zip(JOINT_NAMES, PARENTS, strict=True):
        if joint in rows:
            world[joint] = axes * turns[rows[joint]] * axes.inv() * aims[joint].inv()
        else:
            world[joint] = world[JOINT_NAMES[parent]]
    return world


def _local(world: dict[str, Rotation]) -> Floats:
    """(T, 22, 4) rotations relative to the parent."""
    turned = np.stack([world[joint].as_quat() for joint in JOINT_NAMES], axis=1).astype(np.float32)
    return continuous_quaternions(local_rotations(turned))
