"""Every operator as machine code does what torch does, to numbers that it was not recorded with."""
from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from models.compiled.program import compiled
from models.compiled.tape import Tape, noted
from models.kinematics.systems import solve_banded_whole

Function = Callable[..., Tensor]


def repeated(function: Function, before: list[Tensor], now: list[Tensor]) -> Tensor:
    """What the steps that were recorded with the ones make of the others."""
    with torch.inference_mode():
        with Tape(before) as tape:
            outcome = function(*before)
        program = compiled(tape, before, [outcome])
        arena = program.arena()
        for tensor, other in zip(before, now, strict=True):
            program.layout.view(tensor, arena)[...] = other.numpy()
        program.run([arena])
        return torch.from_numpy(program.layout.view(outcome, arena).copy())


def numbers(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


INDEX = torch.tensor([2, 0, 1])
SPARSE = torch.diag(numbers(7, seed=9)).roll(2, 0) * (torch.arange(7) != 3) + torch.diag(numbers(7, seed=8))
ELEMENTWISE: dict[str, Function] = {
    "sums": lambda a, b: a + b * 2 - (1 - a) / (b * b + 1),
    "of rows": lambda a, b: a[:, :1] * b.mT[:4].mT - a.mT[:1, 0],
    "in doubles": lambda a, b: (a.double() * 3 + b).float(),
    "roots": lambda a, b: (a.abs() + 1).sqrt().reciprocal() - b,
    "angles": lambda a, b: torch.atan2(a, b) + a.sin() * b.cos() + torch.copysign(a, b),
    "powers": lambda a, b: a**2 + b.exp() + (a.abs() + 1).log() + (b.abs() + 1).log2(), "negative": lambda a, b: -a,
    "limits": lambda a, b: a.clamp(min=-0.5, max=0.5) + b.clamp(min=0.1) + torch.minimum(a, b) * torch.maximum(a, b),
    "rounded": lambda a, b: (10 * a).round() + b, "halved": lambda a, b: ((a > 0).long() * 4 + (b > 0).long() * 3) >> 1,
    "whole": lambda a, b: (a > 0).long() // 2 + (b > 0),
    "compared": lambda a, b: (a < b) & (a <= 0.5) | (a > b) & ~(b >= 0) | (a == b) | (a != a),
    "chosen": lambda a, b: torch.where(a > b, a, 0.0) + torch.where(a < 0, 1.0, b),
    "no numbers": lambda a, b: torch.where((a > 0) & torch.isfinite(b / (a > 1)), a, math.nan).isnan(),
}
MOVES: dict[str, Function] = {
    "joined": lambda a, b: torch.cat([a[:, 1:], b, a[:, :1]], 1), "stacked": lambda a, b: torch.stack([a, b.mT.mT], 1),
    "rolled": lambda a, b: a.roll(2, -1) + b.roll(-1, 1), "turned round": lambda a, b: a.flip(1) - b,
    "another shape": lambda a, b: (a.mT.reshape(2, -1) + b.reshape(2, -1)).mT.clone(),
    "spread": lambda a, b: (a[:, None].expand(6, 3, 7) * b[:, None]).contiguous(),
    "picked": lambda a, b: a[:, INDEX] + b.index_select(1, INDEX),
    "picked by what is found": lambda a, b: a.gather(1, (b[:, :2] > 0).long()),
    "put": lambda a, b: _put(a, b),
}
REDUCED: dict[str, Function] = {
    "sum": lambda a, b: a.sum(1) + b.sum((0, 1)), "how many": lambda a, b: (a > b).sum(-1, keepdim=True),
    "mean": lambda a, b: a.mean(0) + b.mean(), "largest": lambda a, b: a.amax(1, keepdim=True) - b.amin(0),
    "any": lambda a, b: (a > 1).any(1) | (b > -1).all(1) | (a > 3).any(),
    "place": lambda a, b: a.argmax(1) + b.argmin(1), "first place": lambda a, b: (a > 0).long().argmax(1),
    "length": lambda a, b: torch.linalg.vector_norm(a, dim=1) + b[:, 0],
    "running": lambda a, b: a.cumsum(1) + (b > 0).cumsum(0), "sorted": lambda a, b: a.sort(-1).values * b,
}
PRODUCTS: dict[str, Function] = {
    "matrices": lambda a, b: a @ b.mT, "of many columns": lambda a, b: a.mT @ b,
    "one by one": lambda a, b: a[..., None] @ b[:, None],
    "narrow": lambda a, b: a[:, :3].reshape(2, 3, 3) @ b[:, :3].reshape(2, 3, 3).mT,
    "few that are not zero": lambda a, b: a @ SPARSE + (b.double() @ SPARSE.double()).float(),
    "cross": lambda a, b: torch.linalg.cross(a[:, :3], b[:, 1:4], dim=-1),
}


def _put(a: Tensor, b: Tensor) -> Tensor:
    to = a.new_full((6, 7), 3.0)
    to[:, [5, 0, 2]] = b[:, :3]
    return to * a


@pytest.mark.parametrize("name", [*ELEMENTWISE, *MOVES, *REDUCED, *PRODUCTS])
def test_machine_code_does_what_torch_does(name: str) -> None:
    function = (ELEMENTWISE | MOVES | REDUCED | PRODUCTS)[name]
    now = [numbers(6, 7, seed=3), numbers(6, 7, seed=4)]
    found = repeated(function, [numbers(6, 7, seed=1), numbers(6, 7, seed=2)], now)
    torch.testing.assert_close(found, function(*now), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("columns", [1, 5, 40])
@pytest.mark.parametrize("kind", [torch.float32, torch.float64])
def test_systems_are_solved(columns: int, kind: torch.dtype) -> None:
    def function(systems: Tensor, asked: Tensor) -> Tensor:
        whole = systems + systems.mT
        solved: Tensor = noted("solve", lambda a, b: torch.linalg.solve(a, b).contiguous(), whole, asked)
        return solved

    given = [[numbers(2, 9, 9, seed=seed).to(kind) + 9 * torch.eye(9), numbers(2, 9, columns, seed=seed + 1).to(kind)]
             for seed in (1, 5)]
    torch.testing.assert_close(repeated(function, *given), function(*given[1]), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("count", [2, 3, 5, 41])
def test_banded_systems_are_solved_and_their_variances_found(count: int) -> None:
    one, other = torch.meshgrid(torch.arange(count), torch.arange(count), indexing="ij")
    away = (one - other).abs()
    place = torch.where(away < 4, away * count + torch.minimum(one, other), 4 * count).reshape(-1).numpy()

    def function(bands: Tensor, asked: Tensor) -> Tensor:
        own, couples = bands[..., :count].abs() + 8, bands[..., count : 4 * count]
        held = torch.cat([own, couples, 0 * bands[..., :1]], -1)
        whole = noted("solve_banded", lambda *given: tuple(
            part.contiguous() for part in solve_banded_whole(*given, place)), held, asked)
        return torch.cat([whole[0], whole[1][..., None]], -1)

    given = [[numbers(2, 3, 4 * count, seed=seed).double(), numbers(2, 3, count, 4, seed=seed + 1).double()]
             for seed in (1, 5)]
    torch.testing.assert_close(repeated(function, *given), function(*given[1]), rtol=1e-9, atol=1e-12)
