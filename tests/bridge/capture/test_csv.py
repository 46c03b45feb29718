"""Session tables: units, axes, losses, and one clear line for everything that can be wrong."""
from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from bridge.capture.csv import read_csv
from bridge.errors import InputInvalid, NotFinite, TooShort, TrackerUnknown, UnitInvalid
from bridge.frames import JOINT_INDEX, Skeleton, TrackerClip

AXES = "# axes: +Y up, +Z forward, right-handed"
PLACES = ("head", "L_wrist", "R_wrist")


def header(unit: str = "m", time: str = "s") -> str:
    names = [f"time[{time}]"]
    for device in PLACES:
        names += [f"{device}.position.{axis}[{unit}]" for axis in "xyz"]
        names += [f"{device}.rotation.{axis}[quat]" for axis in "xyzw"]
    return ",".join(names)


def reading(time: float, scale: float = 1.0) -> list[str]:
    """One row: head at 1.6 m, hands at 1 m, everything turned by 0.2 rad about Y."""
    turn = [0.0, np.sin(0.1), 0.0, np.cos(0.1)]
    places = [[0.1, 1.6, 0.2], [0.4, 1.0, 0.3], [-0.3, 1.0 + time, 0.3]]
    values = [time, *(value for place in places for value in [*(scale * one for one in place), *turn])]
    return [f"{value:.6f}" for value in values]


def table(rows: int = 6, scale: float = 1.0, rate_hz: float = 50.0, time_scale: float = 1.0) -> list[list[str]]:
    lines = [reading(row / rate_hz, scale) for row in range(rows)]
    return [[f"{float(line[0]) * time_scale:.6f}", *line[1:]] for line in lines]


def saved(path: Path, lines: list[list[str]], names: str | None = None, above: str = AXES) -> Path:
    path.write_text("\n".join([above, names or header(), *(",".join(line) for line in lines)]) + "\n")
    return path


def test_reads_positions_rotations_and_the_rate(tmp_path: Path) -> None:
    session = read_csv(saved(tmp_path / "take.csv", table()))
    assert [tracker.joint for tracker in session.setup.trackers] == [JOINT_INDEX[name] for name in PLACES]
    assert (session.name, session.clip.rate_hz, len(session.clip)) == ("take", 50.0, 6)
    expected = [[0.1, 1.6, 0.2], [0.4, 1, 0.3], [-0.3, 1.1, 0.3]]
    np.testing.assert_allclose(session.clip.positions_m[5], expected, atol=1e-6)
    np.testing.assert_allclose(session.clip.rotations_xyzw[0, 0], [0, np.sin(0.1), 0, np.cos(0.1)], atol=1e-6)
    assert session.clip.position_valid.all() and session.clip.rotation_valid.all()


@pytest.mark.parametrize(("unit", "scale"), [("cm", 100.0), ("mm", 1000.0), ("in", 1 / 0.0254)])
@pytest.mark.parametrize(("time", "time_scale"), [("s", 1.0), ("ms", 1e3), ("us", 1e6), ("ns", 1e9)])
def test_units_come_to_the_same(tmp_path: Path, unit: str, scale: float, time: str, time_scale: float) -> None:
    plain = read_csv(saved(tmp_path / "m.csv", table())).clip
    other = read_csv(saved(tmp_path / "u.csv", table(6, scale, 50.0, time_scale), header(unit, time))).clip
    np.testing.assert_allclose(other.positions_m, plain.positions_m, atol=1e-5)
    assert other.rate_hz == plain.rate_hz


