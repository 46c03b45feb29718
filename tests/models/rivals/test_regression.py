"""The regressors' lessons: no loss for the truth, validated on the newest frame, and told the bones or not."""
from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from models.prior.denoiser import Statistics
from models.rivals.lessons import EXACT
from models.rivals.recipes import RECIPES, REGRESSOR, REGRESSOR_BONES
from models.rivals.regression import Regression
from models.training.dataset import WindowSet
from models.training.step import TaskConfig

TASK = TaskConfig(cues=EXACT)
STATISTICS = Statistics(torch.zeros(132), 0.3, torch.ones(22))
both = pytest.mark.parametrize("kind", [REGRESSOR, REGRESSOR_BONES])


@both
def test_who_knows_loses_nothing(kind: Regression, windows: Callable[..., WindowSet]) -> None:
    truth = kind.draw(windows(3), 8, TASK).truth.flatten(2)
    assert float(kind.loss(lambda told: truth, STATISTICS, windows(3), 8, TASK)) == 0
    assert float(kind.loss(lambda told: truth.flip(0), STATISTICS, windows(3), 8, TASK)) > 0.01


@both
def test_validation_looks_at_the_newest_frame_alone(kind: Regression, windows: Callable[..., WindowSet]) -> None:
    watched = windows()
    watched.random.manual_seed(7)
    truth = kind.draw(watched, 512, TASK).truth.flatten(2)
    late, early = truth.clone(), truth.clone()
    late[:, :-1] = truth[0, 0]
    early[:, -1] = truth[0, 0]

    def error(answer: Tensor) -> float:
        return kind.validate(lambda told: answer, STATISTICS, watched).mpjpe_cm

    assert error(truth) < 0.01 and error(late) < 0.01 < error(early)


@both
def test_the_recipe_fits_what_is_told(kind: Regression, windows: Callable[..., WindowSet]) -> None:
    _, recipe = RECIPES[kind.name]
    assert kind.draw(windows(), 2, TASK).told.shape[-1] == recipe.network.condition
    assert recipe.network.frames == recipe.drawing.frames
    assert (recipe.task.cues.proportion_sd > 0) == kind.bones
