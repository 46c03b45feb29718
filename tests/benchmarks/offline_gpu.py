"""Measure whole sequences solved together on a device: a farm's clips, as many frames a second as there are.

    python tests/benchmarks/offline_gpu.py --device cuda:0 --json offline.json

The clips are cut out of the demo's motion at other speeds, on other bodies, turned and moved, with noise of their own;
of a quarter of them a hand is lost for a second. Frames a second are those of `solve_together` from readings to
solutions, both on the host; stages are by the device's own clock. What is not begun after --seconds is left out.
"""
from __future__ import annotations

import argparse
import datetime
import json
import statistics
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import torch
from torch import Tensor

from bridge.demo_motion import demo_motion
from bridge.engine.solver import load_solver_prior
from bridge.engine.tensors import body_of, readings_of
from bridge.frames import SOLVER_RATE_HZ, Setup
from bridge.simulate import simulate_trackers
from models.captured.kernels import kernels_for
from models.crowd.clips import Worn
from models.crowd.together import FRAMES_AT_ONCE, crowd_solver, solve_together
from models.finish import Solution
from models.kinematics.forward import positions_from_pelvis
from models.kinematics.rotations import about_y, geodesic_angle, matrix_to_xyzw, xyzw_to_matrix
from models.prior.folded import Precision
from models.prior.thinned import thinned_forward
from models.solver import Solver

SPEEDS = (0.7, 0.8, 0.9, 1.0, 1.1, 1.25)
LOST = 4  # every so manieth clip loses a hand


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="cuda:0")
    parser.add_argument("--clips", type=int, default=500)
    parser.add_argument("--length", type=float, default=10.0, help="seconds of each clip, one more or less")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--compared", type=int, default=4, help="clips that are also solved by the usual path")
    parser.add_argument("--at-once", type=int, nargs="+", default=[FRAMES_AT_ONCE, 1 << 17], help="frames")
    parser.add_argument("--precision", nargs="+", default=["tf32", "bfloat16"], choices=get_args(Precision))
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--json", type=Path, help="also write the figures here")
    return parser.parse_args()


def drawn_clips(count: int, length_s: float) -> list[Worn]:
    """People who do parts of what the demo's does; the same ones each time."""
    random = torch.Generator().manual_seed(0)
    slow = [readings_of(simulate_trackers(demo_motion(SOLVER_RATE_HZ / speed), Setup(), seed=0)) for speed in SPEEDS]
    body = body_of(Setup())
    return [_drawn(body, slow[clip % len(slow)], clip, length_s, random) for clip in range(count)]


