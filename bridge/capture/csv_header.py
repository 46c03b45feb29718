"""What the head of a session table says: its axes and, per column, device, quantity, component and unit."""
from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from bridge.errors import InputInvalid, TrackerUnknown, UnitInvalid
from bridge.frames import JOINT_INDEX

TIME_UNITS = {"s": 1.0, "ms": 1e-3, "us": 1e-6, "ns": 1e-9}
LENGTH_UNITS = {"m": 1.0, "cm": 0.01, "mm": 0.001, "in": 0.0254}
ANGLE_UNITS = {"rad": 1.0, "deg": np.pi / 180}
UNITS = {"position": tuple(LENGTH_UNITS), "rotation": ("quat",), "euler": tuple(ANGLE_UNITS)}
COMPONENTS = {"position": "xyz", "rotation": "xyzw", "euler": "xyz"}
AXES_EXAMPLE = "# axes: +Y up, +Z forward, right-handed"
META = ("axes", "name", "floor", "height", "euler")

_DEVICE = re.compile(r"(?P<device>\w+)\.(?P<quantity>\w+)\.(?P<component>\w)\[(?P<unit>\w*)\]")
_VALID = re.compile(r"(?P<device>\w+)\.valid")
_TIME = re.compile(r"time\[(?P<unit>\w*)\]")
_AXES = re.compile(r"([+-])([XYZ])\s+up\s*,\s*([+-])([XYZ])\s+forward\s*,\s*(right|left)-handed", re.IGNORECASE)
_LENGTH = re.compile(r"([+-]?[\d.]+(?:e[+-]?\d+)?)\s*(\w+)", re.IGNORECASE)


@dataclass(frozen=True)
class Quantity:
    """The columns of one device's position, rotation or euler angles, in the order x y z (w)."""

    columns: tuple[int, ...]
    unit: str


@dataclass(frozen=True)
class Device:
    """One tracker's columns; None for what it does not measure."""

    joint: str
    position: Quantity | None
    rotation: Quantity | None
    euler: Quantity | None
    valid: int | None


@dataclass(frozen=True)
class Header:
    """The layout of the table and what its first lines say of it."""

    width: int
    time_column: int
    time_scale_s: float
    devices: tuple[Device, ...]
    to_ours: NDArray[np.float64]  # (3, 3) from the file's axes to ours; of determinant -1 from left-handed axes
    euler_order: str = ""
    name: str = ""
    floor_m: float | None = 0.0
    height_m: float | None = None
    meta: dict[str, str] = field(default_factory=dict)


def read_header(comments: Iterable[str], names: Sequence[str]) -> Header:
    """From the lines that start with # and the column names. Raises InputInvalid, UnitInvalid, TrackerUnknown."""
    meta = _meta(comments)
    columns = {name.strip(): index for index, name in enumerate(names)}
    if len(columns) != len(names):
        twice = sorted({name for name in names if list(names).count(name) > 1})
        raise InputInvalid(f"column {twice[0]!r} is there twice")
    time_column, time_scale = _time(columns)
    devices = _devices(columns)
    order = meta.get("euler", "").upper()
    if any(device.euler for device in devices) and sorted(order) != ["X", "Y", "Z"]:
        raise UnitInvalid(f"euler angles without a known order: got {order!r}, a line such as '# euler: ZXY' is needed")
    floor = meta.get("floor", "0 m")
    return Header(
        width=len(names),
        time_column=time_column,
        time_scale_s=time_scale,
        devices=devices,
        to_ours=_axes(meta.get("axes")),
        euler_order=order,
        name=meta.get("name", ""),
        floor_m=None if floor == "unknown" else _length(floor, "floor"),
        height_m=_length(meta["height"], "height") if "height" in meta else None,
        meta=meta,
    )


def _meta(comments: Iterable[str]) -> dict[str, str]:
    found = {}
    for line in comments:
        key, colon, value = line.lstrip("# ").partition(":")
        if colon and key.strip().lower() in META:
            found[key.strip().lower()] = value.strip()
    return found


