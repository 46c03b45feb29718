"""PADS for poses as a method of completion, in-betweening and cleaning: the same prior, sampled as published.

It is slow, and so it is measured in one case each of completion and cleaning, on few clips, beside ours on the same
ones.
"""
from __future__ import annotations

from torch import Tensor

from models.evaluation.problems import gaps, noisy
from models.prior.precision import differentiable_forward
from models.problems.known import Known
from models.rivals.pads_poses import PosesConfig, clean_pads, fill_pads
from models.solver import Solver

PADS = "pads"
COMPARED = {"limbs": "left arm", "noise": "N(0, 0.5)"}  # the case of a section


def gap_methods(problem: str, solver: Solver, seed: int) -> dict[str, gaps.Method]:
    """By name, ours first and PADS last."""
    forward = differentiable_forward(solver.prior.network)

    def pads(known: Known) -> tuple[Tensor, Tensor]:
        filled = fill_pads(solver, forward, known, PosesConfig(seed=seed))
        return filled.rotations, filled.root

    return gaps.methods(problem, solver) | {PADS: pads}


def noise_methods(solver: Solver, seed: int) -> dict[str, noisy.Method]:
    """The same for noise; the root is a filter's, for PADS says nothing of it."""
    forward = differentiable_forward(solver.prior.network)

    def pads(rotations: Tensor, root: Tensor, offsets: Tensor) -> tuple[Tensor, Tensor]:
        found = clean_pads(solver, forward, rotations, offsets, PosesConfig(seed=seed))
        return found, noisy.lowpassed(rotations, root, offsets)[1]

    return noisy.methods(solver) | {PADS: pads}
