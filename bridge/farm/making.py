"""What making a take comes to: reading its session, judging what was solved of it, writing that. unit.py says of which.

Readers, writers and judges load scipy and more, so that this is imported when the first take is made: by then a daemon
of one's own is on its way.
"""
from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from bridge.capture.load import load_session
from bridge.commands.outputs import write_solved
from bridge.compare import errors
from bridge.engine.swapped import swap_warning
from bridge.errors import InputMissing, PoseBridgeError
from bridge.farm.cut import write_part
from bridge.farm.quality import quality_flags
from bridge.farm.receipt import About, begin_anew, sha256_of_session, write_receipt
from bridge.farm.take import Take
from bridge.farm.unit import Prepare, Read, Unit
from bridge.frames import Motion, Session

NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def read_take(take: Take, prepare: Prepare) -> Session:
    """Raises InputMissing for whatever the disk refuses, InputInvalid for what is written there."""
    sha256_of_session(take.source)  # all of it can be read: readers take a file cut by its disk for a damaged one
    try:
        return prepare(load_session(take.source), take)
    except OSError as error:
        raise InputMissing(f"{take.source}: cannot be read: {error.strerror or error}") from error


def write_unit(unit: Unit, read: Read, motion: Motion, seconds: float) -> About:
    """Results and receipt of what was solved in so many seconds. Raises PoseBridgeError, OSError."""
    name, session, rows = unit.take.name, read.session, read.rows
    about = about_solved(session, motion, seconds)
    with _writing(unit.out / name):
        begin_anew(unit.out, name)
        if rows is None:
            written = write_solved(unit.out, name, motion, session, unit.formats)
        else:
            written = write_part(unit.out, name, motion, session, rows, unit.formats)
        write_receipt(unit.out, name, read.parts, written, about)
    return about


def about_solved(session: Session, motion: Motion, seconds: float) -> About:
    """What a row and a receipt say of a solved session: of the whole clip, whatever frames of it were asked for."""
    found = errors(motion, session.truth) if session.truth else None
    flags = quality_flags(session, motion, swap_warning(session))
    return {"frames": len(motion), "rate_hz": motion.rate_hz,
            "frames_per_s": round(len(motion) / max(seconds, 1e-9), 1),
            "errors": found and {name: round(value, 4) for name, value in asdict(found).items()},
            "confidence": None if motion.confidence is None else round(float(motion.confidence.mean()), 4),
            "flags": [asdict(flag) for flag in flags]}


@contextmanager
def _writing(place: Path) -> Iterator[None]:
    """A full disk says where."""
    try:
        yield
    except OSError as error:
        if error.errno in NO_ROOM:
            raise PoseBridgeError(f"{place}: no room to write: {error.strerror}") from error
        raise
