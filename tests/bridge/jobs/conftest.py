"""A folder that jobs may use, an office that takes them, and work with a solver that needs no daemon."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from bridge.capture.mcap import write_session
from bridge.config import Limits
from bridge.frames import JOINT_COUNT, Motion, Session, Setup, TrackerClip
from bridge.jobs.making import Making, OnProgress
from bridge.jobs.office import Office
from bridge.jobs.performer import Errand
from bridge.jobs.roots import SUPPORTED, Roots
from bridge.jobs.store import JobStore
from bridge.jobs.work import Work
from bridge.messages_jobs import SOLVE, Options, SubmitJob

MONTH_S = 30 * 86_400.0


@dataclass
class Bench:
    """One daemon's worth of jobs; restart() is what a kill and a new process leave of it."""

    folder: Path
    limits: Limits = field(default_factory=Limits)
    solver: str = "1 echo"
    prior: str = "1 default"
    now_ms: int = 1_700_000_000_000
    solved: list[str] = field(default_factory=list)
    errands: list[Errand] = field(default_factory=list)
    before_solving: Callable[[OnProgress], None] = lambda on_progress: None

    def __post_init__(self) -> None:
        self.allowed, self.spool = self.folder / "allowed", self.folder / "spool"
        for made in (self.allowed, self.spool):
            made.mkdir(exist_ok=True)
        self.roots = Roots([self.allowed])
        self.pauses: list[float] = []
        self._open()

    def _open(self) -> None:
        self.store = JobStore(self.folder / "jobs", patience_s=0.1)
        self.office = Office(self.store, self.roots, self.solver, self.prior, lambda: self.now_ms, self.limits, MONTH_S)
        making = Making(self.roots, self.limits, self.solve, self.perform)
        self.work = Work(self.office, self.roots, making, self.spool, self.pauses.append)

    def restart(self) -> None:
        self.store.close()
        self._open()

    def solve(self, session: Session, on_progress: OnProgress) -> Motion:
        self.before_solving(on_progress)
        on_progress(len(session.clip), len(session.clip))
        self.solved.append(session.name)
        local = np.tile(np.array([0, 0, 0, 1], dtype=np.float32), (len(session.clip), JOINT_COUNT, 1))
        return Motion(session.setup.skeleton, session.clip.rate_hz, session.clip.positions_m[:, 0], local)

    def perform(self, errand: Errand, on_progress: OnProgress) -> int:
        """Leaves what every command does, and what lift alone does, with its words inside."""
        self.before_solving(on_progress)
        on_progress(100, 100)
        self.errands.append(errand)
        told = dict(word.removeprefix("--").split("=", 1) for word in errand.words if word.startswith("--o"))
        for kind in ("npz", *(("camera.json", "solved.json") if errand.problem == "lift" else ())):
            (Path(told["out"]) / f"{errand.name}.{kind}").write_text(" ".join(errand.words))
        return 7

    def asked(
        self, *files: str, out: str = "out", formats: tuple[str, ...] = ("npz",), problem: str = SOLVE,
        options: Options = (),
    ) -> SubmitJob:
        return SubmitJob(tuple(f"{self.allowed}/{file}" for file in files), f"{self.allowed}/{out}", formats, problem,
                         options)

    def run(self) -> int:
        """Everything there is to do; how many files that was."""
        count = 0
        while self.work.run_next(0.0):
            count += 1
        return count

    def outputs(self, out: str = "out") -> list[str]:
        return sorted(path.name for path in (self.allowed / out).iterdir())


@pytest.fixture
def bench(tmp_path: Path, standing: Callable[..., TrackerClip]) -> Bench:
    """With the session files a.mcap and b.mcap in the allowed folder."""
    if not SUPPORTED:
        pytest.skip("this system keeps no jobs")
    made = Bench(tmp_path)
    for name in ("a", "b"):
        write_session(made.allowed / f"{name}.mcap", Session(Setup(), standing(50), name))
    return made