@pytest.mark.parametrize(
    ("axes", "left", "up", "forward"),
    [
        ("+Y up, -Z forward, right-handed", [-1, 0, 0], [0, 1, 0], [0, 0, -1]),  # OpenXR: X is to the right
        ("+Y up, +Z forward, left-handed", [-1, 0, 0], [0, 1, 0], [0, 0, 1]),  # Unity
        ("+Z up, +X forward, left-handed", [0, -1, 0], [0, 0, 1], [1, 0, 0]),  # Unreal: Y is to the right
        ("+Z up, -Y forward, right-handed", [1, 0, 0], [0, 0, 1], [0, -1, 0]),  # Blender, its figures face -Y
    ],
)
def test_axes_of_other_programs(
    tmp_path: Path, axes: str, left: list[int], up: list[int], forward: list[int]
) -> None:
    """The same scene written in another program's axes comes out the same."""
    to_theirs = np.stack([left, up, forward], axis=1).astype(float)  # ours (left, up, forward) -> theirs
    lines = table()
    for line in lines:
        for start in (1, 8, 15):
            place = to_theirs @ [float(value) for value in line[start : start + 3]]
            turn = Rotation.from_quat([float(value) for value in line[start + 3 : start + 7]]).as_matrix()
            turn = Rotation.from_matrix(to_theirs @ turn @ to_theirs.T).as_quat()
            line[start : start + 7] = [f"{value:.7f}" for value in [*place, *turn]]
    ours = read_csv(saved(tmp_path / "ours.csv", table())).clip
    theirs = read_csv(saved(tmp_path / "theirs.csv", lines, above=f"# axes: {axes}")).clip
    np.testing.assert_allclose(theirs.positions_m, ours.positions_m, atol=1e-5)
    np.testing.assert_allclose(np.abs((theirs.rotations_xyzw * ours.rotations_xyzw).sum(-1)), 1, atol=1e-6)


def test_empty_cells_and_valid_zero_are_losses(tmp_path: Path) -> None:
    lines = [[*line, "1"] for line in table()]
    lines[2][8:11] = ["", "", ""]  # L_wrist's position
    lines[3][18:22] = ["", "", " ", ""]  # R_wrist's rotation
    lines[4][22] = "0"  # the head is not valid
    clip = read_csv(saved(tmp_path / "a.csv", lines, header() + ",head.valid")).clip
    lost = [tuple(place) for place in np.argwhere(~clip.position_valid)]
    turned = [tuple(place) for place in np.argwhere(~clip.rotation_valid)]
    assert lost == [(2, 1), (4, 0)]
    assert turned == [(3, 2), (4, 0)]
    assert np.isfinite(clip.positions_m).all() and np.isfinite(clip.rotations_xyzw).all()


def test_euler_angles_in_their_order(tmp_path: Path) -> None:
    names = "time[s],head.euler.x[deg],head.euler.y[deg],head.euler.z[deg]"
    lines = [[f"{row / 50}", "10", "20", "30"] for row in range(4)]
    clip = read_csv(saved(tmp_path / "e.csv", lines, names, f"{AXES}\n# euler: ZXY")).clip
    expected = Rotation.from_euler("ZXY", [30, 10, 20], degrees=True)
    assert (Rotation.from_quat(clip.rotations_xyzw[0, 0]).inv() * expected).magnitude() < 1e-5
    assert clip.rotation_valid.all() and not clip.position_valid.any()
    with pytest.raises(UnitInvalid, match="euler angles without a known order"):
        read_csv(saved(tmp_path / "e.csv", lines, names))


def test_name_floor_and_height(tmp_path: Path) -> None:
    above = f"{AXES}\n# name: take 12\n# floor: unknown\n# height: 187 cm"
    session = read_csv(saved(tmp_path / "a.csv", table(), above=above))
    assert (session.name, session.setup.floor_height_m) == ("take 12", None)
    np.testing.assert_allclose(session.setup.skeleton.offsets_m, Skeleton().offsets_m * 1.1, rtol=1e-6)
    assert read_csv(saved(tmp_path / "b.csv", table(), above=f"{AXES}\n# floor: -2 cm")).setup.floor_height_m == -0.02


