"""The text of a BVH file: its joints in the file's own axes and units, and where they are in every frame.

A joint's position channels take the place of its OFFSET; its rotation channels are intrinsic, in the order they stand.
"""
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from bridge.errors import InputInvalid, InputMissing, NotFinite, TooShort

CHANNELS = {f"{axis.lower()}{kind}": (axis, kind) for axis in "XYZ" for kind in ("rotation", "position")}
END = "End"
Table = NDArray[np.float64]


@dataclass
class Node:
    """`parent` -1: a root. `first`: the column of its first channel."""

    name: str
    parent: int
    offset: Table = field(default_factory=lambda: np.zeros(3))
    channels: tuple[tuple[str, str], ...] = ()  # axis, kind
    first: int = 0

    @property
    def is_end(self) -> bool:
        return self.name == END


@dataclass(frozen=True)
class BvhFile:
    """Joints in order, parents first; values (T, channels)."""

    nodes: list[Node]
    rate_hz: float
    values: Table

    def rest(self) -> Table:
        """(N, 3) every joint with all angles zero, the first at the origin."""
        places = np.zeros((len(self.nodes), 3))
        for row, node in enumerate(self.nodes):
            if node.parent >= 0:
                places[row] = places[node.parent] + node.offset
        return places

    def world(self) -> tuple[Table, list[Rotation]]:
        """Places (T, N, 3) and turns (T each) of all joints."""
        places = np.zeros((len(self.values), len(self.nodes), 3))
        turns: list[Rotation] = []
        for row, node in enumerate(self.nodes):
            at, turn = self._own(node)
            if node.parent >= 0:
                at = places[:, node.parent] + turns[node.parent].apply(at)
                turn = turns[node.parent] * turn
            places[:, row] = at
            turns.append(turn)
        return places, turns

    def _own(self, node: Node) -> tuple[Table, Rotation]:
        """Relative to the parent."""
        at, axes, angles = np.tile(node.offset, (len(self.values), 1)), "", []
        for column, (axis, kind) in enumerate(node.channels, start=node.first):
            if kind == "position":
                at[:, "XYZ".index(axis)] = self.values[:, column]
            else:
                axes += axis
                angles.append(self.values[:, column])
        if not axes:
            return at, Rotation.identity(len(self.values))
        return at, Rotation.from_euler(axes, np.stack(angles, axis=-1), degrees=True)


def parse_bvh(path: Path) -> BvhFile:
    """Raises InputMissing, InputInvalid, NotFinite, TooShort."""
    try:
        words = iter(path.read_text(encoding="utf-8-sig").split())
    except FileNotFoundError as error:
        raise InputMissing(f"{path}: no such file") from error
    except UnicodeDecodeError as error:
        raise InputInvalid(f"{path}: not a BVH, which is text") from error
    try:
        nodes = _hierarchy(words)
        return _motion(words, nodes)
    except InputInvalid as error:
        raise type(error)(f"{path}: {error}") from error
    except (StopIteration, ValueError, IndexError, KeyError) as error:
        raise InputInvalid(f"{path}: not a whole BVH ({error or 'it ends too soon'})") from error


def _hierarchy(words: Iterator[str]) -> list[Node]:
    if next(words, "").upper() != "HIERARCHY":
        raise InputInvalid("it does not begin with HIERARCHY")
    nodes: list[Node] = []
    open_nodes: list[int] = []
    columns = 0
    while (word := next(words)).upper() != "MOTION":
        match word.upper():
            case "ROOT" | "JOINT" | "END":
                name = next(words)
                nodes.append(Node(END if word.upper() == "END" else name, open_nodes[-1] if open_nodes else -1))
            case "{":
                open_nodes.append(len(nodes) - 1)
            case "}":
                open_nodes.pop()
            case "OFFSET":
                nodes[open_nodes[-1]].offset = _finite(np.array([float(next(words)) for _ in range(3)]), "an OFFSET")
            case "CHANNELS":
                columns = _channels(words, nodes[open_nodes[-1]], columns)
            case _:
                raise InputInvalid(f"{word!r} is no word of a BVH's hierarchy")
    if open_nodes or not nodes:
        raise InputInvalid("its brackets do not close" if nodes else "no joint in it")
    return nodes


def _channels(words: Iterator[str], node: Node, columns: int) -> int:
    named = [next(words) for _ in range(int(next(words)))]
    wrong = [name for name in named if name.lower() not in CHANNELS]
    if wrong:
        raise InputInvalid(f"{wrong[0]!r} is no channel; allowed are Xposition, Yrotation and so on")
    node.channels, node.first = tuple(CHANNELS[name.lower()] for name in named), columns
    axes = [axis for axis, kind in node.channels if kind == "rotation"]
    if len(set(axes)) != len(axes):
        raise InputInvalid(f"{node.name} turns twice about one axis")
    return columns + len(named)


def _motion(words: Iterator[str], nodes: list[Node]) -> BvhFile:
    width = sum(len(node.channels) for node in nodes)
    if next(words).lower() != "frames:":
        raise InputInvalid("MOTION must be followed by Frames:")
    count = int(next(words))
    if [next(words).lower(), next(words).lower()] != ["frame", "time:"]:
        raise InputInvalid("Frames: must be followed by Frame Time:")
    step = float(next(words))
    if not 1e-4 < step < 10:
        raise InputInvalid(f"Frame Time {step:g}; seconds, above 0.0001 and below 10, are allowed")
    values = np.array([float(word) for word in words])
    if count < 2 or width < 1:
        raise TooShort(f"{count} frames of {width} channels; 2 frames are needed")
    if values.size != count * width:
        raise InputInvalid(f"{values.size} numbers; {count} frames of {width} channels are {count * width}")
    rate = 1 / step
    whole = round(rate)
    return BvhFile(nodes, float(whole) if abs(rate - whole) < 2e-3 * whole else rate,
                   _finite(values.reshape(count, width), "a frame"))


def _finite(values: Table, what: str) -> Table:
    if not np.isfinite(values).all():
        raise NotFinite(f"{what} holds NaN or infinity")
    return values
