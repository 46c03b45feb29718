"""The engine with a prior: numpy in, numpy out, torch between. One of the few files where daemon and maths meet."""
from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from platformdirs import user_cache_dir

from bridge.engine.captured import CapturedLive, live_on
from bridge.engine.compiling import Compiling
from bridge.engine.crowd import LANES, CrowdClips, crowd_of
from bridge.engine.heap import give_back
from bridge.engine.interface import WINDOW_FRAMES, Clip, ClipProgress, EngineInfo, LivePose
from bridge.engine.tensors import Moved, body_of, motion_of, readings_of
from bridge.engine.turns import LiveTurns
from bridge.errors import DeviceFailed, ModelMissing
from bridge.frames import SOLVER_RATE_HZ, Setup, TrackerClip
from bridge.resample import resample_clip
from models.prior.checkpoint import CheckpointError, Prior, load_prior
from models.prior.shipped import shipped_names, weights_file
from models.solver import Solution, Solver, solver_of


class SolverEngine:
    """Solves with one prior on one device; see interface.Engine."""

    def __init__(
        self, solver: Solver, info: EngineInfo, live: LiveTurns | CapturedLive | None = None,
        crowd: CrowdClips | None = None, lanes: int = 1, lane_threads: int = 0,
    ) -> None:
        """`live` solves live sessions; without one they take turns on the CPU. `crowd` solves clips together while no
        session is open; without one each is solved alone. `lanes`: of clips side by side, each with so many threads of
        torch's; 0: as they are."""
        self._solver = solver
        self._info = info
        self._live = live or LiveTurns(solver)
        self._crowd, self.lanes, self._lane_threads = crowd, lanes, lane_threads
        self._open: set[int] = set()

    def compile_live(self, folder: Path | None) -> None:
        """Live sessions' ticks are made machine code in the background, which is kept in the folder. It begins with
        those of a head and two hands, and waits for them where that is a matter of a moment."""
        if isinstance(self._live, LiveTurns):
            self._live.compiling = Compiling(self._solver, folder)
            self._live.compiling.begin(body_of(Setup()))

    def info(self) -> EngineInfo:
        return self._info

    @property
    def frames_together(self) -> int:
        return self._crowd.frames if self._crowd else 0

    def open(self, slot: int, setup: Setup) -> None:
        self._live.open(slot, body_of(setup))
        self._open.add(slot)

    def close(self, slot: int) -> None:
        self._live.close(slot)
        self._open.discard(slot)

    def solve_live(
        self, slots: Sequence[int], windows: Sequence[TrackerClip], times_s: Sequence[float]
    ) -> Sequence[LivePose]:
        return self._live.solve_live(slots, windows, times_s)

    def solve_clips(self, clips: Sequence[Clip]) -> Iterator[tuple[int, ClipProgress]]:
        if self._lane_threads:
            torch.set_num_threads(self._lane_threads)  # of this thread
        if self._crowd and not self._open and self._crowd.takes(clips):
            try:
                yield from self._crowd.solve(clips)
                return
            except torch.OutOfMemoryError:
                if len(clips) > 1:
                    raise  # fewer are tried next
        for place, (setup, clip) in enumerate(clips):
            yield from ((place, step) for step in self.solve_clip(setup, clip))

    def solve_clip(self, setup: Setup, clip: TrackerClip) -> Iterator[ClipProgress]:
        """One alone, in steps that are shorter while a session is open."""
        steady = resample_clip(clip, SOLVER_RATE_HZ)
        moved: Moved | None = None
        for step in self._solver.sequence_steps(body_of(setup), readings_of(steady), lambda: bool(self._open)):
            if isinstance(step, Solution):
                give_back(len(clip))
                moved = Moved.of(step)
            else:
                yield ClipProgress(min(len(clip) - 1, round(step * clip.rate_hz / SOLVER_RATE_HZ)), len(clip))
        assert moved is not None
        del step  # of an hour it is as much as the motion
        motion = motion_of(moved, setup, clip)
        give_back(len(clip))
        yield ClipProgress(len(clip), len(clip), motion)


def load_engine(
    weights: Path | None = None, device: str = "auto", threads: int = 0, fuse: bool = False, compiled: bool = False
) -> SolverEngine:
    """The engine on `device` (auto, cpu, cuda or cuda:N) with `threads` CPU threads (0: torch's choice). `fuse`: what
    it does for live sessions of a head and two hands is compiled first, which takes a minute or two (models/captured).
    `compiled`: on a CPU that is made machine code in the background (models/compiled).

    Raises:
        ModelMissing: no prior there, or a damaged one.
        DeviceFailed: the device is not to be had.
    """
    if threads:
        torch.set_num_threads(threads)
    chosen = choose_device(device)
    prior = load_solver_prior(weights).to(chosen)
    name = f"{weights_file(weights).stem} (sha256 {str(prior.notes['sha256'])[:12]})"
    detail = f"{torch.get_num_threads()} CPU threads"
    if chosen.startswith("cuda"):
        solver, crowd = solver_of(prior), crowd_of(prior)
        engine = SolverEngine(solver, EngineInfo(name, chosen, detail, LANES + 1, (LANES + 1) * crowd.frames),
                              live_on(solver, chosen, body_of(Setup()) if fuse else None), crowd, LANES)
    else:
        lanes = min(LANES, torch.get_num_threads())  # what one leaves of two cores the other takes
        each = torch.get_num_threads() // lanes
        apart = each != torch.get_num_threads()
        engine = SolverEngine(solver_of(prior, apart), EngineInfo(name, chosen, detail, lanes + 1), lanes=lanes,
                              lane_threads=each)
    _warm_up(engine)
    if compiled:
        engine.compile_live(Path(user_cache_dir("posebridge", appauthor=False)) / "ticks")
    return engine


def choose_device(device: str) -> str:
    """A torch device name for auto, cpu, cuda or cuda:N. DeviceFailed if it is not to be had."""
    if device == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    try:
        torch.empty(1, device=device)
    except (RuntimeError, AssertionError) as error:
        reason = str(error).splitlines()[0]
        raise DeviceFailed(f"device {device!r} cannot be used ({reason}); allowed: auto, cpu, cuda, cuda:N") from None
    return device


def load_solver_prior(weights: Path | None) -> Prior:
    """The prior at `weights`, a shipped one by its name, or the default. ModelMissing says what is wrong with it."""
    try:
        return load_prior(weights_file(weights))
    except CheckpointError as error:
        raise ModelMissing(f"{error} (shipped, by name: {', '.join(shipped_names())})") from None


def _warm_up(engine: SolverEngine) -> None:
    """A first solve before anybody waits for one: kernels are chosen and memory is taken."""
    setup = Setup()
    count = len(setup.trackers)
    still = TrackerClip(
        SOLVER_RATE_HZ, np.zeros((WINDOW_FRAMES, count, 3), np.float32),
        np.tile(np.array([0, 0, 0, 1], np.float32), (WINDOW_FRAMES, count, 1)),
        np.ones((WINDOW_FRAMES, count), np.bool_), np.ones((WINDOW_FRAMES, count), np.bool_),
    )
    came = replace(still, position_valid=still.position_valid.copy(), rotation_valid=still.rotation_valid.copy())
    came.position_valid[:20, 1] = came.rotation_valid[:20, 1] = False  # what is asked then is another graph
    engine.open(0, setup)
    for time_s, window in enumerate((still, came, still)):
        engine.solve_live([0], [window], [float(time_s)])
    engine.close(0)
