"""MediaPipe's landmarks as a table: a row a frame, columns x0 y0 z0 v0 ... x32 (or from 1 to 33), or NOSE_x, NOSE_y,
NOSE_z, NOSE_visibility and so on. Other columns (frame, time) are passed over; a row of empty cells is a frame in
which nobody was seen, a single one a landmark that was not."""
from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bridge.errors import InputInvalid, InputMissing
from bridge.keypoints.found import Found, Numbers, Told, points, seen_only
from bridge.keypoints.mediapipe import COUNT, DETECTOR, in_pixels, needed
from bridge.keypoints.people import tracks

NAMES = ("NOSE", "LEFT_EYE_INNER", "LEFT_EYE", "LEFT_EYE_OUTER", "RIGHT_EYE_INNER", "RIGHT_EYE", "RIGHT_EYE_OUTER",
         *(f"{side}_{name}" if name != "MOUTH" else f"MOUTH_{side}" for name in (
             "EAR", "MOUTH", "SHOULDER", "ELBOW", "WRIST", "PINKY", "INDEX", "THUMB", "HIP", "KNEE", "ANKLE", "HEEL",
             "FOOT_INDEX") for side in ("LEFT", "RIGHT")))
VALUES = {"x": 0, "y": 1, "v": 2, "vis": 2, "visibility": 2}
COLUMN = re.compile(r"(?:(?P<value>x|y|v|vis|visibility)_?(?P<number>\d+)|(?P<name>\w+?)_(?P<of>x|y|v|vis|visibility))",
                    re.IGNORECASE)
Columns = dict[tuple[int, int], int]  # (landmark, x y or visibility) -> column


def read_table(path: Path, told: Told) -> Found:
    """Raises InputMissing, InputInvalid, NotFinite, each with the row; UsageError where nobody says the size."""
    size = needed(told.usual_size_px, path)
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            header, *rows = list(csv.reader(file)) or [[]]
    except OSError as error:
        raise InputMissing(f"{path}: cannot be read: {error.strerror or error}") from error
    except (csv.Error, UnicodeDecodeError) as error:
        raise InputInvalid(f"{path}: not a table: {error}") from None
    columns = columns_of(header, path)
    frames: list[list[Numbers]] = []
    for number, row in enumerate(rows, start=2):
        if not any(row[place].strip() for place in columns.values() if place < len(row)):
            frames.append([])
            continue
        where = f"{path}: line {number}"
        frames.append([in_pixels(_person(row, columns, where), size, where)])
    if not frames:
        raise InputInvalid(f"{path}: no rows below the header")
    return Found(DETECTOR.name, tracks(seen_only(frames, path), COUNT), size_px=size, name=path.stem)


def is_table(header: Sequence[str]) -> bool:
    """Whether columns are landmarks'."""
    return len(_known(header)) >= 2 * COUNT


def columns_of(header: Sequence[str], path: Path) -> Columns:
    """Where each landmark's numbers are. InputInvalid names the first that is missing."""
    columns = _known(header)
    for landmark, name in enumerate(NAMES):
        for value in (0, 1):
            if (landmark, value) not in columns:
                raise InputInvalid(f"{path}: no column for the {'xy'[value]} of landmark {landmark} ({name}); "
                                   "x0 y0 v0 ... or NOSE_x NOSE_y NOSE_visibility ... are allowed")
    return columns


def _known(header: Sequence[str]) -> Columns:
    columns, numbered = Columns(), Columns()
    for place, text in enumerate(header):
        match = COLUMN.fullmatch(text.strip())
        if match and match["number"]:
            numbered[int(match["number"]), VALUES[match["value"].lower()]] = place
        elif match and match["name"].upper() in NAMES:
            columns[NAMES.index(match["name"].upper()), VALUES[match["of"].lower()]] = place
    first = min((landmark for landmark, _ in numbered), default=0)
    return {**{(landmark - first, value): place for (landmark, value), place in numbered.items()}, **columns}


def _person(row: Sequence[str], columns: Columns, where: str) -> Numbers:
    found = np.ones((COUNT, 3))
    for (landmark, value), place in columns.items():
        if landmark < COUNT:
            cell = row[place].strip() or "nan" if place < len(row) else ""
            try:
                found[landmark, value] = float(cell)
            except ValueError:
                raise InputInvalid(f"{where}: {cell!r} for landmark {landmark}; a number is allowed") from None
    return points(found, COUNT, where)
