"""Live mode under evaluation: many clips as sessions side by side, every frame answered in its turn."""
from __future__ import annotations

import time
from collections.abc import Sequence

import torch
from torch import Tensor

from models.body import Readings
from models.evaluation.clips import Trial
from models.evaluation.methods import Live
from models.live import Answer, Turn
from models.samplers.streaming import RATE_HZ

BATCH = 32


def window_ending_at(readings: Readings, frame: int, window: int) -> Readings:
    """The last `window` readings up to `frame`; before the first one the first is held."""
    at = torch.arange(frame - window + 1, frame + 1).clamp(min=0)
    return Readings(readings.positions[at], readings.xyzw[at], readings.position_known[at], readings.rotation_known[at])


def live_solutions(live: Live, trials: list[Trial]) -> list[tuple[Tensor, Tensor]]:
    """Rotations (T, 22, 3, 3) and root (T, 3) of every trial, each frame solved without a look ahead."""
    return [
        (torch.stack([answer.rotations for answer in given]), torch.stack([answer.root for answer in given]))
        for given in live_answers(live, trials)
    ]


def live_answers(live: Live, trials: Sequence[Trial]) -> list[list[Answer]]:
    """Every answer of every trial."""
    return [given for first in range(0, len(trials), BATCH)
            for given in _side_by_side(live, trials[first : first + BATCH])]


def _side_by_side(live: Live, trials: Sequence[Trial]) -> list[list[Answer]]:
    answers: list[list[Answer]] = [[] for _ in trials]
    for frame in range(max(len(trial.readings) for trial in trials)):
        present = [index for index, trial in enumerate(trials) if frame < len(trial.readings)]
        turns = [_turn(live, trials[index], frame, answers[index]) for index in present]
        for index, answer in zip(present, live.answer(turns), strict=True):
            answers[index].append(answer)
    return answers


def _turn(live: Live, trial: Trial, frame: int, given: list[Answer]) -> Turn:
    history = given[-1].history if given else None
    window = window_ending_at(trial.readings, frame, live.window)
    return Turn(trial.body, window, frame / RATE_HZ, history)


def live_latency_ms(live: Live, trial: Trial, frames: int, warm_up: int = 10) -> list[float]:
    """Milliseconds of each of `frames` answers of a session that is alone."""
    spent: list[float] = []
    given: list[Answer] = []
    for step in range(frames + warm_up):
        turn = _turn(live, trial, step % len(trial.readings), given if step % len(trial.readings) else [])
        began = time.perf_counter()
        given = live.answer([turn])
        spent.append((time.perf_counter() - began) * 1e3)
    return spent[warm_up:]
