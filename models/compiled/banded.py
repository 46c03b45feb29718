"""Systems that couple each place with the next three, see kinematics/systems.py: L D L^T, and of the inverse what is
near its diagonal (Takahashi 1973)."""
from __future__ import annotations

from dataclasses import replace

from torch import Tensor

from models.compiled.loops import Part, Text, literal
from models.compiled.makers import Memory, maker

BAND = 3


@maker("solve_banded")
def _(memory: Memory, out: tuple[Tensor, Tensor], bands: Tensor, columns: Tensor) -> Text:
    writer = _Banded(memory, out, bands, columns)
    with writer.text.loops(bands.shape[:-1]) as system:
        writer.write(system)
    return writer.text


class _Banded:
    """One system after the other. What is kept of its N places has BAND more at both ends, which are zero."""

    def __init__(self, memory: Memory, out: tuple[Tensor, Tensor], bands: Tensor, columns: Tensor) -> None:
        self.text, (self._count, self._width) = Text(), columns.shape[-2:]
        self._bands, self._columns = memory.part(bands), memory.part(columns)
        self._solved, self._variance = (memory.part(each) for each in out)
        size = self._count + 2 * BAND
        self._own = memory.scratch((size, 1), "double")  # D, and later the inverse's diagonal
        self._shares = memory.scratch((size, BAND), "double")  # L: with the place before, the one before that...
        self._around = memory.scratch((size, BAND), "double")  # of the inverse: with the next place...
        self._path = memory.scratch((size, self._width), "double")  # the columns, on their way

    def write(self, system: list[str]) -> None:
        text, count = self.text, self._count
        for part in (self._own, self._shares, self._around, self._path):
            with text.loops(part.shape) as at:
                text.store(literal(0, "double"), part, at)
        for first in range(min(BAND, count)):
            self._eliminate(system, str(first), first)
        if count > BAND:
            with text.loop(count - BAND) as later:
                self._eliminate(system, text.new(f"add i64 {later}, {BAND}"), BAND)
        with text.loop(count) as back:
            self._substitute(system, text.new(f"sub i64 {count - 1}, {back}"))

    def _eliminate(self, system: list[str], place: str, before: int) -> None:
        text, left = self.text, self.text.load(self._bands, [*system, place])
        shares: dict[int, str] = {}
        for by in range(min(before, BAND), 0, -1):
            share = self._couples(system, by, place)
            for farther in range(by + 1, min(before, BAND) + 1):
                its = self._get(self._shares, place, -by, farther - by - 1)
                behind = text.new(f"fmul double {its}, {self._get(self._own, place, -farther)}")
                share = self._less(share, shares[farther], behind)
            shares[by] = text.new(f"fdiv double {share}, {self._get(self._own, place, -by)}")
            self._put(shares[by], self._shares, place, by - 1)
        for by, share in shares.items():
            left = self._less(left, text.new(f"fmul double {share}, {share}"), self._get(self._own, place, -by))
        self._put(left, self._own, place)
        with text.loop(self._width) as column:
            value = text.load(self._columns, [*system, place, column])
            for by, share in shares.items():
                value = self._less(value, share, self._get(self._path, place, -by, column))
            self._put(value, self._path, place, column)

    def _substitute(self, system: list[str], place: str) -> None:
        text, own = self.text, self._get(self._own, place)
        shares = [self._get(self._shares, place, by, by - 1) for by in range(1, BAND + 1)]
        with text.loop(self._width) as column:
            value = text.new(f"fdiv double {self._get(self._path, place, 0, column)}, {own}")
            for by, share in enumerate(shares, 1):
                value = self._less(value, share, self._get(self._path, place, by, column))
            self._put(value, self._path, place, column)
            text.store(value, self._solved, [*system, place, column])
        alone = text.new(f"fdiv double 1.0, {own}")
        for by in range(BAND):
            beside = literal(0, "double")
            for other, share in enumerate(shares):
                beside = self._less(beside, share, self._inverse(place, other, by))
            self._put(beside, self._around, place, by)
            alone = self._less(alone, shares[by], beside)
        self._put(alone, self._own, place)
        text.store(alone, self._variance, [*system, place])

    def _inverse(self, place: str, one: int, other: int) -> str:
        """What two of the next BAND places have with each other."""
        first = 1 + min(one, other)
        return self._get(self._own, place, first) if one == other else self._get(
            self._around, place, first, abs(one - other) - 1)

    def _couples(self, system: list[str], by: int, place: str) -> str:
        """What couples a place to the one `by` before."""
        part = replace(self._bands, at=self._bands.at + by * (self._count - 1) * self._bands.strides[-1])
        return self.text.load(part, [*system, place])

    def _get(self, part: Part, place: str, ahead: int = 0, column: str | int = 0) -> str:
        return self.text.load(*_cell(part, place, ahead, column))

    def _put(self, value: str, part: Part, place: str, column: str | int = 0) -> None:
        self.text.store(value, *_cell(part, place, 0, column))

    def _less(self, value: str, one: str, other: str) -> str:
        return self.text.new(f"fsub double {value}, {self.text.new(f'fmul double {one}, {other}')}")


def _cell(part: Part, place: str, ahead: int, column: str | int) -> tuple[Part, list[str]]:
    at = part.at + (BAND + ahead) * part.strides[0]
    if isinstance(column, int):
        return replace(part, at=at + column * part.strides[1]), [place, "0"]
    return replace(part, at=at), [place, column]
