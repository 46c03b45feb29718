"""A prior on a GPU mends and lifts as one on the CPU does: only its network's numbers go there, and all come back."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from bridge.engine.solver import load_solver_prior
from models.kinematics.rotations import rotvec_to_matrix
from models.prior.precision import on_device
from models.prior.thinned import thinned_forward
from models.problems.clean import clean
from models.problems.fill import fill
from models.problems.generate import GenerateConfig, generate
from models.problems.known import Known
from models.problems.lift import LiftConfig, lift
from models.samplers.schedules import NOTHING
from models.solver import Solver
from tests.models.problems.conftest import Walk, look
from tests.pretend_gpu import CPU, GPU, PretendGpu, mark, on_gpu

Problem = Callable[[Solver, Walk], list[Tensor]]


def filled(solver: Solver, walk: Walk) -> list[Tensor]:
    everything = torch.ones(len(walk.root), 22, dtype=torch.bool)
    known = Known(walk.rotations, everything, walk.root, everything[:, 0], walk.offsets)
    found = fill(solver, known.without([16, 18], slice(20, 60)))
    return [found.rotations, found.root, found.contact]


def cleaned(solver: Solver, walk: Walk) -> list[Tensor]:
    random = torch.Generator().manual_seed(0)
    turns = rotvec_to_matrix(0.1 * torch.randn(*walk.rotations.shape[:2], 3, generator=random))
    found = clean(solver, turns @ walk.rotations, walk.root, walk.offsets)
    return [found.rotations, found.root, found.joint_noise]


def generated(solver: Solver, walk: Walk) -> list[Tensor]:
    found = generate(solver, walk.offsets, 60, 3, walk.rotations[0], walk.root[:60], GenerateConfig(steps=2))
    return [found.rotations, found.root, found.contact]


def lifted(solver: Solver, walk: Walk) -> list[Tensor]:
    config = LiftConfig(levels=(NOTHING, 1.0), fits=(1, 1), parted=1, hypotheses=2)
    found = lift(solver, walk.offsets, [look(walk, 0.7).frames(slice(0, 41))], config)
    return [part for one in found for part in (one.rotations, one.root, one.offsets)]


def solver_on(device: torch.device) -> Solver:
    """The shipped prior with its network on a device, in float32 so that both can be compared."""
    prior = load_solver_prior(None)
    if device == GPU:
        mark([[*prior.network.parameters()], [*prior.network.buffers()]])
    return Solver(prior, thinned_forward(prior.network, lambda network: on_device(network, device)))


@pytest.fixture(scope="module")
def solvers() -> tuple[Solver, Solver]:
    with PretendGpu():
        return solver_on(CPU), solver_on(GPU)


@pytest.mark.parametrize("problem", [filled, cleaned, generated, lifted])
def test_a_prior_on_a_gpu_says_the_same(problem: Problem, solvers: tuple[Solver, Solver], walk: Walk) -> None:
    here, there = solvers
    with PretendGpu():
        found = problem(there, walk)
    assert not any(map(on_gpu, found))
    for one, other in zip(found, problem(here, walk), strict=True):
        torch.testing.assert_close(one, other)


def test_a_network_that_is_fed_from_elsewhere_is_found_out(solvers: tuple[Solver, Solver], walk: Walk) -> None:
    """The test above can fail: without its move to the device, the network refuses what it is given."""
    _, there = solvers
    bare = replace(there, forward=there.prior.network)
    with PretendGpu(), pytest.raises(RuntimeError, match="both devices"):
        generated(bare, walk)
