"""Programs: many sessions, what is called outside, what is kept, and what cannot be."""
from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from models.compiled.program import CannotCompile, Program, compiled
from models.compiled.tape import Tape, outside


def program_of(function: object, example: Tensor, folder: Path | None = None) -> tuple[Program, Tensor]:
    with torch.inference_mode(), Tape([example]) as tape:
        outcome = function(example)  # type: ignore[operator]
    return compiled(tape, [example], [outcome], folder), outcome


def run(program: Program, source: Tensor, outcome: Tensor, values: list[float]) -> list[list[float]]:
    """One session for each value, twice: the first time leaves nothing behind."""
    arenas = [program.arena() for _ in values]
    for _ in range(2):
        for arena, value in zip(arenas, values, strict=True):
            program.layout.view(source, arena)[...] = value
        program.run(arenas)
    return [program.layout.view(outcome, arena).ravel().tolist() for arena in arenas]


def test_what_is_called_outside_is_called_once_for_all() -> None:
    asked: list[int] = []

    def function(rows: Tensor) -> Tensor:
        asked.append(len(rows))
        return rows.flip(1)

    source = torch.tensor([[1.0, 2.0]])
    program, outcome = program_of(lambda x: outside(function, x * torch.tensor([1.0, 10.0])) + 1, source)
    assert run(program, source, outcome, [1.0, 2.0, 3.0]) == [[11.0, 2.0], [21.0, 3.0], [31.0, 4.0]]
    assert asked == [1, 3, 3]


def test_what_was_a_constant_before_it_was_written_to_is_one_again() -> None:
    def function(x: Tensor) -> Tensor:
        total = torch.full((1, 2), 5.0)
        total += x
        total[:, [1]] = 7.0 * x[:, :1]
        return total * 1.0

    source = torch.ones(1, 2)
    program, outcome = program_of(function, source)
    assert run(program, source, outcome, [1.0, 2.0]) == [[6.0, 7.0], [7.0, 14.0]]


def test_memory_is_used_again_but_never_what_is_still_wanted() -> None:
    def function(x: Tensor) -> Tensor:
        first = x + 1
        for _ in range(40):
            x = (x * 1.5).sin() + first
        return x

    source = torch.rand(1, 200)
    program, outcome = program_of(function, source)
    arena, now = program.arena(), torch.rand(1, 200)
    program.layout.view(source, arena)[...] = now
    program.run([arena])
    np.testing.assert_allclose(program.layout.view(outcome, arena), function(now), rtol=0, atol=2e-5)
    assert program.layout.size < 8 * 200 * 4


def test_steps_without_use_are_left_out_even_where_nobody_knows_them() -> None:
    def function(x: Tensor) -> Tensor:
        torch.erfinv(x)
        return x + 1

    source = torch.zeros(1, 2)
    program, outcome = program_of(function, source)
    assert run(program, source, outcome, [2.0]) == [[3.0, 3.0]]
    with pytest.raises(CannotCompile, match="erfinv"):
        program_of(lambda x: torch.erfinv(x), source)


def test_code_is_kept_and_half_a_file_is_none(tmp_path: Path) -> None:
    source = torch.zeros(1, 3)
    for broken in (False, False, True, False):
        files = list((tmp_path / "ticks").glob("*"))
        before = [file.stat().st_mtime_ns for file in files]
        if broken:
            files[0].write_bytes(files[0].read_bytes()[:-7])
        program, outcome = program_of(lambda x: x * 3 + 1, source, tmp_path / "ticks")
        assert run(program, source, outcome, [2.0]) == [[7.0] * 3]
        (file,) = (tmp_path / "ticks").glob("*")
        if before and not broken:
            assert [file.stat().st_mtime_ns] == before  # it was read
    program_of(lambda x: x * 4 + 1, source, tmp_path / "ticks")
    assert len(list((tmp_path / "ticks").glob("*.code"))) == 2


def test_where_nothing_can_be_kept_it_is_compiled_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "ticks").write_text("a file, no folder")
    source = torch.zeros(1, 3)
    program, outcome = program_of(lambda x: x - 1, source, tmp_path / "ticks")
    assert run(program, source, outcome, [2.0]) == [[1.0] * 3]
