"""Training: it learns, the seed decides, and a run that was stopped ends with the very weights of one that was not."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from models.prior.checkpoint import Prior
from models.training.dataset import Clip, WindowConfig, WindowSet
from models.training.train import Report, Run, TrainConfig, resume, save_run, start, train
from models.training.validate import validate

Wave = Callable[..., Clip]
CPU = torch.device("cpu")
AS_IS = WindowConfig(frames=9, mirror=0.0, speed_share=0.0)


@pytest.fixture
def fresh(wave: Wave) -> Callable[[TrainConfig], Run]:
    """fresh(config): a run over two clips that has not begun."""
    clips = [wave(seed=0), wave(60, seed=1)]
    return lambda config: start(config, WindowSet(clips, config.drawing, config.seed), CPU)


@pytest.fixture
def watching(wave: Wave) -> WindowSet:
    return WindowSet([wave(seed=0)], AS_IS)


def ignore(what: Run | Report) -> None:
    pass


def quickly(
    config: TrainConfig, run: Run, watching: WindowSet,
    save: Callable[[Run], None] = ignore, report: Callable[[Report], None] = ignore, interval: int = 2,
) -> Prior:
    return train(config, run, watching, save, report, compile_network=False, interval=interval)


def weights(prior: Prior) -> list[torch.Tensor]:
    return [*prior.network.state_dict().values(), prior.statistics.mean, prior.statistics.joint_sd]


def same(one: Prior, other: Prior) -> bool:
    return all(torch.equal(mine, theirs) for mine, theirs in zip(weights(one), weights(other), strict=True))


def test_it_learns(recipe: TrainConfig, fresh: Callable[[TrainConfig], Run], watching: WindowSet) -> None:
    eager = replace(recipe, windows=1600, learning_rate=2e-2)
    reports: list[Report] = []
    run = fresh(eager)
    before = validate(run.average.network, run.statistics, watching)
    prior = quickly(eager, run, watching, report=reports.append, interval=20)
    assert [report.step for report in reports] == [20, 40, 60, 80, 100]
    assert reports[-1].loss < 0.8 * reports[0].loss
    assert [report.validation is None for report in reports] == [True] * 4 + [False]
    assert reports[-1].validation is not None
    assert reports[-1].validation.mpjpe_cm < 0.9 * before.mpjpe_cm
    assert prior.notes == {"windows": 1600, "seed": 0}
    assert 0.01 < float(prior.statistics.joint_sd.mean()) < 1


def test_the_seed_decides(recipe: TrainConfig, fresh: Callable[[TrainConfig], Run], watching: WindowSet) -> None:
    short = replace(recipe, windows=64)
    one, again = (quickly(short, fresh(short), watching) for _ in range(2))
    other = quickly(replace(short, seed=1), fresh(replace(short, seed=1)), watching)
    assert same(one, again)
    assert not same(one, other)


def test_a_resumed_run_ends_where_an_unbroken_one_does(
    recipe: TrainConfig, fresh: Callable[[TrainConfig], Run], watching: WindowSet, tmp_path: Path
) -> None:
    saved = tmp_path / "run.pt"
    kept: list[int] = []

    def keep_first(run: Run) -> None:
        kept.append(run.step)
        if len(kept) == 1:
            save_run(saved, run)

    unbroken = quickly(recipe, fresh(recipe), watching, save=keep_first)
    assert kept == [10, 20, 30, 40]
    torch.manual_seed(99)
    run = resume(saved, fresh(recipe))
    assert run.step == 10
    reports: list[Report] = []
    resumed = quickly(recipe, run, watching, report=reports.append)
    assert [report.step for report in reports] == list(range(12, 41, 2))
    assert same(resumed, unbroken)
    assert list(tmp_path.iterdir()) == [saved]


def test_the_last_report_is_a_mean_over_the_steps_it_covers(
    recipe: TrainConfig, fresh: Callable[[TrainConfig], Run], watching: WindowSet
) -> None:
    odd = replace(recipe, windows=3 * recipe.batch - 5)
    by_one: list[Report] = []
    by_two: list[Report] = []
    quickly(odd, fresh(odd), watching, report=by_one.append, interval=1)
    quickly(odd, fresh(odd), watching, report=by_two.append, interval=2)
    assert [(report.step, report.steps) for report in by_two] == [(2, 3), (3, 3)]
    first, second, third = (report.loss for report in by_one)
    assert [report.loss for report in by_two] == pytest.approx([(first + second) / 2, third])
    assert by_two[-1].validation is not None


def test_a_run_begins_with_the_data_and_not_the_world_outside(
    recipe: TrainConfig, fresh: Callable[[TrainConfig], Run]
) -> None:
    one = fresh(recipe)
    torch.rand(7)
    other = fresh(recipe)
    assert torch.equal(one.statistics.mean, other.statistics.mean)
    assert torch.equal(one.network.embed.weight, other.network.embed.weight)
    assert one.step == 0