def test_a_gap_in_the_rows_is_a_loss(tmp_path: Path) -> None:
    lines = table(40)
    clip: TrackerClip = read_csv(saved(tmp_path / "a.csv", lines[:10] + lines[25:])).clip
    assert len(clip) == 40
    assert not clip.position_valid[11:24].any()
    assert clip.position_valid[:10].all() and clip.position_valid[26:].all()


def changed(cell: str, line: int = 3, column: int = 2) -> list[list[str]]:
    lines = table()
    lines[line][column] = cell
    return lines


@pytest.mark.parametrize(
    ("lines", "names", "above", "error", "says"),
    [
        (table(), None, "", UnitInvalid, "axes are not given"),
        (table(), None, "# axes: Y is up", UnitInvalid, "'Y is up' are not understood"),
        (table(), None, "# axes: +Y up, -Y forward, right-handed", UnitInvalid, "not understood"),
        (table(), header("yd"), AXES, UnitInvalid, "unit 'yd' is not known; allowed are m, cm, mm, in"),
        (table(), header(""), AXES, UnitInvalid, r"unit '\(none\)' is not known"),
        (table(), header(time="min"), AXES, UnitInvalid, "unit 'min'"),
        (table(scale=1000), None, AXES, UnitInvalid, "is it in m"),
        (table(scale=0.001), None, AXES, UnitInvalid, "cm apart"),
        (table(time_scale=1000), None, AXES, UnitInvalid, "rate"),
        (table(), None, f"{AXES}\n# height: 182", UnitInvalid, "height '182' is not a length"),
        (table(), None, f"{AXES}\n# height: 182 m", UnitInvalid, "182 m"),
        (changed("0.5", column=7), None, AXES, UnitInvalid, "quaternion of length"),
        (changed("nan"), None, AXES, NotFinite, r"line 6, head.position.y\[m\]: nan"),
        (changed("-inf"), None, AXES, NotFinite, "-inf"),
        (changed("n/a"), None, AXES, InputInvalid, "'n/a' is not a number"),
        (changed("", column=0), None, AXES, InputInvalid, "line 6 has no time"),
        (changed("0.0", column=0), None, AXES, InputInvalid, "line 6: the time does not increase"),
        (table(2), None, AXES, TooShort, "2 frames, 3 are needed"),
        (table(0), None, AXES, TooShort, "0 frames"),
        ([line[:-1] for line in table()], None, AXES, InputInvalid, "line 3 has 21 cells, the header 22"),
        (table(), header().replace("L_wrist", "hand"), AXES, TrackerUnknown, "'hand' names no joint; allowed are"),
        (table(), header().replace("time[s]", "frame"), AXES, InputInvalid, "no time column"),
        (table(), header().replace("L_wrist", "R_wrist"), AXES, InputInvalid, "there twice"),
        (table(), header().replace("head.position.x[m]", "head x"), AXES, InputInvalid, "'head x' is not understood"),
        (table(), header().replace("head.rotation.w", "head.rotation.q"), AXES, InputInvalid, "no such quantity"),
        (table(), header().replace("head.position.x[m]", "L_hip.valid"), AXES, InputInvalid, "head.position lacks x"),
        (table(), header().replace("head.position.x[m]", "head.position.x[cm]"), AXES, UnitInvalid, "cm and m"),
    ],
)
def test_refuses(
    tmp_path: Path, lines: list[list[str]], names: str | None, above: str, error: type[Exception], says: str
) -> None:
    with pytest.raises(InputInvalid, match=says) as caught:
        read_csv(saved(tmp_path / "bad.csv", lines, names, above))
    assert type(caught.value) is error
    assert str(caught.value).startswith(str(tmp_path / "bad.csv"))
    assert "\n" not in str(caught.value)


def test_refuses_what_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"\x89MCAP0\r\n\xff\xfe" * 20)
    with pytest.raises(InputInvalid, match="not a table of text"):
        read_csv(tmp_path / "a.csv")
    (tmp_path / "empty.csv").write_text("")
    with pytest.raises(TooShort, match="empty table"):
        read_csv(tmp_path / "empty.csv")
