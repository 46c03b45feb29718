"""Session files: MCAP with our protobuf messages on /setup, /trackers, /poses (solved live) and /truth (simulated).

A file is readable up to its last whole chunk whatever ended it, so a killed daemon costs half a second of a
recording: the setup is on disk before the first frame, and a chunk is closed every FLUSH_S of the frames' own time.
"""
from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

import zstandard
from mcap.exceptions import McapError
from mcap.writer import Writer

from bridge import __version__, wire
from bridge.capture.mcap_messages import messages_of
from bridge.capture.steady import beat_of, clip_frames, clip_of, motion_of, motion_poses
from bridge.errors import InputInvalid, InputMissing
from bridge.export.atomic import replacing
from bridge.frames import PoseFrame, Session, Setup, TrackerFrame
from bridge.wire_file import decode_pose_frames, decode_tracker_frames

PROFILE = "posebridge"
SCHEMAS = {
    "/setup": wire.SETUP_SCHEMA,
    "/trackers": wire.TRACKERS_SCHEMA,
    "/poses": wire.POSE_SCHEMA,
    "/truth": wire.POSE_SCHEMA,
}
FLUSH_S = 0.5
DAMAGE = (McapError, struct.error, ValueError, OSError, EOFError, zstandard.ZstdError, RuntimeError)


class SessionWriter:
    """Writes one session file, which must not exist yet. Close it, or use it as a context manager."""

    def __init__(self, path: Path, setup: Setup, name: str = "", start_ns: int = 0) -> None:
        self._file = path.open("xb")
        self._writer = Writer(self._file, chunk_size=1 << 20)
        self._writer.start(profile=PROFILE, library=f"posebridge {__version__}")
        schemas = {kind: self._writer.register_schema(kind, "protobuf", wire.schema(kind))
                   for kind in dict.fromkeys(SCHEMAS.values())}
        self._channels = {topic: self._writer.register_channel(topic, "protobuf", schemas[kind])
                          for topic, kind in SCHEMAS.items()}
        self._flushed_ns = start_ns
        self._add("/setup", start_ns, wire.encode_setup(setup, name))
        self.flush()

    def add_trackers(self, frame: TrackerFrame) -> None:
        """What the trackers read."""
        self._add("/trackers", frame.time_ns, wire.encode_tracker_frame(frame), frame.sequence)

    def add_pose(self, pose: PoseFrame) -> None:
        """What was solved live."""
        self._add("/poses", pose.time_ns, wire.encode_pose_frame(pose), pose.sequence)

    def add_truth(self, pose: PoseFrame) -> None:
        """How the body really was."""
        self._add("/truth", pose.time_ns, wire.encode_pose_frame(pose), pose.sequence)

    def flush(self) -> None:
        """Close the chunk and hand it to the system; a kill from here on loses nothing written so far."""
        self._writer.flush()  # type: ignore[no-untyped-call]

    def close(self) -> None:
        """Write the index and close the file; again is harmless."""
        if not self._file.closed:
            self._writer.finish()  # type: ignore[no-untyped-call]
            self._file.close()

    def __enter__(self) -> SessionWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _add(self, topic: str, time_ns: int, data: bytes, sequence: int = 0) -> None:
        self._writer.add_message(self._channels[topic], time_ns, data, time_ns, sequence & 0xFFFFFFFF)
        if abs(time_ns - self._flushed_ns) >= FLUSH_S * 1e9:
            self._flushed_ns = time_ns
            self.flush()


@dataclass
class Recording:
    """Everything in a session file, in order of time."""

    setup: Setup
    name: str
    frames: list[TrackerFrame] = field(default_factory=list)
    poses: list[PoseFrame] = field(default_factory=list)
    truth: list[PoseFrame] = field(default_factory=list)
    damage: str = ""  # what is wrong with the file; empty where it is whole

    def session(self) -> Session:
        """The readings at a steady rate, with the truth where there is one. Raises InputInvalid, TooShort."""
        frames = _in_time(self.frames)
        beat = beat_of([frame.time_ns for frame in frames])
        truth = _in_time(self.truth)
        motion = motion_of(truth, self.setup.skeleton, beat, frames[0].time_ns, self.name) if truth else None
        return Session(self.setup, clip_of(frames, beat), self.name, motion)


def write_session(path: Path, session: Session, start_ns: int = 0) -> None:
    """The whole session as one file, there complete or not at all."""
    with replacing(path) as unfinished, SessionWriter(unfinished, session.setup, session.name, start_ns) as writer:
        truth = motion_poses(session.truth, start_ns) if session.truth else iter(())
        for frame in clip_frames(session.clip, start_ns):
            writer.add_trackers(frame)
            with suppress(StopIteration):
                writer.add_truth(next(truth))


def read_recording(path: Path) -> Recording:
    """The file's content as far as it is whole. Raises InputMissing, InputInvalid."""
    if not path.is_file():
        raise InputMissing(f"{path}: no such file")
    recording: Recording | None = None
    damage: list[str] = []
    topics: set[str] = set()
    said: dict[str, list[bytes]] = {"/trackers": [], "/poses": [], "/truth": []}
    for topic, data in _messages(path, damage):
        topics.add(topic)
        if recording is not None and topic in said:
            said[topic].append(data)
        elif recording is None and topic == "/setup":
            with _naming(path, topic):
                recording = Recording(*wire.decode_setup(data))
    if recording is None or not said["/trackers"]:
        raise InputInvalid(_nothing(path, topics, damage))
    for topic, payloads in said.items():
        with _naming(path, topic):
            _keep(recording, topic, payloads)
    if damage:
        last = (recording.frames[-1].time_ns - recording.frames[0].time_ns) / 1e9
        recording.damage = f"{damage[0]}; {len(recording.frames)} frames ({last:.2f} s) before that are kept"
    return recording


@contextmanager
def _naming(path: Path, topic: str) -> Iterator[None]:
    try:
        yield
    except InputInvalid as error:
        raise type(error)(f"{path}: {topic}: {error}") from error


def _keep(recording: Recording, topic: str, payloads: list[bytes]) -> None:
    if topic != "/trackers":
        getattr(recording, topic[1:]).extend(decode_pose_frames(payloads))
        return
    allowed = len(recording.setup.trackers)
    recording.frames += decode_tracker_frames(payloads, allowed)
    for frame in recording.frames:
        if len(frame.positions_m) != allowed:
            got = len(frame.positions_m)
            raise InputInvalid(f"frame {frame.sequence} has {got} trackers, the session has {allowed}")


def _messages(path: Path, damage: list[str]) -> Iterator[tuple[str, bytes]]:
    """(topic, data) of every message before the damage, if any, which is added to the list."""
    with path.open("rb") as file:
        try:
            yield from messages_of(file)
        except DAMAGE as error:
            damage.append(f"damaged or cut off at byte {file.tell()} of {path.stat().st_size} ({_reason(error)})")


def _reason(error: BaseException) -> str:
    return str(error).splitlines()[0] if str(error) else "the file ends early"


def _nothing(path: Path, topics: set[str], damage: list[str]) -> str:
    if damage:
        return f"{path}: not a session, or none that can be read: {damage[0]}"
    return f"{path}: not a session: it has {', '.join(sorted(topics)) or 'no messages'}, not /setup and /trackers"


def _in_time(frames: list[Any]) -> list[Any]:
    """In order of time; of two at the same time the later one in the file."""
    newest = {frame.time_ns: frame for frame in frames}
    return [newest[time] for time in sorted(newest)]
