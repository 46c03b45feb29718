from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bridge.errors import InputInvalid, NotFinite, UsageError
from bridge.keypoints.found import Told
from bridge.keypoints.load import find_keypoints, is_keypoints
from bridge.keypoints.mediapipe_csv import NAMES

SIZE = Told(size_px=(200, 100))


def header(form: str) -> list[str]:
    if form == "named":
        return ["frame", *(f"{name}_{value}" for name in NAMES for value in ("x", "y", "z", "visibility"))]
    first = int(form)
    return ["time", *(f"{value}{number + first}" for number in range(33) for value in "xyzv")]


def row(x: float) -> list[str]:
    return ["0", *(cell for number in range(33) for cell in (str(x), str(number / 40), "0", "0.5"))]


def written(tmp_path: Path, *rows: list[str]) -> Path:
    (tmp_path / "seen.csv").write_text("\n".join(",".join(cells) for cells in rows) + "\n")
    return tmp_path / "seen.csv"


@pytest.mark.parametrize("form", ["named", "0", "1"])
def test_columns_by_number_or_name(tmp_path: Path, form: str) -> None:
    path = written(tmp_path, header(form), row(0.5), ["1", *[""] * 132], row(0.6))
    assert is_keypoints(path)
    (person,) = find_keypoints(path, SIZE).people
    np.testing.assert_allclose(person[:, 4], [[100, 10, 0.5], [0, 0, 0], [120, 10, 0.5]])


def test_nan_or_an_empty_cell_is_a_landmark_that_was_not_seen(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    cells = row(0.5)
    cells[1], cells[6] = "nan", " "
    (person,) = find_keypoints(written(tmp_path, header("0"), row(0.5), cells), SIZE).people
    assert (person[1, :, 2] == 0).nonzero()[0].tolist() == [0, 1] and "2 of 66 keypoints are NaN" in caplog.text


def test_names_are_mediapipe_s() -> None:
    assert len(set(NAMES)) == 33
    assert (NAMES[0], NAMES[6], NAMES[9], NAMES[16], NAMES[32]) == (
        "NOSE", "RIGHT_EYE_OUTER", "MOUTH_LEFT", "RIGHT_WRIST", "RIGHT_FOOT_INDEX")


def test_what_is_wrong_is_said_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(InputInvalid, match=r"line 3: 'far' for landmark 0; a number"):
        find_keypoints(written(tmp_path, header("0"), row(0.5), ["0", "far", *row(0.5)[2:]]), SIZE)
    with pytest.raises(NotFinite, match="line 2"):
        find_keypoints(written(tmp_path, header("0"), ["0", "inf", *row(0.5)[2:]]), SIZE)
    with pytest.raises(InputInvalid, match="line 2: '' for landmark 32"):
        find_keypoints(written(tmp_path, header("0"), row(0.5)[:-1]), SIZE)
    with pytest.raises(InputInvalid, match="no column for the y of landmark 32"):
        find_keypoints(written(tmp_path, header("0")[:-3], row(0.5)), SIZE)
    with pytest.raises(InputInvalid, match="no rows below"):
        find_keypoints(written(tmp_path, header("0")), SIZE)
    with pytest.raises(UsageError, match="--size"):
        find_keypoints(written(tmp_path, header("0"), row(0.5)))


def test_a_session_s_table_is_none_of_these(tmp_path: Path) -> None:
    assert not is_keypoints(written(tmp_path, ["# axes: +Y up, +Z forward, right-handed"], ["time[s]", "x0"]))
