"""What is shown, and where everybody stands: the page's choices, and what follows from them."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np

from bridge.frames import Floats
from bridge.viewer.colours import Scheme

LANE_M = 1.3  # from one person to the next, side by side


class Truth(Enum):
    """Where the ground truth is shown."""

    OVER = "over the body"
    BESIDE = "beside it"
    HIDDEN = "not at all"


class Places(Enum):
    """Where people stand."""

    BESIDE = "side by side"
    CAPTURED = "as captured"


@dataclass(frozen=True)
class Shown:
    """The choices."""

    bodies: bool = True
    balls: bool = True
    trackers: bool = True
    labels: bool = True
    follow: bool = False
    truth: Truth = Truth.OVER
    places: Places = Places.CAPTURED
    scheme: Scheme = Scheme.CONFIDENCE
    hidden: frozenset[int] = frozenset()  # people not shown


@dataclass(frozen=True)
class Place:
    """How far a person, and their truth, are moved to be shown."""

    body_m: Floats  # (3,)
    truth_m: Floats  # (3,)


def places(starts_m: Sequence[Floats], with_truth: Sequence[bool], shown: Shown) -> list[Place]:
    """Of each person, given where their pelvis was first seen (3,). Lanes run along +X, and the middle is at 0; nobody
    is moved up or down."""
    lanes = [1 + (truth and shown.truth is Truth.BESIDE) for truth in with_truth]
    apart = LANE_M * (np.cumsum([0, *lanes])[:-1] - (sum(lanes) - 1) / 2)
    found = []
    for start, lane_m in zip(starts_m, apart, strict=True):
        moved = np.zeros(3, dtype=np.float32)
        if shown.places is Places.BESIDE:
            moved = np.array([lane_m - start[0], 0, -start[2]], dtype=np.float32)
        beside = np.array([LANE_M if shown.truth is Truth.BESIDE else 0, 0, 0], dtype=np.float32)
        found.append(Place(moved, moved + beside))
    return found


def first_choice(people: int) -> Shown:
    """Several people who need not share a room stand side by side; one stays where they are."""
    return Shown(places=Places.BESIDE if people > 1 else Places.CAPTURED)
