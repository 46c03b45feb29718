"""The engine with a prior: numpy in, numpy out, torch between. One of the few files where daemon and maths meet."""
from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from bridge.engine.captured import CapturedLive, live_on
from bridge.engine.heap import give_back
from bridge.engine.interface import WINDOW_FRAMES, ClipProgress, EngineInfo, LivePose
from bridge.engine.turns import LiveTurns
from bridge.errors import DeviceFailed, ModelMissing
from bridge.frames import SOLVER_RATE_HZ, Motion, Setup, TrackerClip
from bridge.resample import frame_times, resample_clip
from bridge.resample_motion import motion_at
from models.body import Body, Readings
from models.kinematics.forward import global_to_local
from models.kinematics.rotations import matrix_to_xyzw, xyzw_to_matrix
from models.prior.checkpoint import CheckpointError, Prior, load_prior
from models.prior.shipped import shipped_names, weights_file
from models.solver import Solution, Solver, solver_of

PIECE = 4_000  # frames whose rotations are rewritten in one go: an hour of them would take a gigabyte


class SolverEngine:
    """Solves with one prior on one device; see interface.Engine."""

    def __init__(self, solver: Solver, info: EngineInfo, live: LiveTurns | CapturedLive | None = None) -> None:
        """`live` solves live sessions; without one they take turns on the CPU."""
        self._solver = solver
        self._info = info
        self._live = live or LiveTurns(solver)
        self._open: set[int] = set()

    def info(self) -> EngineInfo:
        return self._info

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

    def solve_clip(self, setup: Setup, clip: TrackerClip) -> Iterator[ClipProgress]:
        steady = resample_clip(clip, SOLVER_RATE_HZ)
        solved: Motion | None = None
        for step in self._solver.sequence_steps(body_of(setup), readings_of(steady), lambda: bool(self._open)):
            if isinstance(step, Solution):
                give_back(len(clip))
                solved = _motion(step, setup)
            else:
                yield ClipProgress(min(len(clip) - 1, round(step * clip.rate_hz / SOLVER_RATE_HZ)), len(clip))
        assert solved is not None
        del step  # of an hour it is as much as the motion
        solved = _at_rate(solved, clip)
        give_back(len(clip))
        yield ClipProgress(len(clip), len(clip), solved)


def load_engine(weights: Path | None = None, device: str = "auto", threads: int = 0) -> SolverEngine:
    """The engine on `device` (auto, cpu, cuda or cuda:N) with `threads` CPU threads (0: torch's choice).

    Raises:
        ModelMissing: no prior there, or a damaged one.
        DeviceFailed: the device is not to be had.
    """
    if threads:
        torch.set_num_threads(threads)
    chosen = choose_device(device)
    prior = load_solver_prior(weights).to(chosen)
    name = f"{weights_file(weights).stem} (sha256 {str(prior.notes['sha256'])[:12]})"
    solver = solver_of(prior)
    live = live_on(solver, chosen) if chosen.startswith("cuda") else None
    engine = SolverEngine(solver, EngineInfo(name, chosen, f"{torch.get_num_threads()} CPU threads"), live)
    _warm_up(engine)
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


def body_of(setup: Setup) -> Body:
    """A session's set-up as tensors."""
    trackers = setup.trackers
    mounts = np.stack([tracker.mount_xyzw for tracker in trackers])
    return Body(
        offsets=_tensor(setup.skeleton.offsets_m),
        joints=tuple(tracker.joint for tracker in trackers),
        mounts=_tensor(np.stack([tracker.mount_position_m for tracker in trackers])),
        mount_rotations=xyzw_to_matrix(_tensor(mounts)),
        position_sd=setup.noise.position_sd_m,
        rotation_sd=setup.noise.rotation_sd_rad,
        floor_height=setup.floor_height_m,
    )


def readings_of(clip: TrackerClip) -> Readings:
    """A clip's readings as tensors."""
    return Readings(
        _tensor(clip.positions_m), _tensor(clip.rotations_xyzw),
        torch.from_numpy(np.ascontiguousarray(clip.position_valid)),
        torch.from_numpy(np.ascontiguousarray(clip.rotation_valid)),
    )


def _tensor(values: np.ndarray) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(values, dtype=np.float32))


def _motion(solution: Solution, setup: Setup) -> Motion:
    local = torch.cat([matrix_to_xyzw(global_to_local(piece)) for piece in solution.rotations.split(PIECE)])
    return Motion(
        setup.skeleton, SOLVER_RATE_HZ, solution.root.numpy(), local.numpy(), confidence=solution.confidence.numpy(),
    )


def _at_rate(solved: Motion, clip: TrackerClip) -> Motion:
    """The motion at the clip's own rate and length."""
    if abs(clip.rate_hz - SOLVER_RATE_HZ) < 1e-6:
        return solved
    last = (len(solved) - 1) / SOLVER_RATE_HZ
    at = motion_at(solved, np.minimum(frame_times(len(clip), clip.rate_hz), last))
    return Motion(solved.skeleton, clip.rate_hz, at.root_position_m, at.local_xyzw, at.confidence)


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
    came.position_valid[:5, 1] = came.rotation_valid[:5, 1] = False  # what is asked then is another graph
    engine.open(0, setup)
    for time_s, window in enumerate((still, came, still)):
        engine.solve_live([0], [window], [float(time_s)])
    engine.close(0)