def _axes(text: str | None) -> NDArray[np.float64]:
    """Rows: our left, up and forward in the file's components."""
    if text is None:
        raise UnitInvalid(f"the world's axes are not given; add a first line such as '{AXES_EXAMPLE}'")
    match = _AXES.fullmatch(text)
    if match is None or match[2].upper() == match[4].upper():
        raise UnitInvalid(f"axes {text!r} are not understood; allowed is a line such as '{AXES_EXAMPLE}'")
    up, forward = (sign * np.eye(3)["XYZ".index(axis.upper())]
                   for sign, axis in ((float(match[1] + "1"), match[2]), (float(match[3] + "1"), match[4])))
    left = np.cross(up, forward) * (1 if match[5].lower() == "right" else -1)
    return np.stack([left, up, forward])


def _length(text: str, what: str) -> float:
    match = _LENGTH.fullmatch(text)
    if match is None or match[2] not in LENGTH_UNITS:
        raise UnitInvalid(f"{what} {text!r} is not a length; allowed is a number and one of {', '.join(LENGTH_UNITS)}")
    return float(match[1]) * LENGTH_UNITS[match[2]]


def _time(columns: dict[str, int]) -> tuple[int, float]:
    for name, index in columns.items():
        match = _TIME.fullmatch(name)
        if match:
            return index, TIME_UNITS[_known("time", match["unit"], tuple(TIME_UNITS))]
    raise InputInvalid("there is no time column; allowed is time[s], time[ms], time[us] or time[ns]")


def _devices(columns: dict[str, int]) -> tuple[Device, ...]:
    """Trackers in the order in which their first columns come."""
    found: dict[str, dict[str, dict[str, tuple[int, str]]]] = {}
    valid: dict[str, int] = {}
    for name, index in columns.items():
        if match := _VALID.fullmatch(name):
            found.setdefault(_joint(match["device"]), {})
            valid[match["device"]] = index
        elif match := _DEVICE.fullmatch(name):
            quantity, component = match["quantity"], match["component"]
            if component not in COMPONENTS.get(quantity, ""):
                raise InputInvalid(f"column {name!r}: no such quantity; allowed are {_allowed_quantities()}")
            unit = _known(name, match["unit"], UNITS[quantity])
            found.setdefault(_joint(match["device"]), {}).setdefault(quantity, {})[component] = (index, unit)
        elif not _TIME.fullmatch(name):
            raise InputInvalid(f"column {name!r} is not understood; allowed are time[s], head.valid and, with their "
                               f"unit, {_allowed_quantities()}")
    if not any(found.values()):
        raise InputInvalid("there is no tracker in the header")
    return tuple(_device(joint, parts, valid.get(joint)) for joint, parts in found.items())


def _device(joint: str, parts: dict[str, dict[str, tuple[int, str]]], valid: int | None) -> Device:
    if "rotation" in parts and "euler" in parts:
        raise InputInvalid(f"{joint} has both rotation and euler columns; one of them is allowed")
    quantities = {name: _quantity(f"{joint}.{name}", COMPONENTS[name], part) for name, part in parts.items()}
    return Device(joint, quantities.get("position"), quantities.get("rotation"), quantities.get("euler"), valid)


def _quantity(name: str, components: str, part: dict[str, tuple[int, str]]) -> Quantity:
    missing = [component for component in components if component not in part]
    if missing:
        raise InputInvalid(f"{name} lacks {', '.join(missing)}; it needs {', '.join(components)}")
    units = {unit for _, unit in part.values()}
    if len(units) > 1:
        raise UnitInvalid(f"{name} is in {' and '.join(sorted(units))}; one unit is allowed")
    return Quantity(tuple(part[component][0] for component in components), units.pop())


def _joint(device: str) -> str:
    if device not in JOINT_INDEX:
        raise TrackerUnknown(f"tracker {device!r} names no joint; allowed are {', '.join(JOINT_INDEX)}")
    return device


def _known(name: str, unit: str, allowed: tuple[str, ...]) -> str:
    if unit not in allowed:
        raise UnitInvalid(f"{name}: unit {unit or '(none)'!r} is not known; allowed are {', '.join(allowed)}")
    return unit


def _allowed_quantities() -> str:
    return ", ".join(f"head.{name}.{'|'.join(parts)}[{'|'.join(UNITS[name])}]" for name, parts in COMPONENTS.items())
