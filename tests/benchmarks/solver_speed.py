"""Measure the solver alone, without sockets: sequences offline, live frames in batches, and what no code could beat.

    python tests/benchmarks/solver_speed.py --seconds 20 --threads 1 --json speed.json

Everything is measured in turns, round after round in one run, and told as medians: other work on the machine slows
all of it alike, so the ratios hold. The floor of a window is its network's multiply-adds over the rate at which this
machine multiplies matrices of the network's own shape, in float32: offline, in bytes, that may be beaten.

The reference is the published arrangement as models/samplers/reference.py has it: 49 steps, each with a gradient
through the network; windows of 41 frames, 20 apart, in chunks of 401; mean and gradient averaged where they overlap
after every step. It has our prior and no handicap: all windows of a chunk in one batch, bfloat16 where the chip
multiplies it, and 3 x 3 inverses for the published 369 x 369. (The released network is six times as large, in float32.)
"""
from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode

from bridge.demo_motion import demo_motion
from bridge.engine.solver import choose_device, load_solver_prior
from bridge.engine.tensors import body_of, readings_of
from bridge.frames import Setup
from bridge.simulate import simulate_trackers
from models.body import Body, Readings
from models.evaluation.live import window_ending_at
from models.evaluation.methods import reference
from models.live import Turn, solve_live
from models.prior.network import Network
from models.prior.newest import for_newest, newest_forward
from models.prior.precision import Sparse, differentiable_forward
from models.prior.runtime import rough_forward
from models.prior.thinned import thinned, thinned_forward
from models.samplers.streaming import RATE_HZ
from models.solver import Solver, solver_of

BATCHES = (1, 8, 32)
LIVE_FRAMES = 40  # of each batch in each round
REFERENCE_FRAMES = 401  # a published chunk: nineteen windows. Fewer frames have fewer windows each


class Watch(Sparse):
    """Counts the seconds and windows that pass through a network."""

    def __init__(self, network: Sparse) -> None:
        self.network, self.between, self.steady_alone = network, network.between, network.steady_alone
        self.seconds, self.windows, self.passes = 0.0, 0, 0

    def __call__(self, motion: Tensor, condition: Tensor, log_level: Tensor) -> Tensor:
        return self._timed(lambda: self.network(motion, condition, log_level), len(motion))

    def few(self, condition: Tensor, log_level: Tensor) -> Tensor:
        return self._timed(lambda: self.network.few(condition, log_level), len(condition))

    def _timed(self, ask: Callable[[], Tensor], windows: int) -> Tensor:
        began = time.perf_counter()
        answer = ask()
        self.seconds += time.perf_counter() - began
        self.windows += windows
        self.passes += 1
        return answer

    def spent(self) -> tuple[float, int]:
        """Seconds and windows since it was last asked."""
        spent, self.seconds, self.windows = (self.seconds, self.windows), 0.0, 0
        return spent


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weights", type=Path, help="another prior than the shipped one")
    parser.add_argument("--device", default="cpu", help="auto, cpu, cuda or cuda:N")
    parser.add_argument("--seconds", type=float, default=20.0, help="of motion that is solved offline in each round")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--reference-frames", type=int, default=REFERENCE_FRAMES, metavar="N",
                        help="of motion that the reference solves in each round: a published chunk, nineteen windows "
                             "(default: 401)")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path, help="also write the figures here")
    return parser.parse_args()


def worn(seconds: float, least: int) -> tuple[Body, Readings]:
    """The demo's person and what the trackers read, repeated to the wanted length; nothing is lost."""
    clip = readings_of(simulate_trackers(demo_motion(), Setup(), seed=0))
    rows = torch.arange(max(least, round(seconds * RATE_HZ))) % len(clip)
    known = torch.ones_like(clip.position_known)
    return body_of(Setup()), Readings(*(part[rows] for part in (clip.positions, clip.xyzw, known, known)))


def multiply_adds(network: Network) -> float:
    """Of one window through the network once."""
    config, like = network.config, next(network.parameters())
    inputs = (like.new_zeros(1, config.frames, width) for width in (config.motion, config.condition))
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        network(*inputs, like.new_zeros(1))
    return counter.get_total_flops() / 2


def matmul_rate(solver: Solver, seconds: float = 0.2) -> float:
    """Multiply-adds a second of sixteen windows times the network's widest common layer, the best seen."""
    network, config = solver.prior.network, solver.prior.config
    parameter = next(network.parameters())
    like = parameter.new_ones(1, dtype=torch.float32 if parameter.device.type == "cpu" else torch.bfloat16)
    left = like.expand(16 * config.frames, config.width).clone()
    right = like.expand(config.width, 3 * config.width).clone()
    best, began = 0.0, time.perf_counter()
    while (start := time.perf_counter()) - began < seconds:
        (left @ right)[0, 0].item()
        best = max(best, left.numel() * right.shape[1] / (time.perf_counter() - start))
    return best


