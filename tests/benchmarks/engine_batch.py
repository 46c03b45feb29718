"""Measure the live engine alone: what a tick takes by the sessions in its batch, and what no code could beat.

    python tests/benchmarks/engine_batch.py --rounds 5 --json batch.json

A tick is what the daemon orders of its engine: windows in as numpy, poses out as numpy. It is measured with one thread
and with two, in turns, round after round in one run, and told as medians. The floor of a tick is the larger of two
times, both measured in the same rounds: its multiply-adds over the rate at which this machine multiplies matrices of
the network's own shapes (every linear layer once, on as many windows), and the network's weights, read once a pass,
over the rate at which it copies memory. Attention's products are counted at the linear layers' rate.
"""
from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from solver_speed import Watch, multiply_adds
from torch import Tensor, nn

from bridge.demo_motion import demo_motion
from bridge.engine.compiling import Compiling
from bridge.engine.gather import rows_of
from bridge.engine.interface import WINDOW_FRAMES, EngineInfo
from bridge.engine.solver import SolverEngine, load_solver_prior
from bridge.engine.tensors import body_of
from bridge.engine.turns import LiveTurns
from bridge.frames import SOLVER_RATE_HZ, Setup
from bridge.simulate import simulate_trackers
from models.prior.checkpoint import Prior
from models.prior.newest import for_newest, newest_forward
from models.prior.thinned import thinned
from models.solver import Solver

BATCHES = (1, 2, 4, 8, 16, 32, 64)
TICK_WINDOWS = 32  # answered for each batch in each round, and at least two ticks
COPIED_BYTES = 64 << 20  # more than any cache holds


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weights", type=Path, help="another prior than the shipped one")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--batches", type=int, nargs="+", default=list(BATCHES))
    parser.add_argument("--step-by-step", action="store_true", help="in numpy, as until the machine code is made")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path, help="also write the figures here")
    return parser.parse_args()


