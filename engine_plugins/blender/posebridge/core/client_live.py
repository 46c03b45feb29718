"""A live session: one thread offers readings and takes poses, another sends and hears. Newest wins, both ways.

A reading that nobody has sent when a newer one comes is dropped and counted. Every frame that goes acknowledges the
newest pose that came, which gives the daemon its credit back.
"""
from __future__ import annotations

import threading
from array import array
from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .client_clip import JOINT_COUNT, Floats
from .client_errors import DaemonRefused
from .client_events import Event, Failed
from .messages import ClientMessage, Error, ErrorCode, PoseFrame, ServerMessage, TrackerFrame

MOST_POSES = 1024  # that lie until they are taken: more than ten seconds' worth
Flags = NDArray[np.bool_]
_BITS = 1 << np.arange(JOINT_COUNT)


@dataclass(frozen=True)
class Reading:
    """All M trackers at one moment, as the setup has them, in project axes."""

    time_ns: int  # of any clock of the caller's that does not go back; the pose brings it back
    positions_m: Floats  # (M, 3)
    rotations_xyzw: Floats  # (M, 4)
    position_valid: Flags  # (M,)
    rotation_valid: Flags  # (M,)


@dataclass(frozen=True)
class Pose:
    """The body at the moment of a reading, in project axes."""

    time_ns: int  # of the reading it answers
    root_position_m: Floats  # (3,)
    local_xyzw: Floats  # (22, 4)
    confidence: Floats  # (22,)
    measured: Flags  # (22,)


class Live:
    """Without a session, readings wait and nothing is sent."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._offered: Reading | None = None
        self._poses: deque[Pose] = deque(maxlen=MOST_POSES)
        self._sequence = 0
        self._newest_seen: int | None = None
        self.session = b""
        self.unsent = 0  # readings that a newer one replaced before they were sent

    def offer(self, reading: Reading) -> None:
        """ValueError if its arrays do not agree, or its time is negative."""
        rows = len(reading.position_valid)
        shapes = [np.shape(one) for one in (reading.positions_m, reading.rotations_xyzw, reading.rotation_valid)]
        if shapes != [(rows, 3), (rows, 4), (rows,)] or not 0 <= reading.time_ns < 1 << 63:
            raise ValueError(f"a reading of {rows} trackers at {reading.time_ns} ns has the shapes {shapes}")
        with self._lock:
            self.unsent += self._offered is not None
            self._offered = reading

    def take_poses(self) -> list[Pose]:
        """Those that came since they were last taken, the newest last."""
        with self._lock:
            poses = list(self._poses)
            self._poses.clear()
        return poses

    def open(self, session: bytes) -> None:
        with self._lock:
            self.session, self._newest_seen = session, None
            self._poses.clear()

    def close(self) -> None:
        self.session = b""

    def next_payload(self) -> bytes | None:
        """The newest reading as it goes on the wire, if there is one."""
        with self._lock:
            session, reading = self.session, self._offered
            if not session or reading is None:
                return None
            self._offered = None
        self._sequence += 1
        frame = TrackerFrame(
            session, self._sequence, reading.time_ns, self._newest_seen, _floats(reading.positions_m),
            _floats(reading.rotations_xyzw), _mask(reading.position_valid), _mask(reading.rotation_valid))
        return ClientMessage(body=frame).encode()

    def hear(self, payload: bytes) -> list[Event]:
        """What the daemon says on its live socket. DecodeError or DaemonRefused if it is nothing it may say."""
        body = ServerMessage.decode(payload).body
        if isinstance(body, PoseFrame):
            self._take_in(body)
        elif isinstance(body, Error):
            if body.code == ErrorCode.SESSION_UNKNOWN:
                self.close()
            return [Failed(0, DaemonRefused(body.message, body.code, body.retry_after_s))]
        return []

    def _take_in(self, frame: PoseFrame) -> None:
        if not self.session or (self._newest_seen is not None and frame.sequence <= self._newest_seen):
            return
        pose = read_pose(frame)
        with self._lock:
            self._newest_seen = frame.sequence
            self._poses.append(pose)


def read_pose(frame: PoseFrame) -> Pose:
    """DaemonRefused if its numbers are not as many as they must be, or not finite."""
    counts = (len(frame.root_position_m), len(frame.local_xyzw), len(frame.confidence))
    if counts != (3, 4 * JOINT_COUNT, JOINT_COUNT):
        raise DaemonRefused(f"the daemon sent a pose of {counts} numbers, not {(3, 4 * JOINT_COUNT, JOINT_COUNT)}")
    numbers = np.frombuffer(b"".join((frame.root_position_m, frame.local_xyzw, frame.confidence)), dtype=np.float32)
    if not np.isfinite(numbers).all():
        raise DaemonRefused("the daemon sent a pose with a number that is none")
    measured = (frame.measured & _BITS) != 0
    return Pose(frame.time_ns, numbers[:3], numbers[3:-JOINT_COUNT].reshape(JOINT_COUNT, 4), numbers[-JOINT_COUNT:],
                measured)


def _floats(values: Floats) -> array[float]:
    return array("f", np.ascontiguousarray(values, dtype="<f4").tobytes())


def _mask(valid: Flags) -> int:
    return int.from_bytes(np.packbits(valid, bitorder="little").tobytes(), "little")
