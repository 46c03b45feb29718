"""Other guidance on the published chain and our prior. The solver's forward must have gradients."""
from __future__ import annotations

from models.evaluation.methods import Method, chained
from models.samplers.dps import solve_dps
from models.samplers.pigdm import solve_pigdm
from models.solver import Solver


def reference_head(solver: Solver, seed: int = 0) -> Method:
    """InPose(head): the published sampler, its prior told of the head's height too."""
    return chained(solver, "reference-head", seed, tell_head=True)


def dps(solver: Solver, seed: int = 0) -> Method:
    """Generic diffusion posterior sampling."""
    return chained(solver, "dps", seed, solve_dps)


def pigdm(solver: Solver, seed: int = 0) -> Method:
    """Textbook pseudo-inverse guidance."""
    return chained(solver, "pigdm", seed, solve_pigdm)
