"""Rigs of every family, built from a body's proportions: what retargeting is tried on. Plain numpy and scipy.

A layout names bones, their parents and where their heads are on the body: a joint, or `joint>joint:share`. The rest
pose, the bones' own axes and the object above them are chosen apart. Everything is in project axes.
"""
from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

Floats = NDArray[np.float64]
CONTRACT = json.loads((Path(__file__).resolve().parents[2] / "proto" / "skeleton.json").read_text())
JOINTS = [joint["name"] for joint in CONTRACT["joints"]]
PARENTS = [joint["parent"] for joint in CONTRACT["joints"]]
NEUTRAL = np.array([joint["offset_m"] for joint in CONTRACT["joints"]])
LEGS = [JOINTS.index(name) for name in ("L_knee", "R_knee", "L_ankle", "R_ankle")]
SOLE_M = float(CONTRACT["sole_height_m"])
ENDS = {"crown": ("head", (0, 0.17, 0)), "L_toes": ("L_foot", (0, 0, 0.08)), "R_toes": ("R_foot", (0, 0, 0.08)),
        "L_fingers": ("L_wrist", (0.09, 0, 0)), "R_fingers": ("R_wrist", (-0.09, 0, 0)),
        "L_tips": ("L_wrist", (0.17, 0, 0)), "R_tips": ("R_wrist", (-0.17, 0, 0)),
        "L_thumb": ("L_wrist", (0.03, -0.01, 0.03)), "R_thumb": ("R_wrist", (-0.03, -0.01, 0.03))}
Row = tuple[str, str, str]  # bone, parent ("" for none), place


@dataclass(frozen=True)
class Build:
    """How a rig of some layout is made."""

    layout: tuple[Row, ...]
    offsets_m: Floats
    pose: str = "T"  # T, A, or hanging: arms at the sides
    axes: str = "along"  # along: Y runs to the child; world: none turned; random
    seed: int = 0  # of rolls and random axes
    z_up: bool = False  # the object's own space
    unit_m: float = 1.0  # of the object's own space
    yaw_deg: float = 0.0  # how the object stands in the world
    place_m: tuple[float, float, float] = (0.0, 0.0, 0.0)
    origin: str = "floor"  # or pelvis: where the object's own zero is


def stretched(**factors: float) -> Floats:
    """The neutral body with offsets of the named joints (without side) scaled: another build."""
    offsets = NEUTRAL.copy()
    for joint, factor in factors.items():
        for row, name in enumerate(JOINTS):
            if name in (joint, f"L_{joint}", f"R_{joint}"):
                offsets[row] *= factor
    return offsets


def pose_turns(pose: str) -> list[Rotation]:
    """World turns of the 22 joints from the T-pose to a rest pose. Feet stay flat."""
    arm, leg, bend = {"T": (0, 0, 0), "A": (45, 6, 12), "hanging": (80, 3, 5)}[pose]
    turns = [Rotation.identity()] * len(JOINTS)
    for side, sign in (("L", 1), ("R", -1)):
        lowered = Rotation.from_euler("z", -sign * arm, degrees=True)
        spread = Rotation.from_euler("z", sign * leg, degrees=True)
        bent = lowered * Rotation.from_euler("y", -sign * bend, degrees=True)
        for part, turn in (("shoulder", lowered), ("elbow", bent), ("hip", spread), ("knee", spread)):
            turns[JOINTS.index(f"{side}_{part}")] = turn
        turns[JOINTS.index(f"{side}_wrist")] = turns[JOINTS.index(f"{side}_elbow")]
    return turns


def standing(offsets: Floats, turns: list[Rotation]) -> dict[str, Floats]:
    """Joints and ends in the world, the lowest toe base as high over the floor as its legs want."""
    places = {"pelvis": np.zeros(3)}
    for row in range(1, len(JOINTS)):
        places[JOINTS[row]] = places[JOINTS[PARENTS[row]]] + turns[PARENTS[row]].apply(offsets[row])
    for end, (joint, offset) in ENDS.items():
        places[end] = places[joint] + turns[JOINTS.index(joint)].apply(offset)
    legs = [np.linalg.norm(lengths[LEGS], axis=1).sum() for lengths in (offsets, NEUTRAL)]
    lift = SOLE_M * legs[0] / legs[1] - min(places["L_foot"][1], places["R_foot"][1])
    return {name: place + np.array([0, lift, 0]) for name, place in places.items()} | {"ground": np.zeros(3)}


def build(plan: Build) -> dict[str, Any]:
    """names, parents, rest (4 x 4 each), tails, object: what a rig is."""
    rng = np.random.default_rng(plan.seed)
    turns = pose_turns(plan.pose)
    places = standing(plan.offsets_m, turns)
    names = [row[0] for row in plan.layout]
    parents = [names.index(row[1]) if row[1] else -1 for row in plan.layout]
    heads = [_place(row[2], places) for row in plan.layout]
    tails = [_tail(number, parents, heads) for number in range(len(names))]
    world = np.tile(np.eye(4), (len(names), 1, 1))
    for number, row in enumerate(plan.layout):
        owner = row[2].split(">")[0]
        turn = turns[JOINTS.index(owner)] if owner in JOINTS else Rotation.identity()
        world[number, :3, :3] = _axes(plan.axes, tails[number] - heads[number], turn, rng).as_matrix()
        world[number, :3, 3] = heads[number]
    to_world = np.eye(4)
    space = Rotation.from_euler("x", -90 if plan.z_up else 0, degrees=True)
    to_world[:3, :3] = plan.unit_m * space.as_matrix()
    to_world[:3, 3] = places["pelvis"] if plan.origin == "pelvis" else 0
    into = np.linalg.inv(to_world)
    rest = into @ world
    rest[:, :3, :3] *= plan.unit_m  # axes of length one
    stand = np.eye(4)
    stand[:3, :3] = Rotation.from_euler("y", plan.yaw_deg, degrees=True).as_matrix()
    stand[:3, 3] = plan.place_m
    return {"names": names, "parents": parents, "rest": rest, "object": stand @ to_world,
            "tails": np.array(tails) @ into[:3, :3].T + into[:3, 3]}


def _place(text: str, places: dict[str, Floats]) -> Floats:
    if ">" not in text:
        return places[text]
    ends, share = text.split(":")
    first, last = ends.split(">")
    return places[first] + float(share) * (places[last] - places[first])


def _tail(number: int, parents: list[int], heads: list[Floats]) -> Floats:
    below = [heads[child] for child, parent in enumerate(parents)
             if parent == number and np.linalg.norm(heads[child] - heads[number]) > 1e-6]
    if below:
        return below[0]
    above = heads[number] - heads[parents[number]] if parents[number] >= 0 else np.array([0, 0.1, 0])
    length = np.linalg.norm(above)
    return heads[number] + (0.05 * above / length if length > 1e-9 else np.array([0, 0.05, 0]))


def _axes(kind: str, bone: Floats, turn: Rotation, rng: np.random.Generator) -> Rotation:
    if kind == "world":
        return turn
    if kind == "random":
        return Rotation.from_quat(rng.normal(size=4))
    along = bone / np.linalg.norm(bone)
    aimed, _ = Rotation.align_vectors([along], [[0.0, 1.0, 0.0]])
    return aimed * Rotation.from_euler("y", rng.uniform(-np.pi, np.pi))
