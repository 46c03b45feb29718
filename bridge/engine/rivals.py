"""The rivals by name: other guidance on the prior that is measured, and networks of their own, read from a folder."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from torch import nn

from bridge.errors import ModelMissing
from models.evaluation.methods import Method
from models.prior.checkpoint import CheckpointError, Net, Trained, load_trained
from models.prior.network import Network, NetworkConfig
from models.prior.precision import differentiable_forward
from models.prior.runtime import fast_forward, fast_function
from models.prior.shipped import FOLDER
from models.rivals.chains import dps, pigdm, reference_head
from models.rivals.diffusion import Bodiffusion
from models.rivals.methods import bodiffusion, regressor
from models.rivals.network import Regressor
from models.rivals.recipes import BODIFFUSION, BODIFFUSION_LOCAL, REGRESSOR, REGRESSOR_BONES
from models.rivals.regression import Regression
from models.solver import Solver

BuildMethod = Callable[[Solver, int], Method]
RIVAL_WEIGHTS = FOLDER / "rivals"


def with_gradients(build: BuildMethod) -> BuildMethod:
    """The same method with a forward of the prior that has gradients."""

    def built(solver: Solver, seed: int) -> Method:
        return build(replace(solver, forward=differentiable_forward(solver.prior.network)), seed)

    return built


def _diffusion(kind: Bodiffusion, folder: Path, solver: Solver) -> Method:
    rival = _load(kind.name, folder, Network, solver)
    return bodiffusion(kind, rival, fast_forward(rival.network), solver.config)


def _regressor(kind: Regression, folder: Path, solver: Solver) -> Method:
    rival = _load(kind.name, folder, Regressor, solver)
    return regressor(kind, rival, fast_function(rival.network, (rival.config.frames, rival.config.condition)))


CHAINS: dict[str, BuildMethod] = {
    name: with_gradients(build) for name, build in (("reference-head", reference_head), ("dps", dps), ("pigdm", pigdm))
}
TRAINED: dict[str, Callable[[Path, Solver], Method]] = {
    **{kind.name: partial(_diffusion, kind) for kind in (BODIFFUSION, BODIFFUSION_LOCAL)},
    **{kind.name: partial(_regressor, kind) for kind in (REGRESSOR, REGRESSOR_BONES)},
}


def _load(name: str, folder: Path, build: Callable[[NetworkConfig], Net], solver: Solver) -> Trained[Net]:
    """A rival's network, on the prior's device. ModelMissing says how to make it."""
    try:
        rival = load_trained(folder / f"{name}.safetensors", name, build)
    except CheckpointError as error:
        made = f"posebridge train --config {name} --data ... --out {folder}"
        raise ModelMissing(f"{error}; {made} makes it, and --rivals says where it is") from None
    return rival.to(str(_device(solver.prior.network)))


def _device(network: nn.Module) -> object:
    return next(network.parameters()).device