def _drawn(body: Any, whole: Any, clip: int, length_s: float, random: torch.Generator) -> Worn:
    def draw(least: float, most: float, *shape: int) -> Tensor:
        return least + (most - least) * torch.rand(shape, generator=random)

    frames = min(round(float(draw(length_s - 1, length_s + 1)) * SOLVER_RATE_HZ), len(whole))
    first, size = int(draw(0, len(whole) - frames + 0.99)), float(draw(0.88, 1.12))
    turn, shift = about_y(draw(-3.14, 3.14)), draw(-2, 2, 3) * torch.tensor([1.0, 0.0, 1.0])
    part = whole.frames(first, first + frames)
    places = size * part.positions @ turn.mT + shift + 0.002 * torch.randn(part.positions.shape, generator=random)
    known = part.position_known.clone()
    if clip % LOST == 0:
        begin = int(draw(0, frames - SOLVER_RATE_HZ))
        known[begin : begin + int(SOLVER_RATE_HZ), 1 + clip // LOST % 2] = False
    turned, worn = matrix_to_xyzw(turn @ xyzw_to_matrix(part.xyzw)), replace(body, offsets=size * body.offsets)
    return worn, replace(part, positions=places, xyzw=turned, position_known=known, rotation_known=known)


class Clock:
    """How long the stages take by the device's own clock, or by the host's where there is none."""

    def __init__(self, device: torch.device) -> None:
        self._there = device.type == "cuda"
        self._marks: list[tuple[str, Any]] = []

    def __call__(self, stage: str) -> None:
        """A stage ends here."""
        event = torch.cuda.Event(enable_timing=True) if self._there else time.perf_counter()
        if self._there:
            event.record()
        self._marks.append((stage, event))

    def seconds(self) -> dict[str, float]:
        taken: dict[str, float] = {}
        for (_, before), (stage, after) in zip(self._marks, self._marks[1:], strict=False):
            spent = before.elapsed_time(after) / 1e3 if self._there else after - before
            taken[stage] = taken.get(stage, 0.0) + spent
        return taken


class Bench:
    """The clips, and a prior on the device."""

    def __init__(self, chosen: argparse.Namespace) -> None:
        self.chosen, self.device = chosen, torch.device(chosen.device)
        self.worn = drawn_clips(chosen.clips, chosen.length)
        self.frames = sum(len(readings) for _, readings in self.worn)
        prior = load_solver_prior(None)
        self.usual = Solver(prior, thinned_forward(prior.network))
        there = load_solver_prior(None).to(chosen.device)
        self.there = Solver(there, thinned_forward(there.network))
        self._usual: list[Solution] = []
        self.figures: dict[str, Any] = {
            "date": datetime.date.today().isoformat(), "torch": torch.__version__, "clips": len(self.worn),
            "frames": self.frames, "own_kernels": kernels_for(self.device) is not None,
            "card": torch.cuda.get_device_name(self.device) if self.device.type == "cuda" else "cpu"}

    def speed(self, precision: Precision, at_once: int) -> dict[str, Any]:
        """Frames a second, the median of the rounds, after a first that is not counted."""
        solver, times_s, stages = crowd_solver(self.there, precision), [], []
        if self.device.type == "cuda":
            torch.cuda.reset_peak_memory_stats(self.device)
        for _ in range(self.chosen.rounds + 1):
            began, clock = time.perf_counter(), Clock(self.device)
            clock("begin")
            solve_together(solver, self.worn, at_once, clock)
            times_s.append(time.perf_counter() - began)
            stages.append(clock.seconds())
        memory = torch.cuda.max_memory_allocated(self.device) / 2**30 if self.device.type == "cuda" else 0.0
        middle = {stage: 1e3 * statistics.median(each[stage] for each in stages[1:]) for stage in stages[0]}
        return {"frames_per_s": self.frames / statistics.median(times_s[1:]), "first_s": times_s[0], "GiB": memory,
                "stages_ms": middle}

    def differences(self, precision: Precision) -> dict[str, float]:
        """From the usual path on the CPU."""
        some = self.worn[: self.chosen.compared]
        self._usual = self._usual or [self.usual.sequence(*one) for one in some]
        found = solve_together(crowd_solver(self.there, precision), some)
        apart = [_apart(*pair, body) for *pair, (body, _) in zip(found, self._usual, some, strict=True)]
        centimetres, farthest, degrees, doubt = (max(column) for column in zip(*apart, strict=True))
        return {"mean_cm": centimetres, "most_cm": farthest, "mean_deg": degrees, "most_confidence": doubt}

    def profile(self, precision: Precision, at_once: int) -> list[dict[str, Any]]:
        """What takes most of the device's time, of one solve."""
        with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CUDA]) as profiler:
            solve_together(crowd_solver(self.there, precision), self.worn, at_once)
        events = sorted(profiler.key_averages(), key=lambda event: -event.device_time_total)
        rows = [{"kernel": event.key[:110], "count": event.count, "ms": event.device_time_total / 1e3}
                for event in events]
        return [{name: sum(row[name] for row in rows) for name in ("count", "ms")}, *rows[:40]]


def _apart(one: Solution, other: Solution, body: Any) -> tuple[float, ...]:
    """Mean and greatest distance of joints, cm; mean angle, degrees; greatest difference of confidence."""
    places = [positions_from_pelvis(part.rotations, body.offsets) + part.root[:, None] for part in (one, other)]
    away = 100 * (places[0] - places[1]).norm(dim=-1)
    turned = torch.rad2deg(geodesic_angle(one.rotations, other.rotations)).mean()
    doubt = (one.confidence - other.confidence).abs().max()
    return float(away.mean()), float(away.max()), float(turned), float(doubt)


def parts(bench: Bench) -> Iterator[tuple[str, Callable[[], Any]]]:
    """What is measured, the most important first."""
    chosen = bench.chosen
    first = chosen.precision[0]
    yield f"speed {first} {chosen.at_once[0]}", lambda: bench.speed(first, chosen.at_once[0])
    yield f"differences {first}", lambda: bench.differences(first)
    for precision in chosen.precision:
        for at_once in chosen.at_once:
            if (precision, at_once) != (first, chosen.at_once[0]):
                yield (f"speed {precision} {at_once}",
                       lambda precision=precision, at_once=at_once: bench.speed(precision, at_once))
    for precision in chosen.precision[1:]:
        yield f"differences {precision}", lambda precision=precision: bench.differences(precision)
    if bench.device.type == "cuda":
        yield "profile", lambda: bench.profile(first, chosen.at_once[0])


def main() -> None:
    chosen, began = options(), time.monotonic()
    bench = Bench(chosen)
    print(f"{time.monotonic() - began:5.1f} s  {json.dumps(bench.figures)}", flush=True)
    for name, measure in parts(bench):
        if time.monotonic() - began > chosen.seconds:
            bench.figures[name] = "no time left"
            continue
        try:
            bench.figures[name] = measure()
        except Exception as error:
            traceback.print_exc()
            bench.figures[name] = f"failed: {type(error).__name__}: {error}"
        print(f"{time.monotonic() - began:5.1f} s  {name}: {json.dumps(bench.figures[name])}", flush=True)
        if chosen.json:
            chosen.json.write_text(json.dumps(bench.figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
