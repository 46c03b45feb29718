"""Measure the live engine on a CUDA device: ticks of recorded graphs, and what they are made of.

    python tests/benchmarks/gpu_ticks.py --json ticks.json

A tick is what the daemon orders of its engine, windows in as numpy and poses out as numpy, of people who move
(the demo's motion, each a little later than the one before). `staging`: filling memory that the device can reach;
`graph`: the copy there and the graph, by the device's own clock; `fetch`: what else it takes until poses are there.
Parts that fail are told with their errors, the others go on; after --seconds no new part is begun.
"""
from __future__ import annotations

import argparse
import datetime
import json
import logging
import statistics
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_args

import numpy as np
import torch

from bridge.demo_motion import demo_motion
from bridge.engine.captured import CapturedLive
from bridge.engine.interface import WINDOW_FRAMES
from bridge.engine.packed import PackedWindows
from bridge.engine.solver import load_solver_prior
from bridge.engine.tensors import body_of, readings_of
from bridge.engine.turns import LiveTurns
from bridge.frames import SOLVER_RATE_HZ, Setup, TrackerClip
from bridge.simulate import simulate_trackers
from models.captured.people import People
from models.captured.staging import Asked
from models.prior.folded import FoldedNetwork, Precision
from models.prior.newest import for_newest, newest_forward
from models.prior.thinned import thinned, thinned_forward
from models.solver import Solver, SolverConfig

SIZES = (1, 8, 64, 256, 1024, 4096)
FIELDS = ("positions_m", "rotations_xyzw", "position_valid", "rotation_valid")
PEOPLE = 64  # whose windows differ


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--ticks", type=int, default=200, help="of each size")
    parser.add_argument("--precision", default="tf32", choices=get_args(Precision), help="of the network")
    parser.add_argument("--fuse", action="store_true", help="compile the steps before they are recorded")
    parser.add_argument("--seconds", type=float, default=85.0)
    parser.add_argument("--json", type=Path, help="also write the figures here")
    return parser.parse_args()


def walking() -> TrackerClip:
    return simulate_trackers(demo_motion(), Setup(), seed=0)


def windows_at(clip: TrackerClip, frame: int, count: int) -> list[np.ndarray]:
    """Arrays (count, WINDOW_FRAMES, M, ...): PEOPLE different windows, over and over."""
    firsts = [(frame + 17 * (person % PEOPLE)) % (len(clip) - WINDOW_FRAMES) for person in range(min(count, PEOPLE))]
    parts = [np.stack([getattr(clip, name)[first : first + WINDOW_FRAMES] for first in firsts]) for name in FIELDS]
    return [np.resize(part, (count, *part.shape[1:])) for part in parts]


def packed(parts: list[np.ndarray]) -> PackedWindows:
    trackers = parts[0].shape[2]
    return PackedWindows((trackers,) * len(parts[0]), {
        name: part.reshape(-1, *part.shape[3:]) for name, part in zip(FIELDS, parts, strict=True)})


def milliseconds(times_s: list[float]) -> dict[str, float]:
    return {"median_ms": 1e3 * statistics.median(times_s), "p99_ms": 1e3 * float(np.percentile(times_s, 99))}


