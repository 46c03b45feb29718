"""Live solving: the newest frame of every session in a batch, with no look-ahead.

Sessions of any order come as turns and are stacked into tables; tick.py does the rest.
"""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from models.body import Body, Readings
from models.group import group_of
from models.kinematics.arrays import Array, in_numpy, joined, rows_of
from models.samplers.spread import Spread
from models.samplers.streaming import History, StreamConfig
from models.solver import Solver
from models.tick import Told, tick, untold


@dataclass(frozen=True)
class Turn:
    """One session's turn: its body, its last window of readings at 60 Hz, and what it was told before."""

    body: Body
    readings: Readings
    time_s: float  # of the newest reading
    history: History | None = None  # None: nothing


@dataclass(frozen=True)
class Answer:
    """The body at the newest reading, and the history for the next turn."""

    rotations: Array  # (22, 3, 3) global
    root: Array  # (3,) metres
    confidence: Array  # (22,), see confidence.py
    history: History | None = None
    spread: Spread | None = None  # (22,) each; None: the method says none
    rejected: Array = None  # (M,) bool: said, but not believed; None: the method believes everything


def solve_live(solver: Solver, turns: Sequence[Turn], config: StreamConfig | None = None) -> list[Answer]:
    """Answer every turn, in arrays of the kind of its readings. The bodies must be of one kind; see `by_kind`."""
    with torch.inference_mode():
        told = _solve(solver, turns, config or StreamConfig())
    same = torch.from_numpy if isinstance(turns[0].readings.positions, Tensor) else np.asarray
    return [
        Answer(same(row.rotations[0]), same(row.root[0]), same(row.confidence[0]), row.history,
               Spread(same(row.spread.position[0]), same(row.spread.rotation[0])), same(row.rejected[0]))
        for row in rows_of(told)
    ]


def _solve(solver: Solver, turns: Sequence[Turn], config: StreamConfig) -> Told:
    parts = zip(*(map(in_numpy, turn.readings.parts) for turn in turns), strict=True)
    windows, now_s = Readings(*map(np.stack, parts)), np.array([turn.time_s for turn in turns])
    group = group_of([turn.body for turn in turns], now_s)
    never = untold(len(group.joints))
    return tick(solver, group, windows, now_s, joined([turn.history or never for turn in turns]), config)


def by_kind(bodies: Sequence[Body]) -> dict[tuple[int, ...], list[int]]:
    """Indices of those that can share a batch."""
    groups: dict[tuple[int, ...], list[int]] = {}
    for index, body in enumerate(bodies):
        groups.setdefault(body.kind, []).append(index)
    return groups
