"""Whole sequences of many people at once: a farm's work on a GPU.

What `Solver.sequence` does on a CPU, window after window and clip after clip, is done here for all of them in the same
few hundred steps, where the prior is: there alone the steps are large enough to be worth a GPU.
"""
from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
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


def crowd_solver(solver: Solver, precision: Precision = "tf32") -> Solver:
    """The solver with a network made for large batches from nothing: it must be one of a single pass."""
    if solver.config.sampler.passes != 1:
        raise ValueError(f"a solver of {solver.config.sampler.passes} passes; crowds are solved in 1")
    forward = thinned_forward(solver.prior.network, partial(_folded, precision=precision))
    return replace(solver, forward=forward, rough=None)


def _folded(network: Network, precision: Precision) -> Forward:
    folded = FoldedNetwork(network, precision)
    return lambda motion, condition, level: folded(condition)


@torch.no_grad()
def solve_together(
    solver: Solver, worn: Sequence[Worn], frames_at_once: int = FRAMES_AT_ONCE, mark: Mark = lambda done: None
) -> list[Solution]:
    """What `Solver.sequence` says of each body's readings at 60 Hz, in their order, within 0.05 cm in the mean.

    Args:
        solver: of crowd_solver, or any other; the maths is done where its prior is.
        worn: bodies of one kind and their readings, on the CPU, as the solutions are. ValueError if kinds differ.
        frames_at_once: so many are on the device at a time, or one clip if it is longer.
        mark: told of each stage when its work has been ordered.
    """
    kinds = {body.kind for body, _ in worn}
    if len(kinds) > 1:
        raise ValueError(f"trackers on {' and on '.join(map(str, sorted(kinds)))}; bodies of one kind can be together")
    device = next(solver.prior.network.parameters()).device
    few = _from_cpu(solver, device)
    solutions = {index: few.sequence(*one) for index, one in enumerate(worn) if len(one[1]) <= SHORT}
    with _there(device):
        for some in _chunks(worn, frames_at_once):
            solutions |= dict(zip(some, _solved(solver, [worn[index] for index in some], device, mark), strict=True))
    return [solutions[index] for index in range(len(worn))]


def _from_cpu(solver: Solver, device: torch.device) -> Solver:
    """The solver for a clip of a window or less, alone, which is little work wherever it is done."""
    rough = None if solver.rough is None else on_device(solver.rough, device)
    return replace(solver, forward=on_device(solver.forward, device), rough=rough)


@contextmanager
def _there(device: torch.device) -> Iterator[None]:
    """What a device needs to do the maths: tables that are there, our kernels, and all digits of float32."""
    tables: AbstractContextManager[object] = nullcontext() if device.type == "cpu" else Constants(device)
    with products_in_tf32(False), tables:
        yield


def _chunks(worn: Sequence[Worn], frames_at_once: int) -> Iterator[list[int]]:
    """Places of clips of about equal length, that are no more frames together."""
    order = sorted((index for index in range(len(worn)) if len(worn[index][1]) > SHORT),
                   key=lambda index: -len(worn[index][1]))
    while order:
        count = max(1, frames_at_once // len(worn[order[0]][1]))
        yield order[:count]
        order = order[count:]


def _solved(solver: Solver, worn: Sequence[Worn], device: torch.device, mark: Mark) -> list[Solution]:
    clips = clips_of(worn, device, solver.config.unswap)
    mark("load")
    guess, sensed = blended(solver, clips, WINDOWS_AT_ONCE)
    mark("windows")
    solutions: dict[int, Solution] = {}
    for which, whole in finished(solver, Blended(clips.group, clips.lengths, guess, sensed), mark):
        here = _on_cpu(whole)
        for row, place in enumerate(which.tolist()):
            solutions[place] = _one(here, row, clips.frames[place])
        mark("fetch")
    return [solutions[place] for place in range(len(worn))]


def _on_cpu(whole: Solution) -> Solution:
    spread = Spread(whole.spread.position.cpu(), whole.spread.rotation.cpu())
    return Solution(whole.rotations.cpu(), whole.root.cpu(), whole.confidence.cpu(), spread, whole.rejected.cpu())


def _one(whole: Solution, row: int, frames: int) -> Solution:
    def of(part: Tensor) -> Tensor:
        return part[row, :frames]

    spread = Spread(of(whole.spread.position), of(whole.spread.rotation))
    return Solution(of(whole.rotations), of(whole.root), of(whole.confidence), spread, of(whole.rejected))
