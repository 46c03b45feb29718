"""What `posebridge train` does: motion files in, a run in a folder, a prior or one of its rivals out."""
from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path

import torch

from bridge.commands.console import OnProgress, bar
from bridge.config_commands import TrainOptions
from bridge.engine.data import read_split
from bridge.engine.reliability import measure_anew, with_reach
from bridge.engine.solver import choose_device, load_solver_prior
from bridge.errors import UsageError
from models.prior.checkpoint import Prior, save_prior
from models.rivals import recipes as rivals
from models.training.dataset import WindowConfig, WindowSet
from models.training.kind import Kind
from models.training.prior_kind import PRIOR
from models.training.run import Run, RunMismatch, TrainConfig, resume, save_run, start
from models.training.simulate import CueConfig
from models.training.sparse import SparseConfig
from models.training.step import TaskConfig
from models.training.synthesis import SynthesisConfig, synthesise
from models.training.train import Report
from models.training.train import train as train_network
from models.training.widen import WidenConfig

WIDER = WindowConfig(
    widen=WidenConfig(compose=0.05, amplitude=0.1, style=0.12, turn=0.08), source_power=0.6, action_power=0.7,
)
PLAIN = WindowConfig(mirror=0.0, speed_share=0.0)  # the data as they are: what a wider world is measured against
EVERY_PROBLEM = TaskConfig(cues=CueConfig(sparse=SparseConfig(share=0.35)))
GENTLER = 0.5  # times the learning rate: for weights that are trained already
RECIPES: dict[str, tuple[Kind, TrainConfig]] = {
    "default": (PRIOR, TrainConfig(drawing=WIDER, synthesis=SynthesisConfig(clips=30), task=EVERY_PROBLEM)),
    "plain": (PRIOR, TrainConfig(drawing=PLAIN)),
    **rivals.RECIPES,
}


def train(options: TrainOptions) -> int:
    """Train: `out`/NAME.run.pt (to resume from), `out`/NAME.log.jsonl, and at the end `out`/NAME.safetensors."""
    if options.measure:
        return measure_anew(options)
    kind, config = _recipe(options)
    first = _first(options, kind)
    if first:
        began = str(first.notes["sha256"])
        rate = options.learning_rate or config.learning_rate * GENTLER
        config = replace(config, begun=began, learning_rate=rate)
    device = torch.device(choose_device(options.device))
    torch.set_num_threads(options.threads)
    learning, watching = (read_split(options, split) for split in ("train", "validation"))
    options.out.mkdir(parents=True, exist_ok=True)
    saved, log, weights = (options.out / f"{options.config}.{end}" for end in ("run.pt", "log.jsonl", "safetensors"))
    wider = [*learning, *synthesise(learning, config.synthesis, config.seed)]
    run = _started(config, WindowSet(wider, config.drawing, config.seed).to(device), device, kind, first)
    if options.resume:
        run = _resumed(saved, run)
    watched = WindowSet(watching, replace(PLAIN, frames=config.drawing.frames))
    with bar("training") as progress:
        trained = train_network(config, run, watched, lambda now: save_run(saved, now),
                                lambda report: _log(log, report, progress), options.compiled, _interval(config))
    frames = sum(len(clip.root) for clip in learning)
    notes = {**trained.notes, "data": [path.stem for path in options.data], "frames": frames,
             **({"begun": config.begun} if config.begun else {})}
    trained = replace(trained.to("cpu"), notes=notes)
    save_prior(weights, trained)
    save_prior(weights, with_reach(trained, watching))
    print(weights)
    return 0


def _interval(config: TrainConfig) -> int:
    """Steps between reports: every fifth watches and saves, which is to take little of the time."""
    return 500 if config.minutes else max(100, config.steps // 100)


def _recipe(options: TrainOptions) -> tuple[Kind, TrainConfig]:
    if options.config not in RECIPES:
        raise UsageError(f"--config {options.config}: no such recipe; there are {', '.join(RECIPES)}")
    kind, config = RECIPES[options.config]
    if options.width is not None and (options.width < 8 or options.width % 8):
        raise UsageError(f"--width {options.width}: a multiple of 8 is needed, 8 or more")
    width, blocks = options.width or config.network.width, options.blocks or config.network.blocks
    return kind, replace(
        config, windows=options.windows, minutes=options.minutes, batch=options.batch, seed=options.seed,
        learning_rate=options.learning_rate or config.learning_rate,
        network=replace(config.network, width=width, blocks=blocks),
    )


def _first(options: TrainOptions, kind: Kind) -> Prior | None:
    """The weights to begin with."""
    if options.start and kind != PRIOR:
        raise UsageError(f"--start: a {PRIOR.name} is no beginning for --config {kind.name}")
    return load_solver_prior(options.start) if options.start else None


def _started(
    config: TrainConfig, windows: WindowSet, device: torch.device, kind: Kind, first: Prior | None
) -> Run:
    try:
        return start(config, windows, device, kind, first)
    except RunMismatch as error:
        raise UsageError(f"--start: {error}") from None


def _resumed(saved: Path, run: Run) -> Run:
    if not saved.is_file():
        raise UsageError(f"--resume: {saved} is not there, so there is nothing to go on from")
    try:
        return resume(saved, run)
    except RunMismatch as error:
        raise UsageError(f"--resume: {error}") from None


def _log(path: Path, report: Report, progress: OnProgress) -> None:
    progress(report.step, report.steps)
    with path.open("a") as file:
        file.write(json.dumps(asdict(report)) + "\n")
