"""Session files the daemon writes of live sessions. Clients name no paths; a full disk ends a tape, not a session."""
from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bridge.capture.mcap import SessionWriter
from bridge.frames import PoseFrame, Setup, TrackerFrame
from bridge.messages import ErrorCode
from bridge.refusals import Refusal
from bridge.session import Session


class Writer(Protocol):
    """What bridge/capture/mcap.py's SessionWriter is."""

    def add_trackers(self, frame: TrackerFrame) -> None: ...

    def add_pose(self, pose: PoseFrame) -> None: ...

    def close(self) -> None: ...


OpenWriter = Callable[[Path, Setup, str], Writer]


@dataclass(frozen=True)
class Tape:
    path: Path
    writer: Writer
    own: bool  # the session asked for it; otherwise it is part of recording everything


class Recordings:
    """At most one tape a session. `stamp()` says when, for the files' names."""

    def __init__(self, folder: Path, stamp: Callable[[], str], open_writer: OpenWriter = SessionWriter) -> None:
        self._folder = folder
        self._stamp = stamp
        self._open_writer = open_writer
        self._tapes: dict[bytes, Tape] = {}
        self._finished: list[Path] = []
        self._everything = False

    def opened(self, session: Session, asked: bool) -> Path | None:
        """A new session: on tape if it asked for that, or if everything is. Refusal if the file cannot be made."""
        return self._start(session, own=asked) if asked or self._everything else None

    def start_all(self, sessions: list[Session]) -> list[Path]:
        """Everything is on tape from now on; the tapes of these sessions."""
        self._everything = True
        return [self._start(session, own=False) for session in sessions if session.token not in self._tapes]

    def stop_all(self) -> list[Path]:
        """The files since start_all(), the tapes that sessions asked for excepted."""
        self._everything = False
        for token in [token for token, tape in self._tapes.items() if not tape.own]:
            self._close(token)
        finished, self._finished = self._finished, []
        return finished

    def path_of(self, session: Session) -> Path | None:
        """The file that this session goes to, if any."""
        tape = self._tapes.get(session.token)
        return tape.path if tape else None

    def trackers(self, session: Session, frame: TrackerFrame) -> None:
        """Refusal RECORDING_FAILED, once, if the frame cannot be written."""
        tape = self._tapes.get(session.token)
        if tape is not None:
            self._guard(session, lambda: tape.writer.add_trackers(frame))

    def pose(self, session: Session, pose: PoseFrame) -> None:
        tape = self._tapes.get(session.token)
        if tape is not None:
            self._guard(session, lambda: tape.writer.add_pose(pose))

    def closed(self, session: Session) -> None:
        """The session is over, and so is its tape."""
        if session.token in self._tapes:
            self._guard(session, lambda: self._close(session.token))

    def _start(self, session: Session, own: bool) -> Path:
        name = re.sub(r"[^A-Za-z0-9_-]+", "-", session.name).strip("-")[:40] or "session"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            path = self._free(f"{self._stamp()}-{name}")
            self._tapes[session.token] = Tape(path, self._open_writer(path, session.setup, session.name), own)
        except OSError as error:
            raise Refusal(ErrorCode.RECORDING_FAILED, f"cannot record into {self._folder}: {error}") from error
        return path

    def _free(self, stem: str) -> Path:
        taken = {tape.path for tape in self._tapes.values()}
        paths = (self._folder / f"{stem}{f'-{number}' if number else ''}.mcap" for number in range(10_000))
        return next(path for path in paths if path not in taken and not path.exists())

    def _close(self, token: bytes) -> None:
        tape = self._tapes.pop(token)
        tape.writer.close()
        if not tape.own:
            self._finished.append(tape.path)

    def _guard(self, session: Session, write: Callable[[], None]) -> None:
        try:
            write()
        except OSError as error:
            tape = self._tapes.pop(session.token, None)
            where = tape.path if tape else self._folder
            raise Refusal(ErrorCode.RECORDING_FAILED, f"the recording {where} ends here: {error}") from error
