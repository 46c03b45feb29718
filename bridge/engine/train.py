"""What `posebridge train` does: motion files in, a run in a folder, a prior out."""
from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path

import torch

from bridge.commands.console import OnProgress, bar
from bridge.config_commands import TrainOptions
from bridge.engine.data import read_split
from bridge.engine.solver import choose_device
from bridge.errors import UsageError
from models.prior.checkpoint import save_prior
from models.training.dataset import WindowConfig, WindowSet
from models.training.train import Report, Run, TrainConfig, resume, save_run, start
from models.training.train import train as train_prior

RECIPES = {"default": TrainConfig()}
AS_IS = WindowConfig(mirror=0.0, speed_share=0.0)


def train(options: TrainOptions) -> int:
    """Train a prior: `out`/run.pt (to resume from), `out`/log.jsonl, and at the end `out`/default.safetensors."""
    config = _recipe(options)
    device = torch.device(choose_device(options.device))
    torch.set_num_threads(options.threads)
    learning, watching = (read_split(options, split) for split in ("train", "validation"))
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


def _recipe(options: TrainOptions) -> TrainConfig:
    if options.config not in RECIPES:
        raise UsageError(f"--config {options.config}: no such recipe; there are {', '.join(RECIPES)}")
    return replace(RECIPES[options.config], windows=options.windows, batch=options.batch, seed=options.seed)


def _resumed(saved: Path, run: Run) -> Run:
    if not saved.is_file():
        raise UsageError(f"--resume: {saved} is not there, so there is nothing to go on from")
    return resume(saved, run)


def _log(path: Path, report: Report, progress: OnProgress) -> None:
    progress(report.step, report.steps)
    with path.open("a") as file:
        file.write(json.dumps(asdict(report)) + "\n")
