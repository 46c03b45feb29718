"""What `posebridge evaluate` does: motion files in, every method measured, a table out.

METHODS is the one table of methods by name. A builder is `(solver, seed) -> Method`: the solver holds the prior that
is measured, the seed is of whatever the method draws.
"""
from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import torch

from bridge.commands.console import OnProgress, bar
from bridge.config_commands import EvaluateOptions
from bridge.engine.data import read_split
from bridge.engine.solver import choose_device, load_solver_prior
from bridge.engine.tables import ABOUT, evaluation_table, row_json
from bridge.errors import UsageError
from bridge.export.atomic import replacing
from models.evaluation.benchmark import Row, evaluate_methods
from models.evaluation.clips import SensorConfig
from models.evaluation.methods import Method, ours, prior_only, reference
from models.kinematics.scaling import STANDARD_BODIES, parse_body
from models.prior.precision import differentiable_forward
from models.prior.runtime import fast_forward
from models.solver import Solver

BuildMethod = Callable[[Solver, int], Method]


def _reference(solver: Solver, seed: int) -> Method:
    return reference(replace(solver, forward=differentiable_forward(solver.prior.network)), seed)


METHODS: dict[str, BuildMethod] = {"ours": ours, "reference": _reference, "prior": prior_only}


def evaluate(options: EvaluateOptions) -> int:
    """Print the table of every method on every body, and write every metric to `json`."""
    bodies, builders = _checked_bodies(options.bodies), [_builder(name) for name in options.methods]
    torch.set_num_threads(options.threads)
    prior = load_solver_prior(options.weights).to(choose_device(options.device))
    solver = Solver(prior, fast_forward(prior.network))
    clips = read_split(options, options.split, options.limit)
    methods = [build(solver, options.seed) for build in builders]
    sensors = SensorConfig(position_sd=options.noise_mm / 1000, seed=options.seed)
    ways = len(methods) + sum(method.live is not None for method in methods)
    total = sum(len(clip.root) for clip in clips) * len(bodies) * ways
    with bar("evaluating") as progress:
        rows = list(evaluate_methods(solver, methods, clips, bodies, sensors, _counted(progress, total)))
    print(evaluation_table(rows))
    print(ABOUT)
    if options.json:
        _write_rows(options.json, rows)
    return 0


def _checked_bodies(names: Sequence[str]) -> Sequence[str]:
    if tuple(names) == ("all",):
        return STANDARD_BODIES
    for name in names:
        try:
            parse_body(name)
        except ValueError as error:
            raise UsageError(str(error)) from None
    return names


def _builder(name: str) -> BuildMethod:
    if name not in METHODS:
        raise UsageError(f"--methods {name}: no such method; there are {', '.join(METHODS)}")
    return METHODS[name]


def _counted(progress: OnProgress, total: int) -> Callable[[str, int], None]:
    done = 0

    def report(what: str, frames: int) -> None:
        nonlocal done
        done += frames
        progress(done, total)

    return report


def _write_rows(path: Path, rows: list[Row]) -> None:
    with replacing(path) as unfinished:
        unfinished.write_text(json.dumps([row_json(row) for row in rows], indent=1) + "\n")
