"""One take made: read, solved, written, its receipt last. What a machine of a farm does, here or elsewhere."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bridge.commands.formats import Formats
from bridge.farm.receipt import About, Parts, sha256_of, sha256_of_session
from bridge.farm.take import Take
from bridge.frames import Motion, Session

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
    formats: Formats = field(default_factory=Formats)

    def parts(self) -> Parts:
        """All that its results depend on, as it is now. Raises InputMissing."""
        take = self.take
        return {**self.shared, "session": sha256_of_session(take.source), "clip": take.source.name.partition("#")[2],
                "body": take.body and sha256_of(take.body), "frames": take.frames and str(take.frames),
                **self.formats.parts()}

    def read(self, prepare: Prepare) -> Read:
        """Raises PoseBridgeError, OSError."""
        from bridge.farm.making import read_take

        parts, session = self.parts(), read_take(self.take, prepare)
        return Read(parts, session, self.take.frames.rows(len(session.clip)) if self.take.frames else None)

    def write(self, read: Read, motion: Motion, seconds: float) -> About:
        """Results and receipt of what was solved in so many seconds. Raises PoseBridgeError, OSError."""
        from bridge.farm.making import write_unit

        return write_unit(self, read, motion, seconds)
