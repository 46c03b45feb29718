"""Ticks are compiled in the background; where that fails there are none, and the log says why."""
from __future__ import annotations

import logging
import threading
from dataclasses import replace

import pytest

from bridge.engine.compiling import Compiling
from bridge.engine.solver import load_solver_prior
from bridge.engine.tensors import body_of
from bridge.frames import Setup
from models.solver import Solver, solver_of


def test_what_cannot_be_compiled_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    once: Solver = solver_of(load_solver_prior(None))
    twice = replace(once, config=replace(once.config, sampler=replace(once.config.sampler, passes=2)))
    compiling = Compiling(twice, None)
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            assert compiling.people(body_of(Setup())) is None
            for thread in threading.enumerate():
                if thread.name == "compiling":
                    thread.join(60)
    assert [record.getMessage() for record in caplog.records] == [
        "live ticks are not compiled: ValueError: a solver of 2 passes; ticks are compiled of 1"]
