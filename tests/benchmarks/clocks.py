"""Measure what a session's clock costs: other rates, a trembling clock, frames that never came, gaps in time.

    python tests/benchmarks/clocks.py --data bandai.npz hdm05.npz --limit 2

One row for each clock, means over clips of the validation split with 2 mm of sensor noise: MPJPE in cm and jitter in
10^2 m/s^3 as it is at 60 Hz, offline (solve) and live (every frame in its turn, through the daemon's own window of
readings). The first row is a steady 60 Hz.
"""
from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline

from bridge.capture.load import load_motions
from bridge.compare import jitter
from bridge.engine.solver import SolverEngine, load_engine
from bridge.frames import SOLVER_RATE_HZ, Floats, Motion, Session, TrackerFrame
from bridge.motion import joint_positions
from bridge.readings import Readings
from bridge.resample_motion import motion_at, resample_motion
from bridge.simulate import as_session

VALIDATION = 1
Times = NDArray[np.float64]


@dataclass(frozen=True)
class Clock:
    """When a session's frames are taken."""

    rate_hz: float = SOLVER_RATE_HZ
    tremble_s: float = 0.0  # sd of each frame's time, which its stamp says truly
    missing: float = 0.0  # share of the frames that never come
    gap_s: float = 0.0  # without frames, once in three seconds

    def times(self, duration_s: float, random: np.random.Generator) -> Times:
        steady = np.arange(int(duration_s * self.rate_hz)) / self.rate_hz
        taken = np.maximum.accumulate(steady + self.tremble_s * random.standard_normal(len(steady)).clip(-2, 2))
        kept = (random.random(len(steady)) >= self.missing) & ((steady % 3.0) >= self.gap_s)
        kept &= np.diff(taken, prepend=-1.0) > 1e-3
        kept[0] = True
        return taken[kept]


CLOCKS = {
    "60 Hz": Clock(), "30 Hz": Clock(30), "72 Hz": Clock(72), "90 Hz": Clock(90), "120 Hz": Clock(120),
    "60 Hz, 4 ms trembling": Clock(tremble_s=0.004), "90 Hz, 10 % missing": Clock(90, missing=0.1),
    "72 Hz, gaps of 0.1 s": Clock(72, gap_s=0.1), "72 Hz, gaps of 0.5 s": Clock(72, gap_s=0.5),
}


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, nargs="+", required=True)
    parser.add_argument("--limit", type=int, default=2, help="clips of each file")
    parser.add_argument("--seconds", type=float, default=6.0, help="of each clip, at most")
    parser.add_argument("--clocks", nargs="+", choices=list(CLOCKS), default=list(CLOCKS))
    return parser.parse_args()


def live(engine: SolverEngine, session: Session, times_s: Times) -> Motion:
    """Every frame answered in its turn."""
    engine.open(0, session.setup)
    readings, given = Readings(len(session.setup.trackers)), []
    for row, time_s in enumerate(times_s):
        clip = session.clip
        frame = TrackerFrame(
            row, round(time_s * 1e9), clip.positions_m[row], clip.rotations_xyzw[row], clip.position_valid[row],
            clip.rotation_valid[row],
        )
        readings.add(frame, 0.0)
        given += engine.solve_live([0], [readings.window()], [readings.newest_s])
    engine.close(0)
    parts = (np.stack([getattr(pose, name) for pose in given]) for name in ("root_position_m", "local_xyzw"))
    return Motion(session.setup.skeleton, SOLVER_RATE_HZ, *parts)


def error_cm(solved: Motion, truth: Motion) -> float:
    return float(100 * np.linalg.norm(joint_positions(solved) - joint_positions(truth), axis=-1).mean())


def offline(engine: SolverEngine, session: Session) -> Motion:
    """The session as a capture at a steady rate, which readers make of any clock."""
    *_, last = engine.solve_clip(session.setup, session.clip)
    assert last.motion is not None
    return last.motion


def row(engine: SolverEngine, motion: Motion, clock: Clock) -> list[float]:
    duration_s = (len(motion) - 1) / motion.rate_hz
    times_s = clock.times(duration_s, np.random.default_rng(0))
    truth = replace(motion_at(motion, times_s), rate_hz=clock.rate_hz)
    session = as_session(truth)
    answered = live(engine, session, times_s)
    trembling = jitter(_steady(joint_positions(answered), times_s), SOLVER_RATE_HZ)
    steady = clock == Clock(clock.rate_hz)
    return [error_cm(answered, truth), trembling,
            error_cm(offline(engine, session), truth) if steady else float("nan")]


def _steady(places_m: Floats, times_s: Times) -> Floats:
    """Joints at any times, at 60 Hz: a cubic through them, so that jitter is counted alike whatever the clock."""
    at_s = np.arange(times_s[0], times_s[-1], 1 / SOLVER_RATE_HZ)
    return np.asarray(CubicSpline(times_s, places_m)(at_s), dtype=np.float32)


def table(engine: SolverEngine, motions: list[Motion], clocks: list[str]) -> Iterator[str]:
    yield f"{'clock':24} {'live cm':>10} {'jitter':>10} {'offline cm':>10}"
    for name in clocks:
        means = np.mean([row(engine, motion, CLOCKS[name]) for motion in motions], axis=0)
        yield f"{name:24} " + " ".join(f"{value:10.2f}" for value in means)


def main() -> None:
    given = options()
    torch.set_num_threads(1)
    motions = []
    for path in given.data:
        read = [motion for motion in load_motions(path, VALIDATION, None) if len(motion) > 90][: given.limit]
        cut = (replace(motion, root_position_m=motion.root_position_m[: int(given.seconds * motion.rate_hz)],
                       local_xyzw=motion.local_xyzw[: int(given.seconds * motion.rate_hz)]) for motion in read)
        motions += [resample_motion(motion, SOLVER_RATE_HZ) for motion in cut]
    for line in table(load_engine(None, "cpu", 1), motions, given.clocks):
        print(line, flush=True)


if __name__ == "__main__":
    main()
