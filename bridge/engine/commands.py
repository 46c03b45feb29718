"""What `posebridge train` and `posebridge evaluate` do: files in, the maths called, progress and tables out."""
from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import torch

from bridge.commands.console import OnProgress, bar
from bridge.config_commands import SPLITS, EvaluateOptions, TrainOptions
from bridge.engine.bodies import rest_joints_from
from bridge.engine.data import load_clips
from bridge.engine.solver import choose_device, load_solver_prior
from bridge.engine.tables import ABOUT, evaluation_table, row_json
from bridge.errors import UsageError
from bridge.export.atomic import replacing
from models.evaluation.benchmark import Row, evaluate_methods
from models.evaluation.clips import SensorConfig
from models.evaluation.methods import Method, ours, prior_only, reference
from models.kinematics.scaling import STANDARD_BODIES, parse_body
from models.prior.checkpoint import save_prior
from models.prior.precision import differentiable_forward
from models.prior.runtime import fast_forward
from models.solver import Solver
from models.training.dataset import Clip, WindowConfig, WindowSet
from models.training.train import Report, Run, TrainConfig, resume, save_run, start
from models.training.train import train as train_prior

RECIPES = {"default": TrainConfig()}
AS_IS = WindowConfig(mirror=0.0, speed_share=0.0)


def train(options: TrainOptions) -> int:
    """Train a prior: `out`/run.pt (to resume from), `out`/log.jsonl, and at the end `out`/default.safetensors."""
    config = _recipe(options)
    device = torch.device(choose_device(options.device))
    torch.set_num_threads(options.threads)
    learning, watching = (_clips(options, split) for split in ("train", "validation"))
    options.out.mkdir(parents=True, exist_ok=True)
    saved = options.out / "run.pt"
    run = start(config, WindowSet(learning, config.drawing, config.seed), device)
    if options.resume:
        run = _resumed(saved, run)
    with bar("training") as progress:
        prior = train_prior(config, run, WindowSet(watching, AS_IS), lambda now: save_run(saved, now),
                            lambda report: _log(options.out / "log.jsonl", report, progress), options.compiled)
    frames = sum(len(clip.root) for clip in learning)
    notes = {**prior.notes, "data": [path.stem for path in options.data], "frames": frames}
    save_prior(options.out / "default.safetensors", replace(prior, notes=notes))
    print(options.out / "default.safetensors")
    return 0


def evaluate(options: EvaluateOptions) -> int:
    """Print the table of every method on every body, and write every metric to `json`."""
    bodies = _checked_bodies(options.bodies)
    torch.set_num_threads(options.threads)
    prior = load_solver_prior(options.weights).to(choose_device(options.device))
    solver = Solver(prior, fast_forward(prior.network))
    clips = _clips(options, options.split, options.limit)
    methods = [_method(name, solver, options.seed) for name in options.methods]
    sensors = SensorConfig(position_sd=options.noise_mm / 1000, seed=options.seed)
    total = sum(len(clip.root) for clip in clips) * len(bodies) * sum(1 + method.live for method in methods)
    with bar("evaluating") as progress:
        rows = list(evaluate_methods(solver, methods, clips, bodies, sensors, _counted(progress, total)))
    print(evaluation_table(rows))
    print(ABOUT)
    if options.json:
        _write_rows(options.json, rows)
    return 0


def _recipe(options: TrainOptions) -> TrainConfig:
    if options.config not in RECIPES:
        raise UsageError(f"--config {options.config}: no such recipe; there are {', '.join(RECIPES)}")
    return replace(RECIPES[options.config], windows=options.windows, batch=options.batch, seed=options.seed)


def _clips(options: TrainOptions | EvaluateOptions, split: str, limit: int | None = None) -> list[Clip]:
    bodies = rest_joints_from(options.smpl) if options.smpl else None
    with bar(f"reading the {split} split") as progress:
        return load_clips(options.data, SPLITS.index(split), limit, bodies, progress)


def _resumed(saved: Path, run: Run) -> Run:
    if not saved.is_file():
        raise UsageError(f"--resume: {saved} is not there, so there is nothing to go on from")
    return resume(saved, run)


def _log(path: Path, report: Report, progress: OnProgress) -> None:
    progress(report.step, report.steps)
    with path.open("a") as file:
        file.write(json.dumps(asdict(report)) + "\n")


def _checked_bodies(names: Sequence[str]) -> Sequence[str]:
    if tuple(names) == ("all",):
        return STANDARD_BODIES
    for name in names:
        try:
            parse_body(name)
        except ValueError as error:
            raise UsageError(str(error)) from None
    return names


def _method(name: str, solver: Solver, seed: int) -> Method:
    if name == "reference":
        return reference(replace(solver, forward=differentiable_forward(solver.prior.network)), seed)
    return {"ours": ours, "prior": prior_only}[name](solver)


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
