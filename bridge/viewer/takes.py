"""Files -> takes: sessions are solved, motions are shown as they are, and the truth is put beside them."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import numpy as np

from bridge.capture.load import load_motions, load_session
from bridge.capture.mcap import Recording, read_recording
from bridge.capture.suffixes import READING_SUFFIXES
from bridge.errors import InputInvalid
from bridge.frames import Motion, Session, Setup, TrackerClip
from bridge.viewer.people import Take, take_of

OnProgress = Callable[[int, int], None]


class Solver(Protocol):
    """What solving needs of bridge.client's Client."""

    def solve_clip(self, setup: Setup, clip: TrackerClip, on_progress: OnProgress | None = None) -> Motion: ...


def is_session(path: Path) -> bool:
    """Whether the file has readings, which are to be solved; others have motion, which is shown as it is."""
    return path.suffix.lower() in READING_SUFFIXES


def read_motion(path: Path) -> Motion:
    """The motion in a file: of an archive the clip named (`archive.npz#clip`) or the first; of a session its truth."""
    if is_session(path) or Path(path.name.partition("#")[0]).suffix.lower() == ".npz":
        truth = load_session(path).truth
        if truth is None:
            raise InputInvalid(f"{path}: the session carries no truth")
        return truth
    return load_motions(path)[0]


def motion_take(name: str, path: Path, truth: Motion | None) -> Take:
    return take_of(name, read_motion(path), truth=truth)


def solved_take(name: str, session: Session, truth: Motion | None, solver: Solver, on_progress: OnProgress) -> Take:
    """The session solved as a whole, beside the truth given, or its own."""
    motion = solver.solve_clip(session.setup, session.clip, on_progress)
    return take_of(name, motion, session, truth or session.truth)


def recorded_take(name: str, path: Path) -> Take:
    """What was answered live when the session was recorded: at each frame the newest pose there was. InputInvalid if
    the file has none."""
    if path.suffix.lower() != ".mcap":
        raise InputInvalid(f"{path}: only a session file (.mcap) holds what was answered live")
    recording = read_recording(path)
    if not recording.poses:
        raise InputInvalid(f"{path}: nothing was answered live, or it was not recorded")
    session = recording.session()
    return take_of(name, answered(recording, len(session.clip), session.clip.rate_hz), session, session.truth)


def answered(recording: Recording, count: int, rate_hz: float) -> Motion:
    """`count` frames at a steady rate from the first reading on; before the first answer it is shown already."""
    poses = sorted(recording.poses, key=lambda pose: pose.time_ns)
    start_ns = min(frame.time_ns for frame in recording.frames)
    due_ns = start_ns + np.round(np.arange(count) * (1e9 / rate_hz)).astype(np.int64) + 1000
    newest = np.searchsorted([pose.time_ns for pose in poses], due_ns, side="right") - 1
    chosen = [poses[row] for row in np.maximum(newest, 0)]
    motion = Motion(recording.setup.skeleton, rate_hz, np.stack([pose.root_position_m for pose in chosen]),
                    np.stack([pose.local_xyzw for pose in chosen]), np.stack([pose.confidence for pose in chosen]))
    return replace(motion, name=recording.name)
