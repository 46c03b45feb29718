"""The retargeting rule once more, slow and plain: one frame, one bone at a time, with scipy's rotations.

It shares no code with the plugins. `solve(case)` answers what `retarget.json` says under "expected".
"""
from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from tests.vectors.retarget_rigs import JOINTS, LEGS, NEUTRAL, PARENTS, SOLE_M

Floats = NDArray[np.float64]
SEGMENTS = {f"{side}_{start}": f"{side}_{end}" for side in "LR"
            for start, end in (("hip", "knee"), ("knee", "ankle"), ("shoulder", "elbow"), ("elbow", "wrist"))}


class OracleRig:
    """A case's rig at rest, seen from the character: +X left, +Y up, +Z forward, zero at the object's origin."""

    def __init__(self, case: dict[str, Any]) -> None:
        rig, self.map = case["rig"], case["map"]
        self.names, self.parents = rig["names"], rig["parents"]
        self.object = np.array(rig["object"])
        self.unit = float(np.linalg.norm(self.object[:3, 0]))
        self.turn = Rotation.from_matrix(self.object[:3, :3] / self.unit)
        self.own = [Rotation.from_quat(xyzw) for xyzw in rig["rest_xyzw"]]
        self.spots = [np.array(head) for head in rig["rest_heads"]]
        ends = [np.array(tail) for tail in rig["tails"]]
        self.main = {joint: self._main(joint) for joint in JOINTS}
        self.frame = self._frame([self.object[:3, :3] @ spot for spot in self.spots])
        self.heads = [self.frame.inv().apply(self.object[:3, :3] @ spot) for spot in self.spots]
        self.tails = [self.frame.inv().apply(self.object[:3, :3] @ end) for end in ends]
        self.rest = [self.frame.inv() * self.turn * own for own in self.own]

    def above(self, bone: int) -> list[int]:
        return [] if self.parents[bone] < 0 else [self.parents[bone], *self.above(self.parents[bone])]

    def order(self) -> list[int]:
        return sorted(range(len(self.names)), key=lambda bone: len(self.above(bone)))

    def _main(self, joint: str) -> int | None:
        rows = [row for row in self.map["bones"] if row["joint"] == joint]
        whole = sorted((row for row in rows if not row["twist"]), key=lambda row: -row["share"])
        if whole:
            return int(self.names.index(whole[0]["bone"]))
        along = [self.names.index(row["bone"]) for row in rows]
        return min(along, key=lambda bone: len(self.above(bone))) if along else None

    def _frame(self, places: list[Floats]) -> Rotation:
        def at(joint: str) -> Floats:
            bone = self.main[joint]
            assert bone is not None
            return places[bone]

        up = self._snapped(at("head") - (at("L_hip") + at("R_hip")) / 2, 35)
        left = np.zeros(3)
        for part in ("hip", "shoulder"):
            line = at(f"L_{part}") - at(f"R_{part}")
            left += line / np.linalg.norm(line)
        forward = self._snapped(np.cross(left - (left @ up) * up, up), 25)
        forward -= (forward @ up) * up
        forward /= np.linalg.norm(forward)
        return Rotation.from_matrix(np.stack([np.cross(up, forward), up, forward], axis=1))

    def _snapped(self, direction: Floats, degrees: float) -> Floats:
        direction = direction / np.linalg.norm(direction)
        for axis in np.eye(3):
            for sign in (1, -1):
                candidate = sign * self.turn.apply(axis)
                if candidate @ direction > np.cos(np.radians(degrees)):
                    return np.array(candidate)
        return np.array(direction)


def shortest(start: Floats, end: Floats) -> Rotation:
    cross, dot = np.cross(start, end), float(start @ end)
    size = np.linalg.norm(cross)
    return Rotation.identity() if size < 1e-12 else Rotation.from_rotvec(cross / size * np.arctan2(size, dot))


def to_t_pose(rig: OracleRig, offsets: Floats) -> list[Rotation]:
    """The turn of each bone from rest to the T-pose."""
    turns: dict[int, Rotation] = {}
    joint_at = {bone: joint for joint, bone in rig.main.items() if bone is not None}
    twisting = {row["bone"]: row["joint"] for row in rig.map["bones"] if row["twist"]}
    for bone in rig.order():
        parent = rig.parents[bone]
        turns[bone] = turns[parent] if parent >= 0 else Rotation.identity()
        joint = joint_at.get(bone)
        if joint in SEGMENTS:
            end = rig.main[SEGMENTS[joint]]
            assert end is not None
            now = turns[bone].apply(rig.heads[end] - rig.heads[bone])
            turns[bone] = shortest(now, offsets[JOINTS.index(SEGMENTS[joint])]) * turns[bone]
        elif joint in ("L_ankle", "R_ankle"):
            turns[bone] = level(rig, bone, joint, offsets)
    for name, joint in twisting.items():  # most hang below the bone they lie along, but not all
        limb = rig.main[joint]
        assert limb is not None
        turns[rig.names.index(name)] = turns[limb]
    return [turns[bone] for bone in range(len(rig.names))]


