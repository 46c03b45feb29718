"""What `posebridge calibrate` is given and what it found: a table of two seconds of readings, and lines for people."""
from __future__ import annotations

import json
import math
from collections.abc import Sequence

from .rotations import Floats
from .wearer import CalibrationError

POSES = ("standing", "t-pose")
UNITS = {"": (100.0, "%"), "m": (100.0, "cm"), "rad": (math.degrees(1.0), "deg")}


def table(
    joints: Sequence[str], times_s: Sequence[float], places_m: Floats, turns_xyzw: Floats, height_m: float
) -> str:
    """Readings (T, M, 3) and (T, M, 4) at these times as a session table, told a neutral body of that height."""
    columns = [f"{joint}.{kind}.{part}[{unit}]" for joint in joints
               for kind, parts, unit in (("position", "xyz", "m"), ("rotation", "xyzw", "quat")) for part in parts]
    lines = ["# axes: +Y up, +Z forward, right-handed", f"# height: {height_m:.4f} m", ",".join(["time[s]", *columns])]
    for time_s, places, turns in zip(times_s, places_m, turns_xyzw, strict=True):
        numbers = [number for place, turn in zip(places, turns, strict=True) for number in (*place, *turn)]
        lines.append(",".join([f"{time_s:.6f}", *(f"{number:.7f}" for number in numbers)]))
    return "\n".join(lines) + "\n"


def findings(text: str) -> list[str]:
    """One line for each number that the session showed, and one for how well the body fits now. Raises
    CalibrationError."""
    try:
        data = json.loads(text)
        lines = [_line(one) for one in data["findings"] if one["observed"] != "no"]
        before, after = (100 * float(data[f"residual_{when}_m"]) for when in ("before", "after"))
    except (ValueError, KeyError, TypeError) as error:
        raise CalibrationError(f"not a calibration that posebridge wrote ({type(error).__name__}: {error})") from None
    return [*lines, f"trackers miss the body by {after:.1f} cm, before by {before:.1f} cm"]


def _line(one: dict[str, object]) -> str:
    scale, unit = UNITS[str(one["unit"])]
    value, spread = (scale * float(str(one[name])) for name in ("value", "sd"))
    return f"{one['name']}: {value:.1f} {unit} +- {spread:.1f}"
