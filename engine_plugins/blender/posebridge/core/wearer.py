"""Who wears which trackers, and how: what a session is solved for. Made of a height and a preset, or calibrated.

A calibration is the JSON that `posebridge calibrate --out body.json` writes; a wearer is kept in the same form.
"""
from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from .messages import Joint, SessionSetup, Tracker
from .motion import joints_in_t_pose
from .mounts import Mount, Preset
from .rotations import Floats, multiply, rotate
from .smpl22 import JOINT_NAMES, NEUTRAL_OFFSETS_M, SOLE_HEIGHT_M

CROWN_M = 0.17  # from the head joint to the top of the head, of a neutral adult
FORMAT = 1
FLOOR_M = 0.0  # of the scene the trackers move in


class CalibrationError(ValueError):
    """A calibration that cannot be used; one clear line."""


@dataclass(frozen=True)
class Wearer:
    """Bones (22, 3), and for every tracker the joint it is worn on and where."""

    offsets_m: Floats
    mounts: tuple[tuple[str, Mount], ...]

    def setup(self, name: str) -> SessionSetup:
        """As the daemon is told."""
        trackers = [Tracker(Joint[joint.upper()], array("f", mount.place_m), array("f", mount.turn_xyzw))
                    for joint, mount in self.mounts]
        return SessionSetup(name, array("f", np.asarray(self.offsets_m).ravel()), trackers, floor_height_m=FLOOR_M)

    def calibrated(self, text: str) -> Wearer:
        """With the bones found and, on the joints that both know, the mounts, which come before those told here: the
        calibration saw devices as if they were mounted without offset. Raises CalibrationError."""
        offsets, found = _read(text)
        mounts = tuple((joint, _after(found[joint], mount) if joint in found else mount)
                       for joint, mount in self.mounts)
        return replace(self, offsets_m=offsets, mounts=mounts)

    def to_json(self) -> str:
        """As it is kept with a character."""
        trackers = [{"joint": joint, "mount_position_m": _rounded(mount.place_m),
                     "mount_xyzw": _rounded(mount.turn_xyzw)} for joint, mount in self.mounts]
        offsets = {name: _rounded(row) for name, row in zip(JOINT_NAMES, self.offsets_m, strict=True)}
        return json.dumps({"format": FORMAT, "offsets_m": offsets, "trackers": trackers})

    def as_kept(self, text: str) -> Wearer:
        """With the bones and mounts of to_json; joints it does not name keep theirs. Raises CalibrationError."""
        offsets, found = _read(text)
        return replace(self, offsets_m=offsets,
                       mounts=tuple((joint, found.get(joint, mount)) for joint, mount in self.mounts))

    def at_joints(self, places_m: Floats, turns_xyzw: Floats) -> tuple[Floats, Floats]:
        """Readings (T, M, 3) and (T, M, 4) as trackers without offset would give them."""
        places, turns = np.array(places_m, dtype=np.float64), np.array(turns_xyzw, dtype=np.float64)
        for row, (_, mount) in enumerate(self.mounts):
            turns[:, row] = multiply(turns[:, row], np.array(mount.turn_xyzw) * [-1, -1, -1, 1])
            places[:, row] -= rotate(turns[:, row], mount.place_m)
        return places, turns


def wearer_of(height_m: float, joints: Sequence[str], preset: Preset) -> Wearer:
    """A neutral adult's bones, all scaled alike, and the preset's mounts."""
    return Wearer(body_of_height(height_m), tuple((joint, preset.mount(joint)) for joint in joints))


def neutral_height() -> float:
    """Of a neutral adult, from the floor to the top of the head, metres."""
    places = joints_in_t_pose(np.array(NEUTRAL_OFFSETS_M))
    return float(np.ptp(places[:, 1])) + CROWN_M + SOLE_HEIGHT_M


def body_of_height(height_m: float) -> Floats:
    """(22, 3) a neutral adult's bones, all scaled alike, for a person so tall."""
    return np.asarray(np.array(NEUTRAL_OFFSETS_M) * height_m / neutral_height())


def _after(found: Mount, told: Mount) -> Mount:
    """Of a device told to be mounted so, on a joint where something without offset would sit so."""
    turn = np.array(found.turn_xyzw)
    place = np.array(found.place_m) + rotate(turn, told.place_m)
    return Mount(tuple(place.tolist()), tuple(multiply(turn, np.array(told.turn_xyzw)).tolist()))


def _read(text: str) -> tuple[Floats, dict[str, Mount]]:
    try:
        data = json.loads(text)
        if data["format"] != FORMAT:
            raise CalibrationError(f"a calibration of format {data['format']!r}; this version reads {FORMAT}")
        offsets = np.array([data["offsets_m"][name] for name in JOINT_NAMES], dtype=np.float64)
        found = {one["joint"]: Mount(_numbers(one["mount_position_m"], 3), _numbers(one["mount_xyzw"], 4))
                 for one in data["trackers"]}
    except CalibrationError:
        raise
    except (ValueError, KeyError, TypeError) as error:
        raise CalibrationError(f"not a calibration that posebridge wrote ({type(error).__name__}: {error})") from None
    if offsets.shape != (len(JOINT_NAMES), 3) or not np.isfinite(offsets).all():
        raise CalibrationError("not a calibration that posebridge wrote: its bones are not 22 places")
    return offsets, found


def _rounded(values: Iterable[float]) -> list[float]:
    return [round(float(value), 7) for value in values]


def _numbers(values: object, count: int) -> tuple[float, ...]:
    array_of = np.asarray(values, dtype=np.float64)
    if array_of.shape != (count,) or not np.isfinite(array_of).all():
        raise ValueError(f"{values} is not {count} numbers")
    return tuple(array_of.tolist())
