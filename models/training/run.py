"""A run of training: what decides its weights, its moving state, and how that is begun, kept and gone on from."""
from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import torch
from torch import nn

from models.prior.checkpoint import Trained
from models.prior.denoiser import SAID, Statistics
from models.prior.network import NetworkConfig
from models.training.dataset import WindowConfig, WindowSet
from models.training.kind import Kind
from models.training.optimizer import Average, make_optimizers
from models.training.prior_kind import PRIOR
from models.training.step import TaskConfig
from models.training.synthesis import SynthesisConfig

MEASURED = 4096  # windows whose mean and spread a network starts from; of a shorter run as many as it sees


@dataclass(frozen=True)
class TrainConfig:
    """Everything that decides the weights, besides the data."""

    windows: int = 400_000  # training windows to see
    minutes: float | None = None  # to train for, in place of so many windows
    batch: int = 64
    learning_rate: float = 1e-3
    seed: int = 0
    clip_norm: float = 1.0
    average: float = 0.999
    begun: str = ""  # checksum of the weights that training starts from; "": from nothing
    network: NetworkConfig = field(default_factory=lambda: NetworkConfig(said=SAID))
    drawing: WindowConfig = field(default_factory=WindowConfig)
    task: TaskConfig = field(default_factory=TaskConfig)
    synthesis: SynthesisConfig = field(default_factory=SynthesisConfig)

    @property
    def steps(self) -> int:
        return -(-self.windows // self.batch)

    def done(self, step: int, seconds: float) -> float:
        """The share of training that is over after so many steps and so much time."""
        return min(1.0, seconds / (60 * self.minutes) if self.minutes else step / self.steps)


@dataclass
class Run:
    """The moving state of training: all that resuming needs."""

    kind: Kind
    config: TrainConfig
    network: nn.Module
    average: Average
    optimizers: list[torch.optim.Optimizer]
    statistics: Statistics
    windows: WindowSet
    step: int = 0
    seconds: float = 0.0  # spent, those before the first step, in which networks are compiled, not counted


class RunMismatch(ValueError):
    """A saved run that is of another configuration; the message names every difference."""


def start(
    config: TrainConfig, windows: WindowSet, device: torch.device, kind: Kind = PRIOR,
    first: Trained[nn.Module] | None = None,
) -> Run:
    """A fresh run, from nothing or from trained weights, which keep their statistics of motion.

    Raises:
        RunMismatch: `first` has other layers.
    """
    torch.manual_seed(config.seed)
    network = kind.build(config.network).to(device)
    statistics = kind.measure(windows, config.task, min(MEASURED, max(config.windows, config.batch)))
    if first:
        _begin_with(network, first.network)
        statistics = replace(statistics, mean=first.statistics.mean, sigma_data=first.statistics.sigma_data)
    statistics = replace(statistics, mean=statistics.mean.to(device), joint_sd=statistics.joint_sd.to(device))
    optimizers = make_optimizers(network, config.learning_rate)
    return Run(kind, config, network, Average(network, config.average), optimizers, statistics, windows)


def _begin_with(network: nn.Module, trained: nn.Module) -> None:
    """Weights of a network that may know fewer cues: new ones come last, and are heard as a fresh network hears them.

    From nothing they are hardly ever learnt; random ones change nothing while a cue is absent, which is zero.
    """
    mine, theirs = network.state_dict(), trained.state_dict()
    heard, told = theirs.get("embed.weight"), mine.get("embed.weight")
    if heard is not None and told is not None and len(heard) == len(told):
        theirs["embed.weight"] = torch.cat([heard.to(told), told[:, heard.shape[1] :]], dim=1)
    if different := [f"{name} {tuple(theirs[name].shape) if name in theirs else 'missing'}, not {tuple(value.shape)}"
                     for name, value in mine.items() if name not in theirs or theirs[name].shape != value.shape]:
        raise RunMismatch(f"the weights to start from are of another network: {'; '.join(different)}")
    network.load_state_dict(theirs)


def save_run(path: Path, run: Run) -> None:
    """All of a run, whole or not at all."""
    state: dict[str, Any] = {
        "decided": _decided(run),
        "step": run.step,
        "seconds": run.seconds,
        "network": run.network.state_dict(),
        "average": run.average.network.state_dict(),
        "optimizers": [optimizer.state_dict() for optimizer in run.optimizers],
        "mean": run.statistics.mean,
        "sigma_data": run.statistics.sigma_data,
        "random": run.windows.random.get_state(),
    }
    torch.save(state, path.with_suffix(".part"))
    path.with_suffix(".part").replace(path)


def resume(path: Path, run: Run) -> Run:
    """Put a saved run's state into a fresh one of the same configuration; the next step is the one that was due.

    Raises:
        RunMismatch: the saved run is of another configuration.
    """
    device = run.statistics.mean.device
    state = torch.load(path, weights_only=True, map_location=device)
    saved, asked = state.get("decided", {}), _decided(run)
    if different := [f"{name} {saved.get(name)} is now {asked.get(name)}"
                     for name in sorted(saved.keys() | asked) if saved.get(name) != asked.get(name)]:
        raise RunMismatch(f"{path} is of another run: {', '.join(different)}")
    run.network.load_state_dict(state["network"])
    run.average.network.load_state_dict(state["average"])
    for optimizer, saved in zip(run.optimizers, state["optimizers"], strict=True):
        optimizer.load_state_dict(saved)
    run.statistics = replace(run.statistics, mean=state["mean"], sigma_data=state["sigma_data"])
    run.windows.random.set_state(state["random"].cpu())
    run.step, run.seconds = state["step"], state["seconds"]
    return run


def _decided(run: Run) -> dict[str, float | str]:
    """All that decides the weights besides the data, by name."""
    return {"kind": run.kind.name, **_flat(asdict(run.config))}


def _flat(tree: dict[str, Any], above: str = "") -> dict[str, float | str]:
    flat: dict[str, float | str] = {}
    for name, value in tree.items():
        flat |= _flat(value, f"{above}{name}.") if isinstance(value, dict) else {above + name: value}
    return flat