class LiveSessions:
    """Sessions that go on from round to round, each a little later in the motion than the one before it."""

    def __init__(self, solver: Solver, body: Body, readings: Readings, batch: int) -> None:
        self.solver, self.body, self.batch = solver, body, batch
        self.windows = [window_ending_at(readings, frame, solver.prior.config.frames) for frame in range(60)]
        self.histories = [None] * batch
        self.frame = 0

    def tick_ms(self) -> float:
        """Milliseconds to answer all sessions once."""
        windows = [self.windows[(self.frame + 7 * session) % len(self.windows)] for session in range(self.batch)]
        pairs = zip(windows, self.histories, strict=True)
        turns = [Turn(self.body, window, self.frame / RATE_HZ, history) for window, history in pairs]
        self.frame += 1
        began = time.perf_counter()
        answers = solve_live(self.solver, turns)
        spent = time.perf_counter() - began
        self.histories = [answer.history for answer in answers]
        return spent * 1e3


@dataclass
class Samples:
    """What the rounds measured."""

    rate: list[float] = field(default_factory=list)  # multiply-adds a second
    offline: list[tuple[float, float, int]] = field(default_factory=list)  # seconds, in the network, windows
    reference: list[float] = field(default_factory=list)  # seconds a frame
    live: dict[int, list[float]] = field(default_factory=lambda: {batch: [] for batch in BATCHES})  # ms a tick
    live_network: dict[int, float] = field(default_factory=lambda: dict.fromkeys(BATCHES, 0.0))  # ms in all


def run_rounds(
    solver: Solver, watches: tuple[Watch, Watch], body: Body, readings: Readings, rounds: int, reference_frames: int
) -> Samples:
    """Everything once a round; what comes before the first round is not measured. watches: live and offline."""
    live_watch, offline_watch = watches
    samples, sessions = Samples(), {batch: LiveSessions(solver, body, readings, batch) for batch in BATCHES}
    short = readings.frames(0, reference_frames)
    published = reference(replace(solver, forward=differentiable_forward(solver.prior.network)))
    for live in sessions.values():
        live.tick_ms()
    solver.sequence(body, short)
    for _ in range(rounds):
        samples.rate.append(matmul_rate(solver))
        offline_watch.spent()
        began = time.perf_counter()
        solver.sequence(body, readings)
        samples.offline.append((time.perf_counter() - began, *offline_watch.spent()))
        live_watch.spent()
        for batch, live in sessions.items():
            samples.live[batch] += [live.tick_ms() for _ in range(LIVE_FRAMES)]
            samples.live_network[batch] += live_watch.spent()[0] * 1e3
        began = time.perf_counter()
        published.solve(body, short)
        samples.reference.append((time.perf_counter() - began) / reference_frames)
    return samples


def live_figures(batch: int, samples: Samples, floor_ms: float) -> dict[str, float]:
    """Of one answer to `batch` sessions together."""
    ticks = sorted(samples.live[batch])
    p50, p95, share = statistics.median(ticks), ticks[int(0.95 * len(ticks))], samples.live_network[batch] / sum(ticks)
    return {"batch": batch, "p50_ms": p50, "p95_ms": p95, "network_share": share, "over_floor": p50 / batch / floor_ms}


def figures_of(solver: Solver, samples: Samples, frames: int) -> dict[str, Any]:
    network, rate = solver.prior.network, statistics.median(samples.rate)
    work, live = multiply_adds(thinned(network)), multiply_adds(thinned(network, for_newest))
    floor_ms = 1e3 * work / rate
    seconds, inside, windows = sorted(samples.offline)[len(samples.offline) // 2]
    ours, published = frames / seconds, 1 / statistics.median(samples.reference)
    return {
        "threads": torch.get_num_threads(), "multiply_adds_per_window": work, "multiply_adds_per_s": rate,
        "floor_ms": floor_ms, "offline_frames_per_s": ours, "offline_share": inside / seconds,
        "offline_over_floor": seconds * 1e3 / (windows * floor_ms),
        "live": [live_figures(batch, samples, solver.config.sampler.passes * 1e3 * live / rate) for batch in BATCHES],
        "reference_frames_per_s": published, "times_faster_than_reference": ours / published,
    }


TABLE = """{device}, {threads} threads; a window: {multiply_adds_per_window:.3g} multiply-adds, floor {floor_ms:.2f} ms
offline   {offline_frames_per_s:8.0f} frames/s        network {offline_share:4.0%} {offline_over_floor:5.1f} x floor
reference {reference_frames_per_s:8.1f} frames/s, ours is {times_faster_than_reference:.0f} times faster"""
LIVE = "live x {batch:<2} {p50_ms:8.2f} ms, p95 {p95_ms:7.2f}  network {network_share:4.0%} {over_floor:5.1f} x floor"


def main() -> None:
    chosen = options()
    torch.set_num_threads(chosen.threads)
    device = choose_device(chosen.device)
    prior = load_solver_prior(chosen.weights).to(device)
    quick = solver_of(prior)
    network = quick.prior.network
    live, offline = Watch(newest_forward(network)), Watch(thinned_forward(network))
    if quick.rough:
        offline = Watch(thinned_forward(network, rough_forward))
    solver = replace(quick, live=live, rough=offline)
    body, readings = worn(chosen.seconds, chosen.reference_frames)
    figures = {"device": device}
    samples = run_rounds(solver, (live, offline), body, readings, chosen.rounds, chosen.reference_frames)
    figures |= figures_of(solver, samples, len(readings))
    print("\n".join([TABLE.format(**figures), *(LIVE.format(**row) for row in figures["live"])]))
    if chosen.json:
        chosen.json.write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
