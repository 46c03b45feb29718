"""Live ticks made machine code in the background, for one kind of sessions after the other."""
from __future__ import annotations

import logging
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from models.body import Body
from models.solver import Solver

if TYPE_CHECKING:
    from models.compiled.people import CompiledPeople

PATIENCE_S = 1.5
log = logging.getLogger(__name__)


class Compiling:
    """Until a kind is compiled, and where that fails, there is nothing for it.

    `folder`: see models/compiled/machine.py.
    """

    def __init__(self, solver: Solver, folder: Path | None) -> None:
        self._solver, self._folder = solver, folder
        self._people: dict[tuple[int, ...], CompiledPeople | None] = {}
        self._one_by_one = threading.Lock()

    def begin(self, body: Body) -> None:
        """With a kind. Where the folder has something it is likely to be this, and there is not long to wait."""
        known = self._folder is not None and any(self._folder.glob("*.code"))
        thread = self._start(body)
        if known:
            thread.join(PATIENCE_S)

    def people(self, body: Body) -> CompiledPeople | None:
        """For sessions of the body's kind; who asks first has them made."""
        if body.kind not in self._people:
            self._start(body)
        return self._people[body.kind]

    def _start(self, body: Body) -> threading.Thread:
        self._people[body.kind] = None
        thread = threading.Thread(target=self.make, args=(body,), name="compiling")
        thread.start()
        return thread

    def make(self, body: Body) -> None:
        """At once, and wait for it."""
        with self._one_by_one:
            try:
                from models.compiled.people import CompiledPeople  # who solves clips alone does without

                people = self._people[body.kind] = CompiledPeople(self._solver, body, self._folder)
                people.make_careful()
            except Exception as error:  # whatever a compiler, or the lack of one, comes to: there is numpy
                log.warning("live ticks are not compiled: %s: %s", type(error).__name__, error)
