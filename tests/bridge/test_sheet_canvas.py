"""Drawing by Pillow: what is asked for is there, where it was asked for, and nothing else."""
from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from bridge.sheet_canvas import Canvas, Room, paler, width_of

SIZE = (60, 40)
RED = (255, 0, 0)


@pytest.fixture
def canvas() -> Canvas:
    return Canvas(*SIZE)


def pixels(canvas: Canvas, folder: Path) -> NDArray[np.uint8]:
    canvas.save(folder / "made.png")
    return np.asarray(Image.open(folder / "made.png").convert("RGB"))


def inked(canvas: Canvas, folder: Path) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Where it is not white: rows and columns."""
    return np.nonzero((pixels(canvas, folder) < 250).any(axis=-1))


def test_nothing_drawn_is_white(canvas: Canvas, tmp_path: Path) -> None:
    assert pixels(canvas, tmp_path).shape == (40, 60, 3) and (pixels(canvas, tmp_path) == 255).all()


def test_a_line_is_between_its_ends_and_stops_where_there_is_no_number(canvas: Canvas, tmp_path: Path) -> None:
    way = np.array([[10.0, 20], [20, 20], [np.nan, np.nan], [40, 20], [50, 20]])
    canvas.line(way, "#ff0000", 4, rounded=True)
    rows, columns = inked(canvas, tmp_path)
    assert rows.min() >= 17 and rows.max() <= 22
    assert columns.min() in (8, 9) and columns.max() in (51, 52) and not ((columns > 23) & (columns < 37)).any()
    middle = pixels(canvas, tmp_path)[20, 15].astype(int)
    assert np.abs(middle - RED).max() < 8


def test_what_is_far_outside_does_no_harm(canvas: Canvas, tmp_path: Path) -> None:
    canvas.line(np.array([[1e12, 5.0], [2e12, 5.0]]), "black", 2)
    canvas.shape(np.array([[-1e9, -1e9], [-1e9, -5], [-5, -1e9]]), "black")
    assert len(inked(canvas, tmp_path)[0]) == 0


def test_a_canvas_on_another_ends_at_its_own_edges(canvas: Canvas, tmp_path: Path) -> None:
    small = Canvas(10, 10)
    small.disc(np.array([0.0, 0.0]), 30, "black")
    small.outline(Room(0, 0, 10, 10))
    canvas.put(small, 20, 15)
    rows, columns = inked(canvas, tmp_path)
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (15, 24, 20, 29) and len(rows) == 100


@pytest.mark.parametrize("upright", [False, True])
def test_words_are_about_their_place(canvas: Canvas, tmp_path: Path, upright: bool) -> None:
    canvas.words((30, 20), "moved", 11, upright=upright)
    rows, columns = inked(canvas, tmp_path)
    along, across = (rows, columns) if upright else (columns, rows)
    assert abs(np.ptp(along) - width_of("moved")) < 4 and np.ptp(across) < 12
    assert abs(rows.mean() - 20) < 3 and abs(columns.mean() - 30) < 3


def test_paler_is_on_the_way_to_white() -> None:
    assert (paler("#204060", 1.0), paler("#204060", 0.0)) == ("#204060", "#ffffff")
    assert paler("#000000", 0.5) in ("#7f7f7f", "#808080")
