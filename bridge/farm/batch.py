"""The loop: what must be made of a batch, made one take after the other; a failure is its own row's."""
from __future__ import annotations

import errno
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

from bridge.capture.load import load_session
from bridge.commands.console import OnProgress
from bridge.commands.formats import Formats
from bridge.commands.outputs import USUAL, write_solved
from bridge.compare import errors
from bridge.errors import InputMissing, PoseBridgeError
from bridge.farm.cut import write_part
from bridge.farm.receipt import About, Parts, begin_anew, read_receipt, sha256_of, what_changed, write_receipt
from bridge.farm.row import CURRENT, DONE, FAILED, VALID, WOULD, Row
from bridge.farm.take import Take
from bridge.frames import Motion, Session, Setup, TrackerClip
from bridge.report import exit_code, line_of

log = logging.getLogger(__name__)
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
Prepare = Callable[[Session, Take], Session]


class Solver(Protocol):
    """What solving a take needs of bridge.client's Client."""

    def solve_clip(self, setup: Setup, clip: TrackerClip, on_progress: OnProgress | None = None) -> Motion: ...


class Told(Protocol):
    """Who hears how it goes."""

    def solving(self, row: Row) -> AbstractContextManager[OnProgress]: ...
    def ended(self, row: Row) -> None: ...


@dataclass(frozen=True)
class Order:
    """What is to be done with every take. `shared`: what all results depend on besides their takes."""

    out: Path
    shared: Parts
    prepare: Prepare
    force: bool = False
    resume: bool = False  # whole results stay, whatever they were made of
    dry_run: bool = False
    validate: bool = False
    formats: Formats = USUAL


class Batch:
    """Takes and their rows. `open_solver` is called once, when something must be solved; what it raises ends all."""

    def __init__(self, order: Order, takes: list[Take]) -> None:
        self._order, self._takes = order, takes
        self.rows = [Row(str(take.source), take.name) for take in takes]

    @property
    def code(self) -> int:
        """Of the first failure, else 0."""
        return next((row.code for row in self.rows if row.code), 0)

    def run(self, told: Told, open_solver: Callable[[], Solver]) -> None:
        """Raises what `open_solver` does; KeyboardInterrupt and SystemExit, with all rows as they then are."""
        if self._order.validate:
            for take, row in zip(self._takes, self.rows, strict=True):
                with _ending(row, told):
                    self._validated(take, row)
            return
        left = self._left(told)
        solver = open_solver() if left else None
        for take, row in left:
            assert solver is not None
            with _ending(row, told):
                self._solved(take, row, solver, told)

    def _left(self, told: Told) -> list[tuple[Take, Row]]:
        """What must be made; the rows of the others have ended."""
        left = []
        for take, row in zip(self._takes, self.rows, strict=True):
            with _ending(row, told):
                row.said = self._why(take, row) or ""
                if not row.said:
                    row.state, row.code = CURRENT, 0
                elif self._order.dry_run:
                    row.state, row.code = WOULD, 0
                else:
                    left.append((take, row))
                    continue
        return left

    def _why(self, take: Take, row: Row) -> str | None:
        """Why it must be made; None if its results stay."""
        kept = read_receipt(self._order.out, take.name)
        row.about = kept["about"] if kept and not self._order.force else {}
        if self._order.resume and kept:
            return None
        why = what_changed(kept, self._parts(take))
        return "asked for anew" if self._order.force else why

    def _parts(self, take: Take) -> Parts:
        """All that its results depend on. Raises InputMissing."""
        return {**self._order.shared, "session": _sha256_of_session(take.source),
                "clip": take.source.name.partition("#")[2], "body": take.body and sha256_of(take.body),
                "frames": take.frames and str(take.frames), **self._order.formats.parts()}

    def _validated(self, take: Take, row: Row) -> None:
        session = self._read(take)
        if take.frames:
            take.frames.rows(len(session.clip))
        row.about = {"frames": len(session.clip), "rate_hz": session.clip.rate_hz}
        row.state, row.code = VALID, 0

    def _solved(self, take: Take, row: Row, solver: Solver, told: Told) -> None:
        parts = self._parts(take)  # of the file as it is now
        session = self._read(take)
        rows = take.frames.rows(len(session.clip)) if take.frames else None
        began_s = time.perf_counter()
        with told.solving(row) as on_progress:
            motion = solver.solve_clip(session.setup, session.clip, on_progress)
        about = about_solved(session, motion, time.perf_counter() - began_s)
        with _writing(self._order.out / take.name):
            begin_anew(self._order.out, take.name)
            if rows is None:
                written = write_solved(self._order.out, take.name, motion, session, self._order.formats)
            else:
                written = write_part(self._order.out, take.name, motion, session, rows, self._order.formats)
            write_receipt(self._order.out, take.name, parts, written, about)
        row.about, row.said, row.state, row.code = about, "", DONE, 0

    def _read(self, take: Take) -> Session:
        """Raises InputMissing for whatever the disk refuses, InputInvalid for what is written there."""
        _sha256_of_session(take.source)  # all of it can be read: readers take a file cut by its disk for a damaged one
        try:
            return self._order.prepare(load_session(take.source), take)
        except OSError as error:
            raise InputMissing(f"{take.source}: cannot be read: {error.strerror or error}") from error


def about_solved(session: Session, motion: Motion, seconds: float) -> About:
    """What a row and a receipt say of a solved session: of the whole clip, whatever frames of it were asked for."""
    from bridge.engine.swapped import swap_warning
    from bridge.farm.quality import quality_flags

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
def _ending(row: Row, told: Told) -> Iterator[None]:
    """What happens to a row is its own; once it has ended it is told."""
    began_s = time.monotonic()
    try:
        yield
    except Exception as error:
        if not isinstance(error, PoseBridgeError | OSError | MemoryError):
            log.debug("%s", row.source, exc_info=True)
        row.state, row.code, row.said, row.about = FAILED, exit_code(error), line_of(error), {}
    if row.ended:
        row.seconds = round(time.monotonic() - began_s, 3)
        log.info("%s: %s", row.name, f"{row.state}: {row.said}" if row.said else row.state)
        told.ended(row)


@contextmanager
def _writing(place: Path) -> Iterator[None]:
    """A full disk says where."""
    try:
        yield
    except OSError as error:
        if error.errno in NO_ROOM:
            raise PoseBridgeError(f"{place}: no room to write: {error.strerror}") from error
        raise