class Bench:
    """A device with people on it."""

    def __init__(self, chosen: argparse.Namespace) -> None:
        self.chosen, self.device = chosen, torch.device(chosen.device)
        self.prior = load_solver_prior(None)
        self.cpu = Solver(self.prior, newest_forward(self.prior.network))
        self.on_device = load_solver_prior(None).to(chosen.device)
        self.solver, self.clip = Solver(self.on_device, thinned_forward(self.on_device.network)), walking()
        self.live: CapturedLive | None = None
        self.figures: dict[str, Any] = {
            "date": datetime.date.today().isoformat(), "torch": torch.__version__, "precision": chosen.precision,
            "card": torch.cuda.get_device_name(self.device) if self.device.type == "cuda" else "cpu"}

    def wait(self) -> None:
        if self.device.type == "cuda":
            torch.cuda.synchronize(self.device)

    def people(self) -> People:
        assert self.live is not None
        return self.live._people[0]

    def open(self) -> dict[str, float]:
        """Everybody comes in, and what they need is recorded."""
        body, most = body_of(Setup()), max(self.chosen.sizes)
        self.live = CapturedLive(self.solver, self.chosen.device, self.chosen.precision)
        began = time.perf_counter()
        for slot in range(most):
            self.live.open(slot, body)
        self.wait()
        took, began = time.perf_counter() - began, time.perf_counter()
        fused = self.people().fuse() if self.chosen.fuse else "not asked for"
        compiling, began = time.perf_counter() - began, time.perf_counter()
        failed = self.people().prepare(most)
        memory = torch.cuda.max_memory_allocated(self.device) / 2**30 if self.device.type == "cuda" else 0.0
        return {"sessions": most, "seconds": took, "GiB": memory, "failed": failed,  # type: ignore[dict-item]
                "fused": fused or "yes", "compile_s": compiling, "record_s": time.perf_counter() - began,  # type: ignore[dict-item]
                "own_kernels": self.people()._constants.own_kernels}

    def ticks(self, size: int) -> dict[str, Any]:
        """Whole ticks of `size` sessions at 60 Hz of their time."""
        assert self.live is not None
        for slot in range(size):
            self.live.open(slot, body_of(Setup())) if size <= 64 else None
        slots, times_s, careful = list(range(size)), [], []
        for tick in range(self.chosen.ticks + 10):
            now_s = [1.0 + self.clock + tick / SOLVER_RATE_HZ] * size
            windows = packed(windows_at(self.clip, tick, size))
            began = time.perf_counter()
            self.live.solve_live(slots, windows, now_s)
            times_s.append(time.perf_counter() - began)
            careful.append(float(self.people().careful_rows[:size].mean()))
        self.clock += 1000.0
        return {**milliseconds(times_s[10:]), "careful": statistics.mean(careful[10:])}

    clock = 0.0

    def split(self, size: int) -> dict[str, float]:
        """One recording, step by step."""
        parts, rows = windows_at(self.clip, 0, size), np.arange(size)
        asked = Asked(np.full(size, 1e6), rows, *parts)
        taken: dict[str, list[float]] = {"staging": [], "graph": [], "fetch": []}
        for careful in (False, True) if size <= 256 else (False,):
            recording = self.people()._recording(size, careful)
            for turn in range(55):
                asked.now_s[:] += 1 / 60
                began = time.perf_counter()
                recording.staging.fill(asked, slice(None))
                filled = time.perf_counter()
                marks = [torch.cuda.Event(enable_timing=True) for _ in range(2)] if self.device.type == "cuda" else []
                if marks:
                    marks[0].record()
                recording.start()
                if marks:
                    marks[1].record()
                recording.staging.fetch()
                done = time.perf_counter()
                graph = marks[0].elapsed_time(marks[1]) / 1e3 if marks else done - filled
                if turn >= 5:
                    for name, took in (("staging", filled - began), ("graph", graph), ("fetch", done - filled - graph)):
                        taken.setdefault(name + ("_careful" if careful else ""), []).append(took)
        return {f"{name}_ms": 1e3 * statistics.median(times) for name, times in taken.items()}

    def step_by_step(self, size: int) -> dict[str, float]:
        """The same steps without a graph."""
        people = self.people()
        assert people.work is not None
        staging = people._recording(size, False).staging
        times_s = []
        for _ in range(8):
            began = time.perf_counter()
            people.work.run(staging.asked, staging.told, False)
            self.wait()
            times_s.append(time.perf_counter() - began)
        return milliseconds(times_s[2:])

    def network(self, size: int) -> dict[str, float]:
        """The thinned network alone, as a graph of its own."""
        some = thinned(self.on_device.network, for_newest)
        condition = torch.randn(size, some.config.frames, some.config.condition, device=self.device)
        return {precision: 1e3 * self._repeated_s(FoldedNetwork(some, precision), condition)
                for precision in get_args(Precision)}

    @torch.inference_mode()
    def _repeated_s(self, function: Callable[[torch.Tensor], torch.Tensor], value: torch.Tensor) -> float:
        for _ in range(3):
            function(value)
        self.wait()
        repeat: Callable[[], object] = lambda: function(value)  # noqa: E731
        if self.device.type == "cuda":
            graph = torch.cuda.CUDAGraph()
            with torch.cuda.graph(graph):
                function(value)
            repeat = graph.replay
        times_s = []
        for _ in range(20):
            began = time.perf_counter()
            repeat()
            self.wait()
            times_s.append(time.perf_counter() - began)
        return statistics.median(times_s)

    def differences(self, precision: Precision) -> dict[str, float]:
        """Greatest differences over two seconds of 8 sessions, from the CPU and from the same steps without a graph."""
        setup, count = Setup(), 8
        recorded, stepwise, cpu = (
            CapturedLive(self.solver, self.chosen.device, precision),
            CapturedLive(self.solver, self.chosen.device, precision), LiveTurns(self.cpu))
        for slot in range(count):
            for live in (recorded, stepwise, cpu):
                live.open(slot, body_of(setup))
        for recording in stepwise._people[0]._recordings.values():
            recording.step_by_step()
        apart = {"graph_m": 0.0, "graph_rad": 0.0, "cpu_m": 0.0, "cpu_rad": 0.0, "cpu_confidence": 0.0}
        for tick in range(120):
            windows = packed(windows_at(self.clip, tick, count))
            asked = list(range(count)), windows, [tick / 60] * count
            mine, steps, theirs = (list(live.solve_live(*asked)) for live in (recorded, stepwise, cpu))
            for one, other, third in zip(mine, steps, theirs, strict=True):
                for name, pose in (("graph", other), ("cpu", third)):
                    moved = float(abs(one.root_position_m - pose.root_position_m).max())
                    ways = [np.linalg.norm(one.local_xyzw - sign * pose.local_xyzw, axis=-1) for sign in (1, -1)]
                    turned = float(4 * np.arcsin((np.minimum(*ways) / 2).clip(0, 1)).max())
                    apart[f"{name}_m"] = max(apart[f"{name}_m"], moved)
                    apart[f"{name}_rad"] = max(apart[f"{name}_rad"], turned)
                doubt = float(abs(one.confidence - third.confidence).max())
                apart["cpu_confidence"] = max(apart["cpu_confidence"], doubt)
        return apart

    def profile(self, size: int) -> list[dict[str, Any]]:
        """What a plain tick's graph spends its time on: the kernels that take most."""
        recording = self.people()._recording(size, False)
        recording.start()
        self.wait()
        activities = [torch.profiler.ProfilerActivity.CUDA]
        with torch.profiler.profile(activities=activities) as profiler:
            for _ in range(3):
                recording.start()
            self.wait()
        events = sorted(profiler.key_averages(), key=lambda event: -event.device_time_total)
        total = {"kernels": sum(event.count for event in events) / 3,
                 "ms": sum(event.device_time_total for event in events) / 3e3}
        return [total, *({"kernel": event.key[:90], "count": event.count / 3, "us": event.device_time_total / 3}
                         for event in events[:25])]

    def offline(self, batch: int) -> dict[str, float]:
        """Frames a second of whole sessions: windows in batches of so many."""
        solver = Solver(self.on_device, thinned_forward(self.on_device.network), SolverConfig(batch=batch))
        readings, body = readings_of(self.clip), body_of(Setup())
        solver.sequence(body, readings.frames(0, 120))
        began = time.perf_counter()
        solver.sequence(body, readings)
        return {"frames_per_s": len(readings) / (time.perf_counter() - began)}


def parts(bench: Bench) -> Iterator[tuple[str, Callable[[], Any]]]:
    """What is measured, the most important first."""
    sizes, device = bench.chosen.sizes, bench.device.type
    yield "open", bench.open
    for size in sizes:
        yield f"tick {size}", lambda size=size: bench.ticks(size)
        yield f"split {size}", lambda size=size: bench.split(size)
    yield f"differences {bench.chosen.precision}", lambda: bench.differences(bench.chosen.precision)
    for size in sizes:
        yield f"network {size}", lambda size=size: bench.network(size)
    if device == "cuda":
        for size in (min(sizes), max(sizes)):
            yield f"profile {size}", lambda size=size: bench.profile(size)
    for precision in get_args(Precision):
        if precision != bench.chosen.precision:
            yield f"differences {precision}", lambda precision=precision: bench.differences(precision)
    for size in sizes:
        yield f"step by step {size}", lambda size=size: bench.step_by_step(size)
    for batch in (8, 64, 512):
        yield f"offline {batch}", lambda batch=batch: bench.offline(batch)


def main() -> None:
    logging.basicConfig(level=logging.WARNING)
    chosen, began = options(), time.monotonic()
    bench = Bench(chosen)
    print(json.dumps(bench.figures), flush=True)
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
