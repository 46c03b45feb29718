"""How each rival is trained. As published they see no other bones than the data's; one regressor sees, and is told."""
from __future__ import annotations

from dataclasses import replace

from models.prior.network import NetworkConfig
from models.rivals.diffusion import Bodiffusion
from models.rivals.regression import Regression
from models.rivals.sight import BONES_WIDTH, SIGHT_WIDTH
from models.rivals.spaces import GLOBAL, LOCAL
from models.training.dataset import WindowConfig
from models.training.kind import Kind
from models.training.run import TrainConfig
from models.training.simulate import CueConfig
from models.training.step import TaskConfig

OWN_BONES = TaskConfig(cues=CueConfig(proportion_sd=0.0, unsteady=0.0))
OTHER_BONES = TaskConfig(cues=CueConfig(unsteady=0.0))
DIFFUSION = TrainConfig(network=NetworkConfig(condition=SIGHT_WIDTH), task=OWN_BONES)
PAST = 41  # frames a regressor looks back over, as published
REGRESSION = TrainConfig(
    network=NetworkConfig(condition=SIGHT_WIDTH, frames=PAST, blocks=7),
    drawing=WindowConfig(frames=PAST), task=OWN_BONES,
)
REGRESSION_WITH_BONES = replace(
    REGRESSION, network=replace(REGRESSION.network, condition=SIGHT_WIDTH + BONES_WIDTH), task=OTHER_BONES,
)

BODIFFUSION = Bodiffusion("bodiffusion", GLOBAL)
BODIFFUSION_LOCAL = Bodiffusion("bodiffusion-local", LOCAL)
REGRESSOR = Regression("regressor", bones=False)
REGRESSOR_BONES = Regression("regressor-bones", bones=True)

RECIPES: dict[str, tuple[Kind, TrainConfig]] = {
    BODIFFUSION.name: (BODIFFUSION, DIFFUSION),
    BODIFFUSION_LOCAL.name: (BODIFFUSION_LOCAL, DIFFUSION),
    REGRESSOR.name: (REGRESSOR, REGRESSION),
    REGRESSOR_BONES.name: (REGRESSOR_BONES, REGRESSION_WITH_BONES),
}
