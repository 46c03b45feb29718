"""Frames of a clip as a farm asks for them: "1-300", "1-3,5,7-20:2"; the first frame is 1."""
from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bridge.errors import InputInvalid, UsageError

WHY_WHOLE = "where its feet are held depends on all frames around, so that parts would not equal the whole"
PIECE = re.compile(r"([0-9]+)(?:-([0-9]+)(?::([0-9]+))?)?")


@dataclass(frozen=True)
class FrameRange:
    """Pieces (first, last, step), both ends included, in any order."""

    pieces: tuple[tuple[int, int, int], ...]

    @classmethod
    def parse(cls, text: str) -> FrameRange:
        """Raises UsageError."""
        return cls(tuple(_piece(text, part.strip()) for part in text.split(",")))

    def rows(self, count: int) -> NDArray[np.intp]:
        """Which rows of a clip of `count` frames, ascending, each once; what is beyond the end is left out.

        Raises InputInvalid where nothing is left.
        """
        asked = {frame - 1 for first, last, step in self.pieces for frame in range(first, min(last, count) + 1, step)}
        if not asked:
            raise InputInvalid(f"frames {self} of a clip of {count}: none of them is there")
        return np.array(sorted(asked), dtype=np.intp)

    @property
    def label(self) -> str:
        """As part of a file's name."""
        return "f" + str(self).replace(",", "_").replace(":", "x")

    def __str__(self) -> str:
        return ",".join(_text(*piece) for piece in self.pieces)


def step_of(rows: NDArray[np.intp]) -> int | None:
    """The distance between neighbours, if it is the same everywhere; 1 for a single row."""
    steps = np.unique(np.diff(rows))
    return 1 if len(steps) == 0 else int(steps[0]) if len(steps) == 1 else None


def _piece(text: str, part: str) -> tuple[int, int, int]:
    found = PIECE.fullmatch(part)
    first, last, step = (int(found[1]), int(found[2] or found[1]), int(found[3] or 1)) if found else (0, 0, 0)
    if not (1 <= first <= last and step >= 1):
        raise UsageError(f"--frames {text}: {part!r} is none; allowed are 5, 1-300 and 7-20:2, commas between, from 1")
    return first, last, step


def _text(first: int, last: int, step: int) -> str:
    return f"{first}" if first == last else f"{first}-{last}" if step == 1 else f"{first}-{last}:{step}"
