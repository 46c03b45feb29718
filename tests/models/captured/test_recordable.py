"""A tick can be recorded on a device: it never looks at the data, and takes nothing from the host but once."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.fx.experimental.proxy_tensor import make_fx
from torch.utils._python_dispatch import TorchDispatchMode

from models.body import Body, Readings
from models.captured.people import People, captured_solver
from models.captured.staging import Asked, Staging
from models.solver import Solver

Wear = Callable[..., tuple[Body, Readings]]
LOOKS = ("aten::_local_scalar_dense", "aten::nonzero", "aten::is_nonzero", "aten::equal", "aten::masked_select")


class OnlyThere(TorchDispatchMode):
    """Refuses steps that look at the data, by number or by mask, and arrays that are anywhere but on the device."""

    def __init__(self, device: str) -> None:
        super().__init__()
        self.device = device
        self.steps = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        answer = func(*args, **(kwargs or {}))
        self.steps += 1
        name = func.name()
        assert not name.startswith(LOOKS), f"{name} looks at the data"
        for tensor in tensors_in((args, answer)):
            assert tensor.device.type == self.device, f"{name} of {tuple(tensor.shape)} on {tensor.device}"
        if name.startswith(("aten::index.", "aten::index_put")):
            assert not any(index.dtype == torch.bool for index in args[1] if index is not None), f"{name} by a mask"
        return answer


def tensors_in(values: Any) -> list[Tensor]:
    if isinstance(values, Tensor):
        return [values]
    if isinstance(values, list | tuple):
        return [tensor for value in values for tensor in tensors_in(value)]
    return []


def people_of(solver: Solver, body: Body, device: torch.device) -> tuple[People, Staging]:
    people = People(captured_solver(solver), body.joints, device)
    for row in range(2):
        people.open(row, body)
    assert people.work is not None
    return people, Staging(2, 41, len(body.joints), device, people.work.rows.spare)


@pytest.fixture
def body(swaying_body: Callable[..., tuple[Tensor, Tensor]], wear: Wear, request: pytest.FixtureRequest) -> Body:
    return wear(*swaying_body(3), joints=request.param)[0]


KINDS = pytest.mark.parametrize("body", [(15, 20, 21), (15, 20, 21, 0, 7), (0,)], indirect=True, ids=len)


@KINDS
@pytest.mark.parametrize("careful", [False, True])
def test_a_tick_never_looks_at_the_data(tiny_solver: Solver, body: Body, careful: bool) -> None:
    people, staging = people_of(tiny_solver, body, torch.device("cpu"))
    assert people.work is not None
    people.work.run(staging.asked, staging.told, careful)
    constants = people.work.constants.count
    with OnlyThere("cpu") as watched:
        people.work.run(staging.asked, staging.told, careful)
    assert watched.steps > 500 and people.work.constants.count == constants


@KINDS
@pytest.mark.parametrize("careful", [False, True])
def test_a_tick_stays_on_a_device_that_has_no_numbers(tiny_solver: Solver, body: Body, careful: bool) -> None:
    prior = tiny_solver.prior.to("meta")
    people, asked, told = on_meta(replace(tiny_solver, prior=prior), body)
    assert people.work is not None
    people.work.run(asked, told, careful)
    with OnlyThere("meta"):
        people.work.run(asked, told, careful)


def on_meta(solver: Solver, body: Body) -> tuple[People, Asked, Tensor]:
    """Without memory that a device could reach, which a machine without one has not."""
    device = torch.device("meta")
    people, window = People(captured_solver(solver), body.joints, device), (2, 41, len(body.joints))
    people.open(0, body)
    known = torch.zeros(window, dtype=torch.bool, device=device)
    asked = Asked(
        torch.zeros(2, dtype=torch.float64, device=device), torch.zeros(2, dtype=torch.int64, device=device),
        torch.zeros(*window, 3, device=device), torch.zeros(*window, 4, device=device), known, known.clone())
    return people, asked, torch.zeros(2, 136, device=device)


@pytest.mark.parametrize("body", [(15, 20, 21)], indirect=True, ids=len)
def test_the_maths_can_be_traced(tiny_solver: Solver, body: Body) -> None:
    people, staging = people_of(tiny_solver, body, torch.device("cpu"))
    work = people.work
    assert work is not None
    parts = [part.index_select(0, staging.asked.rows) for part in (*work.rows.bodies, *work.rows.states)]
    asked = list(vars(staging.asked).values())

    def answers(*values: Tensor) -> tuple[Tensor, ...]:
        return work.answers(False, Asked(*values[:6]), *values[6:])

    with torch.no_grad():
        inputs = [value.clone() for value in (*asked, *parts)]
        traced = make_fx(answers)(*inputs)
        for one, other in zip(traced(*inputs), answers(*inputs), strict=True):
            torch.testing.assert_close(one, other, equal_nan=True)
