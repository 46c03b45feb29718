"""Captured VMC (Virtual Motion Capture) as a session: what headset, controllers and trackers said, on a steady beat.

The beat is that of the device that spoke most often; the others are interpolated. A device that was silent for
STALE_S is lost. Which hand a controller is in is what the greater part of the session shows.
"""
from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bridge.capture.packets import read_messages
from bridge.capture.steady import NS, beat_of, between
from bridge.errors import InputInvalid
from bridge.frames import Flags, Floats, Session, Setup, TrackerClip
from bridge.resample import unit_quaternions
from bridge.vmc.incoming import STALE_S, Device, Devices, trackers_of, worn_on

LOOKS = 51  # moments at which it is looked which hand is the left one
log = logging.getLogger(__name__)
Times = NDArray[np.float64]


@dataclass
class Track:
    """Everything one device said."""

    kind: str
    times_s: list[float] = field(default_factory=list)
    positions_m: list[Floats] = field(default_factory=list)
    xyzw: list[Floats] = field(default_factory=list)

    def at(self, at_s: Times) -> tuple[Floats, Floats, Flags]:
        """Positions (T, 3), rotations (T, 4), and where they are known."""
        times = np.array(self.times_s)
        after = np.minimum(np.searchsorted(times, at_s), len(times) - 1)
        away = np.minimum(np.abs(times[after] - at_s), np.abs(times[np.maximum(after - 1, 0)] - at_s))
        turned = unit_quaternions(between(times, np.array(self.xyzw), at_s))
        return between(times, np.array(self.positions_m), at_s), turned, np.asarray(away <= STALE_S)


def read_vmc(path: Path) -> Session:
    """Raises InputMissing, InputInvalid, TooShort."""
    tracks, refused = _tracks(path)
    if refused:
        log.warning("%s: %d messages of devices were not understood", path, refused)
    try:
        return _session(tracks, path.stem)
    except InputInvalid as error:
        raise type(error)(f"{path}: {error}") from error


def _tracks(path: Path) -> tuple[dict[str, Track], int]:
    """By the devices' serials, and how many messages made no sense."""
    devices, tracks = Devices(), dict[str, Track]()
    for message in read_messages(path):
        if devices.note(message.address, message.values, message.time_s):
            serial = str(message.values[0])
            device = devices.known[serial]
            track = tracks.setdefault(serial, Track(device.kind))
            if not track.times_s or message.time_s > track.times_s[-1]:
                track.times_s.append(message.time_s)
                track.positions_m.append(device.position_m)
                track.xyzw.append(device.xyzw)
    return tracks, devices.refused


def _session(tracks: dict[str, Track], name: str) -> Session:
    if not tracks:
        raise InputInvalid("no headset, controller or tracker in it (/VMC/Ext/Hmd, Con, Tra)")
    often = max(tracks.values(), key=lambda track: len(track.times_s))
    beat = beat_of([round(NS * time) for time in often.times_s])
    at_s = often.times_s[0] + beat.steady_s
    worn = _worn(tracks, at_s)
    idle = [serial for serial in tracks if serial not in worn]
    if idle:
        log.warning("%s: nothing says where %s is worn; not used", name, ", ".join(idle))
    positions, rotations, seen = (np.stack(part, axis=1) for part in zip(
        *(tracks[serial].at(at_s) for serial in worn), strict=True))
    usual = Setup()
    clip = TrackerClip(beat.rate_hz, np.where(seen[..., None], positions, 0).astype(np.float32),
                       np.where(seen[..., None], rotations, [0, 0, 0, 1]).astype(np.float32), seen, seen.copy())
    return Session(Setup(trackers=trackers_of(worn, usual.trackers)), clip, name)


def _worn(tracks: dict[str, Track], at_s: Times) -> dict[str, int]:
    """Serial -> joint, as at most of the moments looked at. InputInvalid if nothing is worn."""
    moments = at_s[np.linspace(0, len(at_s) - 1, min(LOOKS, len(at_s))).astype(int)]
    placed = {serial: track.at(moments) for serial, track in tracks.items()}
    votes: Counter[tuple[tuple[str, int], ...]] = Counter()
    for row in range(len(moments)):
        there = {serial: Device(tracks[serial].kind, at[0][row], at[1][row], 0.0)
                 for serial, at in placed.items()}
        seen = sum(bool(at[2][row]) for at in placed.values())
        votes[tuple(worn_on(there, {}).items())] += 1 + seen * len(moments)  # where all are seen says the most
    worn = dict(votes.most_common(1)[0][0])
    if not worn:
        raise InputInvalid(f"nothing says where {', '.join(tracks)} is worn; a headset or controllers are needed")
    return worn
