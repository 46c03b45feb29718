"""One row for each method on each body: every metric, with speed measured in the same run."""
from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from models.evaluation.clips import SensorConfig, Trial, make_trial
from models.evaluation.live import live_latency_ms, live_solutions
from models.evaluation.methods import Method
from models.evaluation.metrics import clip_metrics, frame_weighted
from models.kinematics.forward import positions_from_pelvis
from models.solver import Solver
from models.training.dataset import Clip

LATENCY_FRAMES = 120


@dataclass(frozen=True)
class Row:
    """A method on a body. Numbers by name; `sources` holds the same means for each data file."""

    method: str
    body: str
    clips: int
    frames: int
    values: dict[str, float]
    sources: dict[str, dict[str, float]] = field(default_factory=dict)


def evaluate_methods(
    solver: Solver, methods: Sequence[Method], clips: Sequence[Clip], bodies: Sequence[str], sensors: SensorConfig,
    report: Callable[[str, int], None] = lambda what, frames: None,
) -> Iterator[Row]:
    """Rows in order of bodies, then methods; `report` is told what was measured and how many frames it had."""
    for body in bodies:
        trials = [make_trial(clip, body, sensors) for clip in clips]
        for method in methods:
            yield _row(solver, method, body, trials, report)


def _row(solver: Solver, method: Method, body: str, trials: list[Trial], report: Callable[[str, int], None]) -> Row:
    solved, seconds = [], 0.0
    for trial in trials:
        began = time.perf_counter()
        solved.append(method.solve(trial.body, trial.readings))
        seconds += time.perf_counter() - began
        report(f"{method.name} on {body}", len(trial.readings))
    frames = sum(len(trial.readings) for trial in trials)
    values, sources = _means(trials, solved)
    values |= {"frames_per_second": frames / seconds, "passes_per_frame": method.passes_per_frame}
    values |= _latency(solver, method, trials[0])
    if method.live:
        live, _ = _means(trials, live_solutions(method.live, trials))
        values |= {f"live_{name}": value for name, value in live.items()}
        report(f"{method.name} live on {body}", frames)
    return Row(method.name, body, len(trials), frames, values, sources)


def _means(
    trials: list[Trial], solved: list[tuple[Tensor, Tensor]]
) -> tuple[dict[str, float], dict[str, dict[str, float]]]:
    """Of all trials, and of each source's."""
    rows = [(len(trial.readings), _measure(trial, *pair)) for trial, pair in zip(trials, solved, strict=True)]
    by_source = {
        source: frame_weighted([row for trial, row in zip(trials, rows, strict=True) if trial.source == source])
        for source in sorted({trial.source for trial in trials})
    }
    return frame_weighted(rows), by_source


def _measure(trial: Trial, rotations: Tensor, root: Tensor) -> dict[str, float]:
    places = positions_from_pelvis(rotations, trial.body.offsets) + root[:, None]
    return clip_metrics(rotations, places, trial.rotations, trial.places, trial.floor)


def _latency(solver: Solver, method: Method, trial: Trial) -> dict[str, float]:
    """Milliseconds to one answer, alone: a live frame, or for a method that has none the shortest solve it can do."""
    if method.live:
        spent = live_latency_ms(method.live, trial, LATENCY_FRAMES)
    else:
        window = trial.readings.frames(0, solver.prior.config.frames)
        began = time.perf_counter()
        method.solve(trial.body, window)
        spent = [(time.perf_counter() - began) * 1e3]
    quantiles = torch.quantile(torch.tensor(spent), torch.tensor([0.5, 0.95, 0.99])).tolist()
    return dict(zip(("latency_p50_ms", "latency_p95_ms", "latency_p99_ms"), quantiles, strict=True))
