"""What is missing is found, what is known stays."""
from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from models.kinematics.forward import positions_from_pelvis
from models.kinematics.skeleton import JOINT_COUNT, JOINT_INDEX, neutral_offsets
from models.problems.fill import fill
from models.problems.known import Known
from models.solver import Solver

SwayingBody = Callable[..., tuple[Tensor, Tensor]]
ARM = [JOINT_INDEX[name] for name in ("L_shoulder", "L_elbow", "L_wrist")]


def whole(rotations: Tensor, root: Tensor) -> Known:
    everything = torch.ones(len(root), JOINT_COUNT, dtype=torch.bool)
    return Known(rotations, everything, root, everything[:, 0], neutral_offsets())


def test_what_is_known_is_exactly_as_it_was(tiny_solver: Solver, swaying_body: SwayingBody) -> None:
    known = whole(*swaying_body(100)).without(ARM, slice(30, 70))
    told: list[float] = []
    filled = fill(tiny_solver, known, report=told.append)
    assert torch.equal(filled.rotations[known.rotation_known], known.rotations[known.rotation_known])
    assert torch.equal(filled.root, known.root)
    assert told[-1] == 1
    eye = filled.rotations @ filled.rotations.mT
    assert torch.allclose(eye, torch.eye(3).expand_as(eye), atol=1e-5)


def test_what_is_missing_holds_nothing_that_counts(tiny_solver: Solver, swaying_body: SwayingBody) -> None:
    known = whole(*swaying_body(90)).only(range(0, 90, 30))
    garbage = known.believed(torch.eye(3).expand_as(known.rotations), known.root * 0 + 9)
    one, other = fill(tiny_solver, known), fill(tiny_solver, garbage)
    assert torch.allclose(one.rotations, other.rotations, atol=1e-4)
    assert torch.allclose(one.root, other.root, atol=1e-4)


def test_nothing_jumps_at_a_key_even_by_a_senseless_prior(tiny_solver: Solver, swaying_body: SwayingBody) -> None:
    known = whole(*swaying_body(121)).only(range(0, 121, 30))
    filled = fill(tiny_solver, known)
    places = positions_from_pelvis(filled.rotations, known.offsets) + filled.root[:, None]
    beyond = places.diff(n=2, dim=0).norm(dim=-1).amax(-1)
    assert beyond[[29, 59, 89]].max() < 0.005
