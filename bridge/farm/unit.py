"""One take made: read, solved, written, its receipt last. What a machine of a farm does, here or elsewhere."""
from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bridge.capture.load import load_session
from bridge.commands.formats import Formats
from bridge.commands.outputs import USUAL, write_solved
from bridge.compare import errors
from bridge.engine.swapped import swap_warning
from bridge.errors import InputMissing, PoseBridgeError
from bridge.farm.cut import write_part
from bridge.farm.quality import quality_flags
from bridge.farm.receipt import About, Parts, begin_anew, sha256_of, write_receipt
from bridge.farm.take import Take
from bridge.frames import Motion, Session

NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
Prepare = Callable[[Session, Take], Session]


@dataclass(frozen=True)
class Read:
    """A take ready to be solved, what its results depend on, and which frames are asked for; None: all."""

    parts: Parts
    session: Session
    rows: NDArray[np.intp] | None


@dataclass(frozen=True)
class Unit:
    """A take, where its results go, and what all results of its batch depend on."""

    take: Take
    out: Path
    shared: Parts
    formats: Formats = USUAL

    def parts(self) -> Parts:
        """All that its results depend on, as it is now. Raises InputMissing."""
        take = self.take
        return {**self.shared, "session": _sha256_of_session(take.source), "clip": take.source.name.partition("#")[2],
                "body": take.body and sha256_of(take.body), "frames": take.frames and str(take.frames),
                **self.formats.parts()}

    def read(self, prepare: Prepare) -> Read:
        """Raises PoseBridgeError, OSError."""
        parts, session = self.parts(), read_take(self.take, prepare)
        return Read(parts, session, self.take.frames.rows(len(session.clip)) if self.take.frames else None)

    def write(self, read: Read, motion: Motion, seconds: float) -> About:
        """Results and receipt of what was solved in so many seconds. Raises PoseBridgeError, OSError."""
        take, session, rows = self.take, read.session, read.rows
        about = about_solved(session, motion, seconds)
        with _writing(self.out / take.name):
            begin_anew(self.out, take.name)
            if rows is None:
                written = write_solved(self.out, take.name, motion, session, self.formats)
            else:
                written = write_part(self.out, take.name, motion, session, rows, self.formats)
            write_receipt(self.out, take.name, read.parts, written, about)
        return about


def read_take(take: Take, prepare: Prepare) -> Session:
    """Raises InputMissing for whatever the disk refuses, InputInvalid for what is written there."""
    _sha256_of_session(take.source)  # all of it can be read: readers take a file cut by its disk for a damaged one
    try:
        return prepare(load_session(take.source), take)
    except OSError as error:
        raise InputMissing(f"{take.source}: cannot be read: {error.strerror or error}") from error


def about_solved(session: Session, motion: Motion, seconds: float) -> About:
    """What a row and a receipt say of a solved session: of the whole clip, whatever frames of it were asked for."""
    found = errors(motion, session.truth) if session.truth else None
    flags = quality_flags(session, motion, swap_warning(session))
    return {"frames": len(motion), "rate_hz": motion.rate_hz,
            "frames_per_s": round(len(motion) / max(seconds, 1e-9), 1),
            "errors": found and {name: round(value, 4) for name, value in asdict(found).items()},
            "confidence": None if motion.confidence is None else round(float(motion.confidence.mean()), 4),
            "flags": [asdict(flag) for flag in flags]}


def _sha256_of_session(path: Path) -> str:
    """Of `archive.npz#clip` the archive."""
    name, mark, _ = path.name.partition("#")
    return sha256_of(path.with_name(name) if mark and not path.exists() else path)


@contextmanager
def _writing(place: Path) -> Iterator[None]:
    """A full disk says where."""
    try:
        yield
    except OSError as error:
        if error.errno in NO_ROOM:
            raise PoseBridgeError(f"{place}: no room to write: {error.strerror}") from error
        raise
