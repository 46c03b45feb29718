"""The methods that are compared: each turns readings into global rotations and a root path.

A builder takes the solver whose prior is measured and the seed of whatever it draws; what draws nothing ignores it.
"""
from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import torch
from torch import Tensor

from models.body import Body, Readings
from models.group import measure
from models.guess import Denoiser
from models.kinematics.forward import positions_from_pelvis
from models.kinematics.rotations import sixd_to_matrix
from models.kinematics.skeleton import HEAD
from models.live import Answer, Turn, solve_live
from models.samplers.lowpass import smooth_window
from models.samplers.measurement import Measurement
from models.samplers.reference import STRIDE, TIME_STEPS, WINDOW, ChunkDenoiser, solve_reference
from models.samplers.schedules import NOTHING
from models.solver import Solver

Solve = Callable[[Body, Readings], tuple[Tensor, Tensor]]
Chain = Callable[[ChunkDenoiser, Measurement, int], Tensor]  # as reference.solve_reference


@dataclass(frozen=True)
class Live:
    """Answering frame by frame, without a look ahead: sessions side by side, of bodies of one kind."""

    answer: Callable[[Sequence[Turn]], list[Answer]]
    window: int  # readings of a turn, the newest last
    as_offline: bool = False  # whether a whole sequence is solved the very same way


@dataclass(frozen=True)
class Method:
    """A method and what it costs."""

    name: str
    solve: Solve  # offline: rotations (T, 22, 3, 3) and root (T, 3)
    passes_per_frame: float
    live: Live | None = None
    any_trackers: bool = False  # whether it uses trackers on other joints than head and wrists


def ours(solver: Solver, seed: int = 0) -> Method:
    """Few deterministic passes with tangent-space guidance."""

    def solve(body: Body, readings: Readings) -> tuple[Tensor, Tensor]:
        solution = solver.sequence(body, readings)
        return solution.rotations, solution.root

    live = Live(partial(solve_live, solver), solver.prior.config.frames)
    passes = solver.config.sampler.passes * (2 if solver.config.both_ways else 1)
    return Method("ours", solve, passes / solver.config.stride, live, any_trackers=True)


def prior_only(solver: Solver, seed: int = 0) -> Method:
    """The prior's first guess from the same cues, without any position guidance; root from the measured head."""

    @torch.no_grad()
    def solve(body: Body, readings: Readings) -> tuple[Tensor, Tensor]:
        band = solver.config.sampler

        def guess(cut: list[Readings]) -> Tensor:
            bodies = [body] * len(cut)
            measured = measure(bodies, cut)
            nothing = measured.positions.new_zeros(*measured.positions.shape[:2], 132)
            return smooth_window(solver.denoiser(bodies, measured)(nothing, NOTHING), band.keep_hz, band.stop_hz)

        rotations = sixd_to_matrix(solver.blended(readings, 132, guess).unflatten(-1, (-1, 6)))
        return rotations, root_from_head(body, readings, rotations)

    return Method("prior", solve, 1 / solver.config.stride)


def reference(solver: Solver, seed: int = 0) -> Method:
    """InPose as published, on our prior told of rotations alone. The solver's forward must have gradients."""
    return chained(solver, "reference", seed)


def chained(
    solver: Solver, name: str, seed: int = 0, chain: Chain = solve_reference, tell_head: bool = False
) -> Method:
    """A sampler of the published chain on our prior, told of rotations and perhaps of the head's height.

    It knows of no drop-outs: a lost tracker stays where it was seen last.
    """
    told = replace(solver, config=replace(
        solver.config, tell_height=tell_head, tell_path=tell_head, tell_hands=False))

    def solve(body: Body, readings: Readings) -> tuple[Tensor, Tensor]:
        held = last_seen(readings).held(WINDOW)

        def chunk_denoiser(first: int, starts: list[int]) -> Denoiser:
            bodies = [body] * len(starts)
            cut = [held.frames(first + start, first + start + WINDOW).held(WINDOW) for start in starts]
            return told.denoiser(bodies, measure(bodies, cut))

        rotations = chain(chunk_denoiser, measure([body], [held]), seed)[: len(readings)]
        return rotations, root_from_head(body, readings, rotations)

    return Method(name, solve, len(TIME_STEPS) / STRIDE)


def root_from_head(body: Body, readings: Readings, rotations: Tensor) -> Tensor:
    """l_0 = measured head - FK head (T, 3): the published rule, for a tracker mounted anywhere on the head."""
    tracker = body.joints.index(HEAD)
    head = last_seen(readings).positions[:, tracker] - rotations[:, HEAD] @ body.mounts[tracker]
    return head - positions_from_pelvis(rotations, body.offsets)[:, HEAD]


def last_seen(readings: Readings) -> Readings:
    """Every position known: a lost tracker stays where it was last (before the first sight, where it will be first)."""
    known = readings.position_known
    frames = torch.arange(len(readings))[:, None].expand_as(known)
    latest = torch.where(known, frames, -1).cummax(0).values
    first = torch.where(known, frames, len(readings) - 1).amin(0)
    at = torch.where(latest < 0, first, latest)
    positions = readings.positions.gather(0, at.unsqueeze(-1).expand_as(readings.positions))
    return replace(readings, positions=positions, position_known=torch.ones_like(known))
