"""Whole sequences of many people at once: a farm's work on a GPU.

What `Solver.sequence` does on a CPU, window after window and clip after clip, is done here for all of them in the same
few hundred steps, where the prior is: there alone the steps are large enough to be worth a GPU.
"""
from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import partial

import torch
from torch import Tensor

from models.captured.constants import Constants
from models.crowd.clips import Worn, clips_of
from models.crowd.finish import Blended, Mark, finished
from models.crowd.windows import blended
from models.finish import SHORT, Solution
from models.prior.folded import FoldedNetwork, Precision
from models.prior.network import Network
from models.prior.precision import Forward, on_device, products_in_tf32
from models.prior.thinned import thinned_forward
from models.samplers.spread import Spread
from models.solver import Solver

FRAMES_AT_ONCE = 1 << 16  # with them some 5 GiB are in use
WINDOWS_AT_ONCE = 4096
LOADED, GUESSED = 0.02, 0.6  # shares of the time that it takes


def crowd_solver(solver: Solver, precision: Precision = "float16") -> Solver:
    """The solver with a network made for large batches from nothing: it must be one of a single pass."""
    if solver.config.sampler.passes != 1:
        raise ValueError(f"a solver of {solver.config.sampler.passes} passes; crowds are solved in 1")
    forward = thinned_forward(solver.prior.network, partial(_folded, precision=precision))
    return replace(solver, forward=forward, rough=None)


def _folded(network: Network, precision: Precision) -> Forward:
    folded = FoldedNetwork(network, precision)
    return lambda motion, condition, level: folded(condition)


@dataclass(frozen=True)
class Stage:
    """The clips at these places have come so far."""

    places: list[int]
    share: float  # of all that is to be done, from 0 to 1


@dataclass(frozen=True)
class Solved:
    """The clips at these places, of so many frames each, where they were solved: what is beyond a clip's end is filled
    up. A clip of a window or less comes on the CPU."""

    places: list[int]
    frames: list[int]
    whole: Solution  # (C, T, ...)


def solve_together(
    solver: Solver, worn: Sequence[Worn], frames_at_once: int = FRAMES_AT_ONCE, mark: Mark = lambda done: None
) -> list[Solution]:
    """What `Solver.sequence` says of each body's readings at 60 Hz, in their order, within 0.05 cm in the mean. Who
    else is there moves no more than the last digits.

    Args:
        solver: of crowd_solver, or any other; the maths is done where its prior is.
        worn: bodies of one kind and their readings, on the CPU, as the solutions are. ValueError if kinds differ.
        frames_at_once: so many are on the device at a time, or one clip if it is longer.
        mark: told of each stage when its work has been ordered.
    """
    solutions: dict[int, Solution] = {}
    for step in together_steps(solver, worn, frames_at_once, mark):
        if isinstance(step, Solved):
            here = _on_cpu(step.whole)
            pairs = enumerate(zip(step.places, step.frames, strict=True))
            solutions |= {place: _one(here, row, frames) for row, (place, frames) in pairs}
            mark("fetch")
    return [solutions[place] for place in range(len(worn))]


@torch.no_grad()
def together_steps(
    solver: Solver, worn: Sequence[Worn], frames_at_once: int = FRAMES_AT_ONCE, mark: Mark = lambda done: None
) -> Iterator[Stage | Solved]:
    """The same step by step, so that others may have the device in between."""
    kinds = {body.kind for body, _ in worn}
    if len(kinds) > 1:
        raise ValueError(f"trackers on {' and on '.join(map(str, sorted(kinds)))}; bodies of one kind can be together")
    device = next(solver.prior.network.parameters()).device
    few = _from_cpu(solver, device)
    for place, (body, readings) in enumerate(worn):
        if len(readings) <= SHORT:
            yield Solved([place], [len(readings)], _alone(few.sequence(body, readings)))
    there = _There(device)
    for places in _chunks(worn, frames_at_once):
        yield from _solved(solver, worn, places, there, mark)


def _from_cpu(solver: Solver, device: torch.device) -> Solver:
    """The solver for a clip of a window or less, alone, which is little work wherever it is done."""
    rough = None if solver.rough is None else on_device(solver.rough, device)
    return replace(solver, forward=on_device(solver.forward, device), rough=rough)


class _There:
    """What a device needs to do the maths: tables that are there, our kernels, and all digits of float32. Entered for
    each stage: between two others may want it otherwise."""

    def __init__(self, device: torch.device) -> None:
        self.device = device
        self._tables: AbstractContextManager[object] = nullcontext() if device.type == "cpu" else Constants(device)

    @contextmanager
    def maths(self) -> Iterator[None]:
        with products_in_tf32(False), self._tables:
            yield


def _chunks(worn: Sequence[Worn], frames_at_once: int) -> Iterator[list[int]]:
    """Places of clips of about equal length, that are no more frames together."""
    order = sorted((index for index in range(len(worn)) if len(worn[index][1]) > SHORT),
                   key=lambda index: -len(worn[index][1]))
    while order:
        count = max(1, frames_at_once // len(worn[order[0]][1]))
        yield order[:count]
        order = order[count:]


def _solved(
    solver: Solver, worn: Sequence[Worn], places: list[int], there: _There, mark: Mark
) -> Iterator[Stage | Solved]:
    with there.maths():
        clips = clips_of([worn[place] for place in places], there.device, solver.config.unswap)
        mark("load")
    yield Stage(places, LOADED)
    with there.maths():
        guess, sensed = blended(solver, clips, WINDOWS_AT_ONCE)
        mark("windows")
    yield Stage(places, GUESSED)
    with there.maths():
        done = finished(solver, Blended(clips.group, clips.lengths, guess, sensed), mark)
    for which, whole in done:
        rows = which.tolist()
        yield Solved([places[row] for row in rows], [clips.frames[row] for row in rows], whole)


def _alone(solution: Solution) -> Solution:
    """As a batch of one."""
    spread = Spread(solution.spread.position[None], solution.spread.rotation[None])
    return Solution(solution.rotations[None], solution.root[None], solution.confidence[None], spread,
                    solution.rejected[None])


def _on_cpu(whole: Solution) -> Solution:
    spread = Spread(whole.spread.position.cpu(), whole.spread.rotation.cpu())
    return Solution(whole.rotations.cpu(), whole.root.cpu(), whole.confidence.cpu(), spread, whole.rejected.cpu())


def _one(whole: Solution, row: int, frames: int) -> Solution:
    def of(part: Tensor) -> Tensor:
        return part[row, :frames]

    spread = Spread(of(whole.spread.position), of(whole.spread.rotation))
    return Solution(of(whole.rotations), of(whole.root), of(whole.confidence), spread, of(whole.rejected))
