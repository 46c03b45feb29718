"""The methods that are compared: each turns readings into global rotations and a root path.

A builder takes the solver whose prior is measured and the seed of whatever it draws; what draws nothing ignores it.
"""
from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import torch
from torch import Tensor

from models.body import Body, Readings, measure
from models.guess import Denoiser
from models.kinematics.forward import positions_from_pelvis
from models.kinematics.rotations import sixd_to_matrix
from models.kinematics.skeleton import HEAD
from models.live import Answer, Turn, solve_live
from models.samplers.lowpass import smooth_window
from models.samplers.reference import STRIDE, TIME_STEPS, WINDOW, solve_reference
from models.samplers.schedules import NOTHING
from models.samplers.windows import OverlapSum
from models.solver import Solver

Solve = Callable[[Body, Readings], tuple[Tensor, Tensor]]


@dataclass(frozen=True)
class Live:
    """Answering frame by frame, without a look ahead: sessions side by side, of bodies of one kind."""

    answer: Callable[[Sequence[Turn]], list[Answer]]
    window: int  # readings of a turn, the newest last


@dataclass(frozen=True)
class Method:
    """A method and what it costs."""

    name: str
    solve: Solve  # offline: rotations (T, 22, 3, 3) and root (T, 3)
    passes_per_frame: float
    live: Live | None = None


def ours(solver: Solver, seed: int = 0) -> Method:
    """Few deterministic passes with tangent-space guidance."""

    def solve(body: Body, readings: Readings) -> tuple[Tensor, Tensor]:
        solution = solver.sequence(body, readings)
        return solution.rotations, solution.root

    live = Live(partial(solve_live, solver), solver.prior.config.frames)
    return Method("ours", solve, solver.config.sampler.passes / solver.config.stride, live)


def prior_only(solver: Solver, seed: int = 0) -> Method:
    """The prior's first guess from the same cues, without any position guidance; root from the measured head."""

    @torch.no_grad()
    def solve(body: Body, readings: Readings) -> tuple[Tensor, Tensor]:
        frames, window = len(readings), solver.prior.config.frames
        band, blended = solver.config.sampler, OverlapSum(max(frames, window), 132, window)
        for starts, cut in solver.batches(readings):
            bodies = [body] * len(starts)
            measured = measure(bodies, cut)
            nothing = measured.positions.new_zeros(len(starts), window, 132)
            clean = solver.denoiser(bodies, measured)(nothing, NOTHING)
            blended.add_all(starts, smooth_window(clean, band.keep_hz, band.stop_hz))
        rotations = sixd_to_matrix(blended.mean()[:frames].unflatten(-1, (-1, 6)))
        return rotations, root_from_head(body, readings, rotations)

    return Method("prior", solve, 1 / solver.config.stride)


def reference(solver: Solver, seed: int = 0) -> Method:
    """InPose as published, on our prior told of rotations alone. The solver's forward must have gradients."""
    told = replace(solver, config=replace(solver.config, tell_height=False, tell_hands=False))

    def solve(body: Body, readings: Readings) -> tuple[Tensor, Tensor]:
        held = readings.held(WINDOW)

        def chunk_denoiser(first: int, starts: list[int]) -> Denoiser:
            bodies = [body] * len(starts)
            cut = [held.frames(first + start, first + start + WINDOW).held(WINDOW) for start in starts]
            return told.denoiser(bodies, measure(bodies, cut))

        rotations = solve_reference(chunk_denoiser, measure([body], [held]), seed)[: len(readings)]
        return rotations, root_from_head(body, readings, rotations)

    return Method("reference", solve, len(TIME_STEPS) / STRIDE)


def root_from_head(body: Body, readings: Readings, rotations: Tensor) -> Tensor:
    """l_0 = measured head - FK head (T, 3): the published rule."""
    head = readings.positions[:, body.joints.index(HEAD)]
    return head - positions_from_pelvis(rotations, body.offsets)[:, HEAD]