def linear_shapes(prior: Prior) -> list[tuple[int, int]]:
    """(in, out) of each linear layer that one pass applies to every frame, in their order."""
    shapes: list[tuple[int, int]] = []
    def note(layer: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
        if inputs[0].dim() == 3 and inputs[0].shape[1] == prior.config.frames:
            shapes.append((inputs[0].shape[-1], output.shape[-1]))
    hooks = [layer.register_forward_hook(note) for layer in prior.network.modules() if isinstance(layer, nn.Linear)]
    config = prior.config
    with torch.no_grad():
        prior.network(*(torch.zeros(1, config.frames, width) for width in (config.motion, config.condition)),
                      torch.zeros(1))
    for hook in hooks:
        hook.remove()
    return shapes


class Matmuls:
    """The network's linear layers as bare products, each with weights of its own."""

    def __init__(self, shapes: list[tuple[int, int]], frames: int) -> None:
        self._frames = frames
        self._weights = [torch.randn(shape) for shape in shapes]
        self._adds = sum(rows * columns for rows, columns in shapes)

    def rate(self, batch: int, repeats: int) -> float:
        """Multiply-adds a second, the best seen."""
        widths = {len(weight) for weight in self._weights}
        inputs = {width: torch.randn(batch * self._frames, width) for width in widths}
        outputs = {weight.shape[1]: torch.empty(batch * self._frames, weight.shape[1]) for weight in self._weights}
        best_s = min(seconds_of(lambda: [torch.mm(inputs[len(weight)], weight, out=outputs[weight.shape[1]])
                                         for weight in self._weights]) for _ in range(repeats))
        return batch * self._frames * self._adds / best_s


def seconds_of(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def copy_rate() -> float:
    """Bytes a second from memory to memory, the best of three."""
    source = torch.ones(COPIED_BYTES, dtype=torch.uint8)
    target = torch.empty_like(source)
    return COPIED_BYTES / min(seconds_of(lambda: target.copy_(source)) for _ in range(3))


class Ticking:
    """An engine with sessions in all its slots, each a little later in the demo's motion than the one before."""

    def __init__(self, prior: Prior, sessions: int, compiled: bool = True) -> None:
        self.watch = Watch(newest_forward(prior.network))
        solver = Solver(prior, self.watch, live=self.watch)
        compiling = Compiling(solver, None) if compiled else None
        if compiling:
            compiling.make(body_of(Setup()))
        self._engine = SolverEngine(solver, EngineInfo("", "cpu"), LiveTurns(solver, compiling))
        clip = simulate_trackers(demo_motion(), Setup(), seed=0)
        self._windows = [rows_of(clip, start, start + WINDOW_FRAMES) for start in range(200)]
        self._frame = 0
        for slot in range(sessions):
            self._engine.open(slot, Setup())

    def tick_s(self, batch: int) -> float:
        """Seconds to answer the first `batch` sessions once."""
        self._frame += 1
        windows = [self._windows[(self._frame + 7 * slot) % len(self._windows)] for slot in range(batch)]
        times_s = [self._frame / SOLVER_RATE_HZ] * batch
        return seconds_of(lambda: self._engine.solve_live(list(range(batch)), windows, times_s))


@dataclass
class Samples:
    """Of one batch size with so many threads."""

    tick_s: list[float] = field(default_factory=list)
    network_s: float = 0.0
    windows: int = 0  # through the network
    passes: int = 0
    rates: list[float] = field(default_factory=list)


def run_round(ticking: Ticking, matmuls: Matmuls, samples: dict[int, Samples]) -> None:
    for batch, told in samples.items():
        ticks = max(2, TICK_WINDOWS // batch)
        told.rates.append(matmuls.rate(batch, ticks))
        ticking.tick_s(batch)
        ticking.watch.spent()
        before = ticking.watch.passes
        told.tick_s += [ticking.tick_s(batch) for _ in range(ticks)]
        seconds, windows = ticking.watch.spent()
        told.network_s, told.windows = told.network_s + seconds, told.windows + windows
        told.passes += ticking.watch.passes - before


def row_of(
    threads: int, batch: int, told: Samples, adds: float, weight_bytes: int, copy_per_s: float
) -> dict[str, Any]:
    ticks, tick_s, rate = len(told.tick_s), statistics.median(told.tick_s), statistics.median(told.rates)
    work, read = adds * told.windows / ticks, weight_bytes * told.passes / ticks
    floor_s = max(work / rate, read / copy_per_s)
    return {
        "threads": threads, "batch": batch, "tick_ms": 1e3 * tick_s, "frames_per_s": batch / tick_s,
        "network_share": told.network_s / sum(told.tick_s), "multiply_adds": work, "multiply_adds_per_s": rate,
        "weight_bytes": read, "work_ms": 1e3 * work / rate, "read_ms": 1e3 * read / copy_per_s,
        "floor_ms": 1e3 * floor_s, "over_floor": tick_s / floor_s,
    }


def measure(chosen: argparse.Namespace) -> dict[str, Any]:
    """Each number of threads has an engine of its own, since a graph keeps the threads it was made with."""
    prior = load_solver_prior(chosen.weights)
    asked = thinned(prior.network, for_newest)
    matmuls, engines = Matmuls(linear_shapes(prior), asked.config.frames), {}
    samples, copies = {threads: {batch: Samples() for batch in chosen.batches} for threads in chosen.threads}, []
    for threads in chosen.threads:
        torch.set_num_threads(threads)
        engines[threads] = Ticking(prior, max(chosen.batches), not chosen.step_by_step)
        engines[threads].tick_s(1)
    for _ in range(chosen.rounds):
        copies.append(copy_rate())
        for threads in chosen.threads:
            torch.set_num_threads(threads)
            run_round(engines[threads], matmuls, samples[threads])
    weight_bytes = sum(value.numel() * 4 for value in prior.network.parameters())
    copy_per_s, adds = statistics.median(copies), multiply_adds(asked)
    rows = [row_of(threads, batch, told, adds, weight_bytes, copy_per_s)
            for threads, several in samples.items() for batch, told in several.items()]
    return {"multiply_adds": adds, "weight_bytes": weight_bytes, "copy_bytes_per_s": copy_per_s, "rows": rows}


HEAD = """one pass: {multiply_adds:.3g} multiply-adds, {weight_bytes:.3g} bytes; copying {copy_bytes_per_s:.3g} bytes/s
threads batch   tick ms  sessions x frames/s  network  G multiply-adds/s  work ms  read ms  x floor"""
ROW = ("{threads:7} {batch:5} {tick_ms:9.2f} {frames_per_s:20.0f} {network_share:8.0%} {giga:18.1f} {work_ms:8.2f} "
       "{read_ms:8.2f} {over_floor:8.2f}")


def main() -> None:
    chosen = options()
    figures = measure(chosen)
    print(HEAD.format(**figures))
    for row in figures["rows"]:
        print(ROW.format(**row, giga=row["multiply_adds_per_s"] / 1e9))
    if chosen.json:
        chosen.json.write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
