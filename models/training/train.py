"""The training loop: reports progress, saves so that a stopped run goes on, keeps an average of the weights.

It prints nothing and opens no data: clips come in, a Report goes to the caller after every interval.
"""
from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

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
    began, losses = time.perf_counter(), list[Tensor]()
    while config.done(run.step, run.seconds) < 1:
        losses.append(_timed_step(config, run, forward))
        done = config.done(run.step, run.seconds)
        if run.step % interval and done < 1:
            continue
        due = run.step % (5 * interval) == 0 or done >= 1
        measured = run.kind.validate(run.average.network, run.statistics, validation) if due else None
        rate = len(losses) * config.batch / (time.perf_counter() - began)
        report(Report(run.step, round(run.step / done), float(torch.stack(losses).mean()), rate, measured))
        if due:
            save(run)
        began, losses = time.perf_counter(), []
    return finished(config, run, validation)


def finished(config: TrainConfig, run: Run, validation: WindowSet) -> Trained[nn.Module]:
    """The averaged weights with their measured residuals."""
    network, notes = run.average.network, {"windows": run.step * config.batch, "seed": config.seed}
    statistics = run.kind.finish(network, run.statistics, validation).on_cpu()
    return Trained(network, config.network, statistics, notes, run.kind.name)


def _compiled(network: nn.Module) -> Function:
    """torch.compile where a compiler is at hand: three times faster on a CPU."""
    torch._dynamo.config.suppress_errors = True
    return torch.compile(network)


def _timed_step(config: TrainConfig, run: Run, forward: Function) -> Tensor:
    began, first = time.perf_counter(), not run.step
    loss = _step(config, run, forward)
    run.seconds += 0.0 if first else time.perf_counter() - began
    return loss


def _step(config: TrainConfig, run: Run, forward: Function) -> Tensor:
    factor = schedule(config.done(run.step + 1, run.seconds))
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
    return loss.detach()
