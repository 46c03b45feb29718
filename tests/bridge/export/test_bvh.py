"""BVH out, read back by a small parser of our own that shares nothing with the writer."""
from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from bridge.demo_motion import demo_motion
from bridge.export.bvh import LINES, write_bvh
from bridge.export.bvh_style import BvhStyle
from bridge.frames import JOINT_COUNT, Motion, Skeleton
from bridge.generated.skeleton import JOINT_NAMES, PARENTS
from bridge.motion import joint_positions

AXES = {"X": np.array([1.0, 0, 0]), "Y": np.array([0, 1.0, 0]), "Z": np.array([0, 0, 1.0])}


@dataclass
class Node:
    name: str
    parent: str | None
    offset: NDArray[np.float64] = field(default_factory=lambda: np.zeros(3))
    channels: list[str] = field(default_factory=list)


def parse(text: str) -> tuple[list[Node], float, NDArray[np.float64]]:
    """Nodes in file order, seconds a frame, values (T, channels)."""
    head, body = text.split("MOTION\n")
    nodes: list[Node] = []
    stack: list[str] = []
    for line in head.splitlines():
        word, *rest = line.split()
        if word in ("ROOT", "JOINT", "End"):
            nodes.append(Node(rest[0] if word != "End" else f"{stack[-1]}_end", stack[-1] if stack else None))
        elif word == "{":
            stack.append(nodes[-1].name)
        elif word == "}":
            stack.pop()
        elif word == "OFFSET":
            nodes[-1].offset = np.array([float(value) for value in rest])
        elif word == "CHANNELS":
            nodes[-1].channels = rest[1:]
            assert len(rest) == int(rest[0]) + 1
    assert not stack
    count = int(re.search(r"Frames: (\d+)", body).group(1))  # type: ignore[union-attr]
    step = float(re.search(r"Frame Time: ([\d.]+)", body).group(1))  # type: ignore[union-attr]
    rows = [[float(value) for value in line.split()] for line in body.splitlines()[2:]]
    assert len(rows) == count
    return nodes, step, np.array(rows)


def axis_rotation(axis: str, degrees: float) -> NDArray[np.float64]:
    return Rotation.from_rotvec(AXES[axis] * np.radians(degrees)).as_matrix()


def positions(nodes: list[Node], row: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
    """Every node's place in one frame, as the format's description has it: v' = v R, channels in order."""
    world: dict[str | None, tuple[NDArray[np.float64], NDArray[np.float64]]] = {None: (np.eye(3), np.zeros(3))}
    values = iter(row)
    for node in nodes:
        turn, place = world[node.parent]
        own, shift = np.eye(3), np.zeros(3)
        for channel in node.channels:
            value = next(values)
            if channel.endswith("position"):
                shift = shift + AXES[channel[0]] * value
            else:
                own = own @ axis_rotation(channel[0], value)
        world[node.name] = (turn @ own, place + turn @ (node.offset + shift))
    return {str(name): place for name, (_, place) in world.items() if name is not None}


@pytest.mark.parametrize(("style", "unit"), [
    (BvhStyle(), 100.0), (BvhStyle("m", "z", "ZYX"), 1.0), (BvhStyle("mm", "y", "XYZ"), 1000.0),
    (BvhStyle("in", "z", "YXZ"), 1 / 0.0254)])
def test_joints_are_where_our_kinematics_has_them(tmp_path: Path, style: BvhStyle, unit: float) -> None:
    motion = replace(demo_motion(6.0), skeleton=Skeleton(Skeleton().offsets_m * 1.05))
    write_bvh(tmp_path / "a.bvh", motion, style)
    nodes, step, rows = parse((tmp_path / "a.bvh").read_text())
    assert step == pytest.approx(1 / 6)
    expected = joint_positions(motion)
    if style.up == "z":  # left stays, up is the third, ahead the second's other way
        expected = expected[..., [0, 2, 1]] * np.array([1, -1, 1])
    for frame, row in enumerate(rows):
        places = positions(nodes, row)
        got = np.stack([places[name] for name in JOINT_NAMES]) / unit
        np.testing.assert_allclose(got, expected[frame], atol=1e-4)


def test_the_hierarchy_is_ours_with_ends(tmp_path: Path) -> None:
    write_bvh(tmp_path / "a.bvh", demo_motion(2.0))
    nodes, _, _ = parse((tmp_path / "a.bvh").read_text())
    parents = {node.name: node.parent for node in nodes}
    for joint, name in enumerate(JOINT_NAMES):
        assert parents[name] == (JOINT_NAMES[PARENTS[joint]] if joint else None)
    ends = {name for name in parents if name.endswith("_end")}
    assert ends == {f"{name}_end" for name in ("head", "L_foot", "R_foot", "L_wrist", "R_wrist")}


def test_zero_pose_has_zero_angles(tmp_path: Path) -> None:
    local = np.tile(np.array([0, 0, 0, 1], np.float32), (3, JOINT_COUNT, 1))
    write_bvh(tmp_path / "t.bvh", Motion(Skeleton(), 30.0, np.full((3, 3), 0.5, np.float32), local))
    _, _, rows = parse((tmp_path / "t.bvh").read_text())
    np.testing.assert_array_equal(rows[:, :3], 50)
    np.testing.assert_array_equal(rows[:, 3:], 0)


def test_angles_go_on_over_what_is_written_at_a_time(tmp_path: Path) -> None:
    count = LINES + 50
    turns = Rotation.from_rotvec(np.arange(count)[:, None] * [0, 0.05, 0])  # some thirty whole ones
    local = np.tile(np.float32([0, 0, 0, 1]), (count, JOINT_COUNT, 1))
    local[:, 0] = turns.as_quat()
    write_bvh(tmp_path / "spin.bvh", Motion(Skeleton(), 60.0, np.zeros((count, 3), np.float32), local))
    _, _, values = parse((tmp_path / "spin.bvh").read_text())
    np.testing.assert_allclose(np.diff(values[:, 5]), np.degrees(0.05), atol=1e-3)
