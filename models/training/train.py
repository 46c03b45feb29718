"""The training loop: reports progress, saves so that a stopped run goes on, keeps an average of the weights.

It prints nothing and opens no data: clips come in, a Report goes to the caller after every interval.
"""
from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import nn

from models.prior.checkpoint import Trained
from models.prior.precision import in_bfloat16, multiplies_bfloat16
from models.training.dataset import WindowSet
from models.training.kind import Function
from models.training.optimizer import schedule
from models.training.run import Run, TrainConfig
from models.training.validate import Validation


@dataclass(frozen=True)
class Report:
    """Where training stands."""

    step: int
    steps: int
    loss: float  # mean since the last report
    windows_per_second: float
    validation: Validation | None


def train(
    config: TrainConfig,
    run: Run,
    validation: WindowSet,
    save: Callable[[Run], None],
    report: Callable[[Report], None],
    compile_network: bool = True,
    interval: int = 100,
) -> Trained[nn.Module]:
    """Train to the end and return the averaged network. `save` is called every five reports and at the end."""
    forward: Function = _compiled(run.network) if compile_network else run.network
    if multiplies_bfloat16(run.statistics.mean.device):
        forward = in_bfloat16(forward)
    began, losses = time.perf_counter(), list[float]()
    while run.step < config.steps:
        losses.append(_step(config, run, forward))
        if run.step % interval and run.step < config.steps:
            continue
        due = run.step % (5 * interval) == 0 or run.step >= config.steps
        measured = run.kind.validate(run.average.network, run.statistics, validation) if due else None
        rate = len(losses) * config.batch / (time.perf_counter() - began)
        report(Report(run.step, config.steps, sum(losses) / len(losses), rate, measured))
        if due:
            save(run)
        began, losses = time.perf_counter(), []
    return finished(config, run, validation)


def finished(config: TrainConfig, run: Run, validation: WindowSet) -> Trained[nn.Module]:
    """The averaged weights with their measured residuals."""
    network, notes = run.average.network, {"windows": run.step * config.batch, "seed": config.seed}
    statistics = run.kind.finish(network, run.statistics, validation)
    return Trained(network, config.network, statistics, notes, run.kind.name)


def _compiled(network: nn.Module) -> Function:
    """torch.compile where a compiler is at hand: three times faster on a CPU."""
    torch._dynamo.config.suppress_errors = True
    return torch.compile(network)


def _step(config: TrainConfig, run: Run, forward: Function) -> float:
    factor = schedule((run.step + 1) / config.steps)
    for optimizer in run.optimizers:
        for group in optimizer.param_groups:
            group["lr"] = config.learning_rate * factor
    loss = run.kind.loss(forward, run.statistics, run.windows, config.batch, config.task)
    loss.backward()
    nn.utils.clip_grad_norm_(run.network.parameters(), config.clip_norm)
    for optimizer in run.optimizers:
        optimizer.step()
        optimizer.zero_grad()
    run.step += 1
    run.average.update(run.network, run.step)
    return float(loss.detach())
