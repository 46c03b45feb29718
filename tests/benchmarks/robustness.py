"""Measure what bad trackers cost, live and offline: noise nobody told of, bursts without a hand, and readings rejected.

    python tests/benchmarks/robustness.py --data bandai.npz hdm05.npz --limit 1 --frames 160

One row for each fault, means over clips of the validation split: MPJPE and HandPE in cm, jitter in 10^2 m/s^3 (the
truth's in the first row), the largest step of a joint beyond the truth's own from one frame to the next in cm, and the
share of readings that were rejected.
"""
from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor

from bridge.engine.data import load_clips
from bridge.engine.solver import load_solver_prior
from models.body import Readings
from models.evaluation.clips import Trial, make_trial
from models.evaluation.live import window_ending_at
from models.evaluation.metrics import clip_metrics
from models.evaluation.sensors import SensorConfig
from models.kinematics.forward import positions_from_pelvis
from models.live import Turn, solve_live
from models.samplers.streaming import RATE_HZ
from models.solver import Solver, solver_of
from models.training.dataset import Clip

VALIDATION = 1
FAULTS = {
    "clean": SensorConfig(),
    "1 mm": SensorConfig(position_sd=0.001),
    "2 mm": SensorConfig(position_sd=0.002),
    "1 cm": SensorConfig(position_sd=0.01, told_noise=False),
    "20 cm": SensorConfig(position_sd=0.2, told_noise=False),
    "hands lost": SensorConfig(hands_lost=0.3),
}
COLUMNS = ("mpjpe_cm", "handpe_cm", "jitter", "jitter_truth")
Solved = tuple[Tensor, Tensor, Tensor]  # rotations (T, 22, 3, 3), root (T, 3), rejected (T, M)


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, nargs="+", required=True)
    parser.add_argument("--limit", type=int, default=1, help="clips of each file")
    parser.add_argument("--frames", type=int, default=160, help="of each clip, at most")
    parser.add_argument("--faults", nargs="+", choices=sorted(FAULTS), default=list(FAULTS))
    return parser.parse_args()


def shortened(clip: Clip, frames: int) -> Clip:
    return replace(clip, local_xyzw=clip.local_xyzw[:frames], root=clip.root[:frames])


def offline(solver: Solver, trial: Trial) -> Solved:
    solution = solver.sequence(trial.body, trial.readings)
    return solution.rotations, solution.root, solution.rejected


def live(solver: Solver, trial: Trial) -> Solved:
    history, answers = None, []
    for frame in range(len(trial.readings)):
        readings: Readings = window_ending_at(trial.readings, frame, solver.prior.config.frames)
        (answer,) = solve_live(solver, [Turn(trial.body, readings, frame / RATE_HZ, history)])
        history = answer.history
        answers.append(answer)
    parts = ([getattr(answer, name) for answer in answers] for name in ("rotations", "root", "rejected"))
    rotations, root, rejected = (torch.stack(part) for part in parts)
    return rotations, root, rejected


def row(trial: Trial, solved: Solved) -> list[float]:
    rotations, root, rejected = solved
    places = positions_from_pelvis(rotations, trial.body.offsets) + root[:, None]
    found = clip_metrics(rotations, places, trial.rotations, trial.places, trial.floor)
    beyond = (places.diff(dim=0).norm(dim=-1) - trial.places.diff(dim=0).norm(dim=-1)).max() * 100
    return [*(found[name] for name in COLUMNS), float(beyond), float(rejected.double().mean()) * 100]


def table(solver: Solver, clips: list[Clip], faults: list[str]) -> Iterator[str]:
    yield f"{'fault':12} {'mode':8} " + " ".join(f"{name:>12}" for name in (*COLUMNS, "step_cm", "rejected_%"))
    for fault in faults:
        trials = [make_trial(clip, "default", FAULTS[fault]) for clip in clips]
        for mode in (offline, live):
            means = torch.tensor([row(trial, mode(solver, trial)) for trial in trials]).mean(0)
            yield f"{fault:12} {mode.__name__:8} " + " ".join(f"{value:12.2f}" for value in means.tolist())


def main() -> None:
    given = options()
    torch.set_num_threads(1)
    prior = load_solver_prior(None)
    solver = solver_of(prior)
    clips = [shortened(clip, given.frames) for clip in load_clips(given.data, VALIDATION, given.limit)]
    for line in table(solver, clips, given.faults):
        print(line, flush=True)


if __name__ == "__main__":
    main()