def level(rig: OracleRig, foot: int, joint: str, offsets: Floats) -> Rotation:
    toe = rig.main[joint.replace("ankle", "foot")]
    ends = [rig.heads[bone] for bone, parent in enumerate(rig.parents) if parent == foot]
    if toe is not None:
        ends = [rig.heads[toe]]
    line = sorted(ends or [rig.tails[foot]], key=lambda end: end[2])[-1] - rig.heads[foot]
    wanted = offsets[JOINTS.index(joint.replace("ankle", "foot"))]
    angle = np.arctan2(wanted[0], wanted[2]) - np.arctan2(line[0], line[2])
    if np.hypot(line[0], line[2]) <= 0.01 or abs(angle) >= np.radians(60):
        return Rotation.identity()
    return Rotation.from_rotvec([0, angle, 0])


def twist(turn: Rotation, axis: Floats) -> Rotation:
    """Of turn = swing * twist, the twist about the axis."""
    x, y, z, w = turn.as_quat()
    return Rotation.from_rotvec(axis * 2 * np.arctan2(np.array([x, y, z]) @ axis, w))


def part(first: Rotation, last: Rotation, share: float) -> Rotation:
    return first * Rotation.from_rotvec((first.inv() * last).as_rotvec() * share)


def joint_turns(local: list[list[float]]) -> list[Rotation]:
    """World turns of the 22 joints."""
    turns: list[Rotation] = []
    for joint, xyzw in enumerate(local):
        own = Rotation.from_quat(xyzw)
        turns.append(own if joint == 0 else turns[PARENTS[joint]] * own)
    return turns


def bone_turn(row: dict[str, Any], turns: list[Rotation], offsets: Floats) -> Rotation:
    """The turn, relative to the T-pose, that a row of the map gives its bone."""
    joint, share = JOINTS.index(row["joint"]), row["share"]
    if row["twist"]:
        end = JOINTS.index(SEGMENTS[row["joint"]])
        axis = offsets[end] / np.linalg.norm(offsets[end])
        if row["joint"].endswith(("hip", "shoulder")):
            own = twist(turns[PARENTS[joint]].inv() * turns[joint], axis)
            return part(turns[joint] * own.inv(), turns[joint], share)
        return part(turns[joint], turns[joint] * twist(turns[joint].inv() * turns[end], axis), share)
    return turns[joint] if joint == 0 else part(turns[PARENTS[joint]], turns[joint], share)


def heights(rig: OracleRig, to_t: list[Rotation], offsets: Floats) -> tuple[Floats, float, float]:
    """From pelvis to the middle of the hips; floor; hip height of the rig over that of the body. T-pose."""
    spots: dict[int, Floats] = {}
    for bone in rig.order():
        parent = rig.parents[bone]
        spots[bone] = rig.heads[bone] if parent < 0 else spots[parent] + to_t[parent].apply(
            rig.heads[bone] - rig.heads[parent])
    hip, knee, ankle = ([rig.main[f"{side}_{name}"] for side in "LR"] for name in ("hip", "knee", "ankle"))
    legs = np.mean([np.linalg.norm(rig.heads[k] - rig.heads[h]) + np.linalg.norm(rig.heads[a] - rig.heads[k])
                    for h, k, a in zip(hip, knee, ankle, strict=True)])
    body_legs = np.linalg.norm(offsets[LEGS], axis=1).sum() / 2
    sole = SOLE_M * body_legs / (np.linalg.norm(NEUTRAL[LEGS], axis=1).sum() / 2)
    lowest_ankle = min(rig.heads[bone][1] for bone in ankle)
    toes = [rig.main[name] for name in ("L_foot", "R_foot")]
    floor = 0.0
    if not 0 <= lowest_ankle < 0.3 * legs:
        share = legs / body_legs
        drop = sum(offsets[JOINTS.index(f"{side}_foot")][1] for side in "LR") / 2
        lowest = min([lowest_ankle, *(rig.heads[toe][1] for toe in toes if toe is not None)])
        floor = lowest + (share * drop if None in toes else 0) - share * sole
    middle = (spots[hip[0]] + spots[hip[1]]) / 2
    ankles = (spots[ankle[0]] + spots[ankle[1]]) / 2
    clear = np.mean([rig.heads[bone][1] for bone in ankle]) - floor
    body = [sum((offsets[JOINTS.index(f"{side}_{name}")] for name in ("hip", "knee", "ankle", "foot")), np.zeros(3))[1]
            for side in "LR"]
    body_hips = (offsets[1][1] + offsets[2][1]) / 2 - min(body) + sole
    pelvis = rig.main["pelvis"]
    assert pelvis is not None
    return middle - spots[pelvis], floor, float((middle[1] - ankles[1] + clear) / body_hips)


