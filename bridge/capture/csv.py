"""Session tables: CSV whose header names device, quantity, component and unit, below a line that names the axes.

    # axes: +Y up, +Z forward, right-handed
    # name: take 12
    time[s],head.position.x[m],head.position.y[m],head.position.z[m],head.rotation.x[quat],...,head.rotation.w[quat],...
    0.0000,0.012,1.551,0.034,0.0,0.0,0.0,1.0,...

* Lines before the header start with `#`. `axes` is needed and says what is up and where the person faces at rest (an
  OpenXR program: `+Y up, -Z forward, right-handed`; Unity: `+Y up, +Z forward, left-handed`; Unreal: `+Z up, +X
  forward, left-handed`). May be there: `name`, `floor: 0 m` or `floor: unknown` (else 0), `height: 1.82 m` (the
  person's; else the neutral body), `euler: ZXY` (order of intrinsic rotations, needed by euler columns).
* `time[s|ms|us|ns]`, increasing.
* A tracker is named for the joint it is worn on (head, L_wrist, R_wrist, pelvis, L_ankle, ...): `.position.x|y|z`
  `[m|cm|mm|in]`; `.rotation.x|y|z|w[quat]` or `.euler.x|y|z[deg|rad]`; `.valid` 1 or 0. A device at rest in the
  T-pose has the identity rotation.
* Empty cells, or `valid` 0: the tracker was lost in that row. `nan` is an error, since it may be one of the exporter.
"""
from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from bridge import checks
from bridge.capture.csv_header import ANGLE_UNITS, LENGTH_UNITS, Device, Header, read_header
from bridge.capture.steady import beat_of, clip_of
from bridge.errors import InputInvalid, NotFinite, TooShort, UnitInvalid
from bridge.frames import JOINT_INDEX, Flags, Session, Setup, Skeleton, Tracker, TrackerFrame

NEUTRAL_HEIGHT_M = 1.70
HEIGHTS_M = (0.5, 2.6)
RATES_HZ = (5.0, 2000.0)
FARTHEST_M, HIGHEST_M = 200.0, 20.0  # more than a captured space; less than metres taken for centimetres
CLOSEST_M = 0.03  # two trackers on one body never sit so close; centimetres taken for metres do
WIDEST_ANGLE_RAD = 13.0  # two turns; degrees taken for radians soon pass it

Table = NDArray[np.float64]  # (rows, columns), NaN where a cell is empty


