"""Steps that are traced once, for any number of sessions, tell what the steps themselves tell. (The trace is run as it
is: what torch's compiler makes of it is seen on a device, by tests/benchmarks/gpu_ticks.py --fuse.)"""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.fx import GraphModule

from models.body import Body, Readings
from models.captured.fused import fused
from models.captured.people import People, captured_solver
from models.captured.staging import Asked
from models.solver import Solver

Wear = Callable[..., tuple[Body, Readings]]
aten = torch.ops.aten


class Kept:
    """A compiler that leaves a graph as it is."""

    def __call__(self, graph: GraphModule, inputs: list[Any]) -> GraphModule:
        self.graph = graph
        return graph


@pytest.fixture
def worn(swaying_body: Callable[..., tuple[Tensor, Tensor]], wear: Wear) -> tuple[Body, Readings]:
    return wear(*swaying_body(60), noise=0.001)


def asked(readings: Readings, tick: int, count: int) -> Asked:
    windows = [[part[first : first + 41] for part in readings.parts] for first in range(tick, tick + count)]
    stacked = (torch.stack(part).numpy() for part in zip(*windows, strict=True))
    return Asked(np.full(count, tick / 60), np.arange(count), *stacked)


@pytest.mark.slow  # to trace a whole tick takes half a minute
@pytest.mark.timeout(600)
def test_people_are_told_the_same_whatever_their_number(
    tiny_solver: Solver, worn: tuple[Body, Readings]
) -> None:
    body, readings = worn
    mine, plain = (People(captured_solver(tiny_solver), body.joints, torch.device("cpu")) for _ in range(2))
    for people in (mine, plain):
        for row in range(5):
            people.open(row, body)
    compiler = Kept()
    assert mine.fuse(compiler) is None
    shapes = [node.meta["val"].shape for node in compiler.graph.graph.nodes if node.op == "placeholder"]
    assert all(not isinstance(shape[0], int) and all(isinstance(size, int) for size in shape[1:]) for shape in shapes)
    for tick in range(6):
        count = 1 + tick % 5
        one, other = (people.answer(asked(readings, tick, count)) for people in (mine, plain))
        np.testing.assert_allclose(one, other, rtol=0, atol=2e-5)


def test_narrow_products_become_sums_and_wide_ones_stay() -> None:
    def function(one: Tensor, narrow: Tensor, wide: Tensor, other: Tensor) -> tuple[Tensor, ...]:
        return one.view(-1, 2, 3) @ narrow, wide @ other

    random = torch.Generator().manual_seed(0)
    examples = [torch.randn(*shape, generator=random) for shape in ((7, 6), (7, 3, 4), (7, 2, 20), (7, 20, 3))]
    compiler = Kept()
    made = fused(function, examples, compiler)
    targets = [node.target for node in compiler.graph.graph.nodes]
    assert targets.count(aten.bmm.default) == 1 and targets.count(aten.mul.Tensor) == 3
    for count in (2, 7, 11):
        inputs = [torch.randn(count, *example.shape[1:], generator=random) for example in examples]
        for one, other in zip(made(*inputs), function(*inputs), strict=True):
            torch.testing.assert_close(one, other)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_where_nothing_can_be_compiled_steps_are_taken_one_by_one(
    tiny_solver: Solver, worn: tuple[Body, Readings], caplog: pytest.LogCaptureFixture
) -> None:
    def none(graph: GraphModule, inputs: list[Any]) -> Any:
        raise RuntimeError("no C compiler here\nand much more")

    body, readings = worn
    people = People(captured_solver(tiny_solver), body.joints, torch.device("cpu"))
    people.open(0, body)
    assert people.fuse(none) == "no C compiler here\nand much more"
    assert "RuntimeError: no C compiler here" in caplog.text and "much more" not in caplog.text
    assert np.isfinite(people.answer(asked(readings, 0, 1))).all()