def reach(limb: dict[str, list[float]]) -> dict[str, list[float]]:
    """Where the middle and the end of a limb of two bones go when its end is to be at a target."""
    start, middle, end, target = (np.array(limb[name]) for name in ("start", "middle", "end", "target"))
    upper, lower = np.linalg.norm(middle - start), np.linalg.norm(end - middle)
    away = min(np.linalg.norm(target - start), 0.9995 * (upper + lower))
    towards = (target - start) / np.linalg.norm(target - start)
    normal = np.cross(middle - start, end - start)  # of the plane it bends in, turned with the line to its end
    normal = shortest(end - start, target - start).apply(normal / np.linalg.norm(normal))
    corner = np.arccos(np.clip((upper**2 + away**2 - lower**2) / (2 * upper * away), -1, 1))
    bent = start + Rotation.from_rotvec(-corner * normal).apply(upper * towards)
    return {"middle": bent.tolist(), "end": (start + away * towards).tolist()}


def solve(case: dict[str, Any]) -> dict[str, Any]:
    """Per frame: rotations relative to the parent of every mapped bone (and root), where pelvis and root go, heads."""
    rig, offsets = OracleRig(case), np.array(case["offsets_m"])
    to_t = to_t_pose(rig, offsets)
    fixed = heights(rig, to_t, offsets)
    frames = [solve_frame(rig, case, offsets, to_t, fixed, *frame)
              for frame in zip(case["motion"]["root_m"], case["motion"]["local_xyzw"], strict=True)]
    return {key: [frame[key] for frame in frames] for key in frames[0]}


def solve_frame(rig: OracleRig, case: dict[str, Any], offsets: Floats, to_t: list[Rotation],
                fixed: tuple[Floats, float, float], root_m: list[float], local: list[list[float]]) -> dict[str, Any]:
    rig_hips, floor, scale = fixed
    turns = joint_turns(local)
    hips = scale * (np.array(root_m) + turns[0].apply((offsets[1] + offsets[2]) / 2))
    if case["root"] == "in place":
        hips = hips * np.array([0, 1, 0])
    if case["place"] == "character":
        hips = hips + np.array([0, floor, 0])
    else:
        if case["root"] == "in place":
            hips = hips + rig.object[:3, 3] * np.array([1, 0, 1])
        hips = rig.frame.inv().apply(hips - rig.object[:3, 3])
        turns = [rig.frame.inv() * turn for turn in turns]
    wanted = {row["bone"]: bone_turn(row, turns, offsets) for row in case["map"]["bones"]}
    spots = {rig.names[rig.main["pelvis"]]: hips - turns[0].apply(rig_hips)}  # type: ignore[index]
    if case["root"] == "on a root bone":
        root = case["map"]["root"]
        heading = twist(turns[0], np.array([0.0, 1.0, 0.0]))
        wanted[root] = heading
        spots[root] = hips * np.array([1, 0, 1]) + heading.apply(rig.heads[rig.names.index(root)])
    return told(rig, to_t, wanted, spots)


def told(rig: OracleRig, to_t: list[Rotation], wanted: dict[str, Rotation], spots: dict[str, Floats]) -> dict[str, Any]:
    """Every bone in turn from the top: those that are asked for as asked, the rest as they rest on their parent."""
    turned: dict[int, Rotation] = {}
    placed: dict[int, Floats] = {}
    local, moved = {}, {}
    for bone in rig.order():
        name, parent = rig.names[bone], rig.parents[bone]
        rest_turn = rig.rest[bone] if parent < 0 else rig.rest[parent].inv() * rig.rest[bone]
        carried = turned[parent] * rest_turn if parent >= 0 else rig.rest[bone]
        turned[bone] = wanted[name] * to_t[bone] * rig.rest[bone] if name in wanted else carried
        rests = rig.heads[bone] if parent < 0 else placed[parent] + (turned[parent] * rig.rest[parent].inv()).apply(
            rig.heads[bone] - rig.heads[parent])
        placed[bone] = spots.get(name, rests)
        if name in spots:
            moved[name] = (carried.inv().apply(placed[bone] - rests) / rig.unit).tolist()
        if name in wanted:
            space = rig.frame.inv() * rig.turn if parent < 0 else turned[parent]
            local[name] = (space.inv() * turned[bone]).as_quat(canonical=True).tolist()
    world = {joint: (rig.object[:3, 3] + rig.frame.apply(placed[bone])).tolist()
             for joint, bone in rig.main.items() if bone is not None}
    return {"local_xyzw": local, "locations": moved, "heads_m": world}
