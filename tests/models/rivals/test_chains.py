"""The published chain with other guidance: they differ in what they should, and are told what they should be."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from models.body import Body, Readings
from models.evaluation.methods import Method, reference
from models.rivals.chains import dps, pigdm, reference_head
from models.solver import Solver

SwayingBody = Callable[..., tuple[Tensor, Tensor]]
Wear = Callable[..., tuple[Body, Readings]]
Make = Callable[[Solver], Method]


def test_each_guides_in_its_own_way(tiny_solver: Solver, swaying_body: SwayingBody, wear: Wear) -> None:
    worn = wear(*swaying_body(41))
    methods = [make(tiny_solver) for make in (reference, reference_head, dps, pigdm)]
    assert [method.name for method in methods] == ["reference", "reference-head", "dps", "pigdm"]
    assert len({method.passes_per_frame for method in methods}) == 1
    solved = [method.solve(*worn)[0] for method in methods]
    assert all(rotations.isfinite().all() for rotations in solved)
    for index, one in enumerate(solved):
        assert all((one - other).abs().max() > 1e-3 for other in solved[index + 1 :])


@pytest.mark.parametrize(("make", "told"), [(reference, False), (reference_head, True), (dps, False), (pigdm, False)])
def test_only_the_one_with_the_head_is_told_its_place(
    tiny_solver: Solver, swaying_body: SwayingBody, wear: Wear, make: Make, told: bool
) -> None:
    seen: list[Tensor] = []

    def forward(motion: Tensor, condition: Tensor, level: Tensor) -> Tensor:
        seen.append(condition)
        return 0 * motion

    body, readings = wear(*swaying_body(41))
    method = make(replace(tiny_solver, forward=forward))
    method.solve(body, readings)
    method.solve(body, replace(readings, positions=readings.positions + torch.tensor([0.0, 0.2, 0.0])))
    assert (seen[0][..., 39] == float(told)).all()
    assert torch.equal(seen[0], seen[-1]) != told
    assert (seen[0][..., 50] == float(told)).all()
    assert not seen[0][..., 42:50].any() and not seen[0][..., 55:].any()  # of hands no places
