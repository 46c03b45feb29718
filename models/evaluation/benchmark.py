"""Every method under every case of a section. The same set-up in two sections is solved once.

A benchmark measures its clips itself, or has others measure parts of them (see `Elsewhere`) and puts them together.
"""
from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

import torch
from torch import Tensor

from models.evaluation.actions import group_of
from models.evaluation.cases import Case, Setup
from models.evaluation.clips import Trial, make_trial
from models.evaluation.live import live_latency_ms, live_solutions
from models.evaluation.methods import Method
from models.evaluation.metrics import clip_metrics, joint_errors, return_jump
from models.evaluation.records import Record, means
from models.evaluation.trackers import THREE_POINTS
from models.kinematics.forward import positions_from_pelvis
from models.training.dataset import Clip

LATENCY_FRAMES, LATENCY_WINDOWS = 120, 10
QUANTILES = {"latency_p50_ms": 0.5, "latency_p95_ms": 0.95, "latency_p99_ms": 0.99}
OnFrames = Callable[[int], None]  # told how many frames were solved


@dataclass(frozen=True)
class Row:
    """A method under a case: what every clip gave, and what the method cost."""

    method: str
    case: Case
    records: list[Record]
    cost: dict[str, float] = field(default_factory=dict)

    @property
    def values(self) -> dict[str, float]:
        """Every number by name: means over the clips, and the cost."""
        return means(self.records) | self.cost

    @property
    def frames(self) -> int:
        return sum(record.frames for record in self.records)


@dataclass(frozen=True)
class Part:
    """What a method gave under a set-up on some of the clips."""

    records: list[Record]
    seconds: float  # that the offline solves took


Elsewhere = Callable[[str, Setup], Callable[[], list[Part]]]
"""Begins to measure a method by its name and returns what waits for it: the clips dealt out in turn, part by part."""


@dataclass
class Benchmark:
    """Methods and clips; remembers what it has solved. `live`: whether to measure live answers too."""

    methods: Sequence[Method]
    clips: Sequence[Clip]
    live: bool = True
    on_frames: OnFrames = lambda frames: None
    elsewhere: Elsewhere | None = None
    _begun: dict[tuple[str, Setup], Callable[[], list[Part]]] = field(default_factory=dict)
    _solved: dict[tuple[str, Setup], Row] = field(default_factory=dict)

    def rows(self, cases: Sequence[Case], quick: bool = False) -> list[Row]:
        """In order of cases, then methods; what a method's trackers cannot be is left out. quick: without the methods
        that take a pass of their network or more for each frame, if there are others."""
        wanted = [(method, case) for case in cases for method in self._applying(case.setup, quick)]
        for method, case in wanted:
            self._begin(method, case.setup)
        return [self._row(method, case) for method, case in wanted]

    def work(self, cases: Iterable[Case], quick: bool = False) -> int:
        """Frames to be solved for these cases, counting each set-up once and live answers as often as offline ones."""
        ways = sum(
            1 + (self.live and method.live is not None and not method.live.as_offline)
            for setup in {case.setup for case in cases} for method in self._applying(setup, quick)
        )
        return ways * sum(len(clip.root) for clip in self.clips)

    def _applying(self, setup: Setup, quick: bool) -> list[Method]:
        fitting = [method for method in self.methods if applies(method, setup)]
        fast = [method for method in fitting if method.passes_per_frame < 1]
        return fast if quick and fast else fitting

    def latency(self, method: Method, window: int) -> dict[str, float]:
        """Milliseconds to one answer, alone: a live frame, or without a live mode the least it solves, `window`s."""
        trial = make_trial(max(self.clips, key=lambda clip: len(clip.root)), "default", Setup().sensors)
        if method.live is not None:
            spent = live_latency_ms(method.live, trial, LATENCY_FRAMES)
        else:
            spent = _window_times_ms(method, trial, window)
        quantiles = torch.quantile(torch.tensor(spent), torch.tensor(list(QUANTILES.values()))).tolist()
        return dict(zip(QUANTILES, quantiles, strict=True))

    def _begin(self, method: Method, setup: Setup) -> None:
        if (method.name, setup) not in self._begun:
            begin = self.elsewhere or (lambda _, setup: lambda: [self.part(method, setup)])
            self._begun[method.name, setup] = begin(method.name, setup)

    def _row(self, method: Method, case: Case) -> Row:
        key = method.name, case.setup
        if key not in self._solved:
            self._solved[key] = _together(method, case, self._begun[key]())
        known = self._solved[key]
        return Row(known.method, case, known.records, known.cost)

    def part(self, method: Method, setup: Setup) -> Part:
        """Measure all clips here."""
        trials = [make_trial(clip, setup.body, setup.sensors, setup.trackers) for clip in self.clips]
        seconds, measured = 0.0, []
        for trial in trials:
            began = time.perf_counter()
            solved = method.solve(trial.body, trial.readings)
            seconds += time.perf_counter() - began
            measured.append(_measure(trial, *solved))
            self.on_frames(len(trial.readings))
        if self.live and method.live is not None and method.live.as_offline:
            for each, _ in measured:
                each.update({f"live_{name}": value for name, value in each.items()})
        elif self.live and method.live is not None:
            for values, trial, solved in zip(measured, trials, live_solutions(method.live, trials), strict=True):
                values[0].update({f"live_{name}": value for name, value in _measure(trial, *solved)[0].items()})
                self.on_frames(len(trial.readings))
        records = [
            Record(trial.clip.source, group_of(trial.clip), len(trial.readings), *values)
            for trial, values in zip(trials, measured, strict=True)
        ]
        return Part(records, seconds)


def _together(method: Method, case: Case, parts: Sequence[Part]) -> Row:
    """A row of parts, its records in the order of the clips that were dealt out to them."""
    records = [record for dealt in zip_longest(*(part.records for part in parts)) for record in dealt if record]
    frames, seconds = sum(record.frames for record in records), sum(part.seconds for part in parts)
    cost = {"frames_per_second": frames / seconds, "passes_per_frame": method.passes_per_frame}
    return Row(method.name, case, records, cost)


def applies(method: Method, setup: Setup) -> bool:
    """Whether the method can use the trackers at all."""
    return method.any_trackers or setup.trackers == THREE_POINTS


def _measure(trial: Trial, rotations: Tensor, root: Tensor) -> tuple[dict[str, float], Tensor]:
    """Every metric of one clip, and each joint's error; the solved body has the bones that its solver was told."""
    places = positions_from_pelvis(rotations, trial.body.offsets) + root[:, None]
    values = clip_metrics(rotations, places, trial.rotations, trial.places, trial.floor)
    values["return_jump_cm"] = return_jump(places, trial.places, trial.readings.position_known)
    return values, joint_errors(places, trial.places)


def _window_times_ms(method: Method, trial: Trial, window: int) -> list[float]:
    """Of LATENCY_WINDOWS windows spread over the trial, after one that is not counted."""
    last = max(len(trial.readings) - window, 0)
    spent = []
    for start in [0, *(round(place * last / LATENCY_WINDOWS) for place in range(LATENCY_WINDOWS))]:
        cut = trial.readings.frames(start, start + window)
        began = time.perf_counter()
        method.solve(trial.body, cut)
        spent.append((time.perf_counter() - began) * 1e3)
    return spent[1:]