def read_csv(path: Path) -> Session:
    """The table as a session. Raises InputInvalid, UnitInvalid, NotFinite, TooShort, TrackerUnknown."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            return _session(path.stem, list(csv.reader(file)))
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputInvalid(f"{path}: not a table of text ({error})") from error
    except InputInvalid as error:
        raise type(error)(f"{path}: {error}") from error


def _session(stem: str, rows: list[list[str]]) -> Session:
    numbered = [(number, row) for number, row in enumerate(rows, start=1) if any(cell.strip() for cell in row)]
    comments = [",".join(row) for _, row in numbered if row[0].lstrip().startswith("#")]
    body = [(number, row) for number, row in numbered if not row[0].lstrip().startswith("#")]
    if not body:
        raise TooShort("an empty table")
    header = read_header(comments, [name.strip() for name in body[0][1]])
    table = _numbers(body[1:], body[0][1])
    times_s = _times(header, table, [number for number, _ in body[1:]])
    beat = beat_of([round(time * 1e9) for time in times_s])
    checks.between(beat.rate_hz, *RATES_HZ, "the rate by the time column", "Hz")
    setup = Setup(_skeleton(header), tuple(Tracker(JOINT_INDEX[device.joint]) for device in header.devices),
                  floor_height_m=header.floor_m)
    return Session(setup, clip_of(_frames(header, table, times_s), beat), header.name or stem)


def _numbers(rows: list[tuple[int, list[str]]], names: Sequence[str]) -> Table:
    """Every cell as a number; an empty cell as NaN, which no cell may hold itself."""
    table = np.full((len(rows), len(names)), np.nan)
    for index, (number, row) in enumerate(rows):
        if len(row) != len(names):
            raise InputInvalid(f"line {number} has {len(row)} cells, the header {len(names)}")
        for column, cell in enumerate(row):
            if cell and not cell.isspace():
                table[index, column] = _number(cell, number, names[column])
    return table


def _number(cell: str, line: int, name: str) -> float:
    truth = {"true": 1.0, "false": 0.0}.get(cell.strip().lower())
    try:
        value = truth if truth is not None else float(cell)
    except ValueError as error:
        raise InputInvalid(f"line {line}, {name.strip()}: {cell.strip()!r} is not a number") from error
    if not np.isfinite(value):
        raise NotFinite(f"line {line}, {name.strip()}: {cell.strip()}; leave the cell empty where the tracker was lost")
    return value


def _times(header: Header, table: Table, lines: list[int]) -> NDArray[np.float64]:
    times = table[:, header.time_column] * header.time_scale_s
    if np.isnan(times).any():
        raise InputInvalid(f"line {lines[int(np.isnan(times).argmax())]} has no time")
    back = np.diff(times) <= 0
    if back.any():
        raise InputInvalid(f"line {lines[int(back.argmax()) + 1]}: the time does not increase")
    return np.asarray(times - times[0]) if len(times) else times


def _skeleton(header: Header) -> Skeleton:
    if header.height_m is None:
        return Skeleton()
    height = checks.between(header.height_m, *HEIGHTS_M, "height", "m")
    return Skeleton((Skeleton().offsets_m * (height / NEUTRAL_HEIGHT_M)).astype(np.float32))


def _frames(header: Header, table: Table, times_s: NDArray[np.float64]) -> list[TrackerFrame]:
    read = [_readings(header, device, table) for device in header.devices]
    positions, rotations, placed, turned = (np.stack(part, axis=1) for part in zip(*read, strict=True))
    if not (placed.any() or turned.any()):
        raise InputInvalid("no tracker is ever seen")
    _check_distances(positions, placed)
    times_ns = [round(time * 1e9) for time in times_s.tolist()]
    rows = zip(times_ns, positions, rotations, placed, turned, strict=True)
    return [TrackerFrame(number, *row) for number, row in enumerate(rows, start=1)]


def _readings(header: Header, device: Device, table: Table) -> tuple[Table, Table, Flags, Flags]:
    """One tracker in our axes: (T, 3), (T, 4), and where each is known."""
    seen = np.ones(len(table), dtype=bool) if device.valid is None else np.nan_to_num(table[:, device.valid]) > 0
    positions, placed = _columns(table, device.position, 3)
    rotations, turned = _columns(table, device.rotation or device.euler, 4 if device.rotation else 3)
    placed, turned = placed & seen, turned & seen
    if device.position:
        scaled = positions * LENGTH_UNITS[device.position.unit] @ header.to_ours.T
        positions = np.where(placed[:, None], scaled, 0)
        _check_places(device, positions)
    xyzw = np.tile([0.0, 0.0, 0.0, 1.0], (len(table), 1))
    if turned.any():
        xyzw[turned] = _turned(header, device, rotations[turned])
    return positions.astype(np.float32), xyzw.astype(np.float32), placed, turned


def _columns(table: Table, quantity: object, width: int) -> tuple[Table, Flags]:
    columns = getattr(quantity, "columns", ())
    if not columns:
        return np.zeros((len(table), width)), np.zeros(len(table), dtype=bool)
    values = table[:, columns]
    return values, np.asarray(~np.isnan(values).any(axis=1))


def _turned(header: Header, device: Device, values: Table) -> Table:
    """Quaternions or Euler angles in the file's axes -> quaternions in ours."""
    what = f"{device.joint}'s rotation"
    if device.euler:
        angles = values * ANGLE_UNITS[device.euler.unit]
        checks.within(angles.astype(np.float32), WIDEST_ANGLE_RAD, f"{what} in {device.euler.unit}", "rad")
        turns = Rotation.from_euler(header.euler_order, angles[:, ["XYZ".index(axis) for axis in header.euler_order]])
    else:
        turns = Rotation.from_quat(checks.unit_rotations(values.astype(np.float32), what))
    change = header.to_ours
    return np.asarray(Rotation.from_matrix(change @ turns.as_matrix() @ change.T).as_quat())


def _check_places(device: Device, positions: Table) -> None:
    unit = device.position.unit if device.position else ""
    farthest, highest = np.abs(positions).max(initial=0), np.abs(positions[:, 1]).max(initial=0)
    if farthest > FARTHEST_M or highest > HIGHEST_M:
        raise UnitInvalid(f"{device.joint} would be {farthest:.4g} m from the origin and {highest:.4g} m high; at most "
                          f"{FARTHEST_M:g} m and {HIGHEST_M:g} m are allowed: is it in {unit}, and the axes right?")


def _check_distances(positions: Table, placed: Flags) -> None:
    """Trackers all in one place are metres read as millimetres."""
    both = placed.all(axis=1)
    if positions.shape[1] < 2 or not both.any():
        return
    apart = np.linalg.norm(positions[both] - positions[both][:, :1], axis=-1).max(axis=1)
    if np.median(apart) < CLOSEST_M:
        raise UnitInvalid(f"the trackers are {100 * np.median(apart):.2g} cm apart; at least {100 * CLOSEST_M:g} cm is "
                          "allowed on one body: is the unit of the positions right?")
