"""Training: it learns, the seed decides, and a run that was stopped ends with the very weights of one that was not."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from models.prior.checkpoint import Trained
from models.prior.precision import in_bfloat16, multiplies_bfloat16
from models.training.dataset import Clip, WindowConfig, WindowSet
from models.training.optimizer import make_optimizers, schedule
from models.training.prior_kind import PriorKind
from models.training.run import Run, RunMismatch, TrainConfig, resume, save_run, start
from models.training.simulate import CueConfig
from models.training.step import TaskConfig, batch_loss, draw_batch
from models.training.train import Report, train
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
) -> Trained[torch.nn.Module]:
    return train(config, run, watching, save, report, compile_network=False, interval=interval)


def weights(prior: Trained[torch.nn.Module]) -> list[torch.Tensor]:
    return [*prior.network.state_dict().values(), prior.statistics.mean, prior.statistics.joint_sd]


def same(one: Trained[torch.nn.Module], other: Trained[torch.nn.Module]) -> bool:
    return all(torch.equal(mine, theirs) for mine, theirs in zip(weights(one), weights(other), strict=True))


def test_it_learns(recipe: TrainConfig, fresh: Callable[[TrainConfig], Run], watching: WindowSet) -> None:
    eager = replace(recipe, windows=1600, learning_rate=2e-2)
    reports: list[Report] = []
    run = fresh(eager)
    before = validate(run.average.network, run.statistics, watching)
    prior = quickly(eager, run, watching, report=reports.append, interval=20)
    assert [report.step for report in reports] == [20, 40, 60, 80, 100]
    assert reports[-1].loss < 0.9 * reports[0].loss
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


def test_a_run_may_last_so_long_instead_of_so_many_windows(
    recipe: TrainConfig, fresh: Callable[[TrainConfig], Run], watching: WindowSet
) -> None:
    timed, reports = replace(recipe, windows=1, minutes=0.3 / 60), list[Report]()
    run = fresh(timed)
    quickly(timed, run, watching, report=reports.append, interval=10**6)
    assert run.step > 1 and run.seconds >= 0.3
    assert [(report.step, report.steps) for report in reports] == [(run.step, run.step)]
    assert timed.done(5, 0.15) == pytest.approx(0.5) and timed.done(5, 9.0) == 1.0


def test_a_run_begins_with_the_data_and_not_the_world_outside(
    recipe: TrainConfig, fresh: Callable[[TrainConfig], Run]
) -> None:
    one = fresh(recipe)
    torch.rand(7)
    other = fresh(recipe)
    assert torch.equal(one.statistics.mean, other.statistics.mean)
    assert torch.equal(one.network.embed.weight, other.network.embed.weight)
    assert one.step == 0


def test_the_loop_is_nothing_but_steps(
    recipe: TrainConfig, fresh: Callable[[TrainConfig], Run], watching: WindowSet
) -> None:
    """The weights are those of drawing, loss, clipping and two optimizers, written out."""
    run, twin = fresh(recipe), fresh(recipe)
    quickly(replace(recipe, windows=3 * recipe.batch), run, watching)
    optimizers = make_optimizers(twin.network, recipe.learning_rate)
    for step in range(3):
        for group in (group for each in optimizers for group in each.param_groups):
            group["lr"] = recipe.learning_rate * schedule((step + 1) / 3)
        batch = draw_batch(twin.windows, recipe.batch, recipe.task.cues)
        forward = in_bfloat16(twin.network) if multiplies_bfloat16(CPU) else twin.network
        batch_loss(forward, twin.statistics, batch, recipe.task.levels, twin.windows.random).backward()
        torch.nn.utils.clip_grad_norm_(twin.network.parameters(), recipe.clip_norm)
        for optimizer in optimizers:
            optimizer.step()
            optimizer.zero_grad()
    for mine, plain in zip(run.network.parameters(), twin.network.parameters(), strict=True):
        assert torch.equal(mine, plain)


def test_a_run_of_another_configuration_is_not_resumed(
    recipe: TrainConfig, fresh: Callable[[TrainConfig], Run], tmp_path: Path
) -> None:
    saved = tmp_path / "run.pt"
    save_run(saved, fresh(recipe))
    louder = replace(recipe, seed=3, task=TaskConfig(cues=CueConfig(noisy=1.0)))
    with pytest.raises(RunMismatch, match=r"seed 0 is now 3, task\.cues\.noisy 0\.5 is now 1\.0$"):
        resume(saved, fresh(louder))
    other = fresh(recipe)
    other.kind = PriorKind("rival")
    with pytest.raises(RunMismatch, match="kind prior is now rival"):
        resume(saved, other)


def test_a_run_may_begin_with_trained_weights_that_know_fewer_cues(
    recipe: TrainConfig, fresh: Callable[[TrainConfig], Run], watching: WindowSet
) -> None:
    deaf = replace(recipe, network=replace(recipe.network, condition=recipe.network.condition - 7))
    trained = quickly(deaf, fresh(deaf), watching)
    run = start(recipe, fresh(recipe).windows, CPU, first=trained)
    mine, theirs = (validate(one.network, one.statistics, watching) for one in (run, trained))
    assert mine.mpjre_deg == pytest.approx(theirs.mpjre_deg, rel=1e-4)
    assert torch.equal(run.statistics.mean, trained.statistics.mean)
    assert run.network.embed.weight.requires_grad and run.network.embed.weight[:, -7:].std() > 0.01  # they are heard
    wide = replace(recipe, network=replace(recipe.network, width=64))
    with pytest.raises(RunMismatch, match=r"embed\.bias \(32,\), not \(64,\)"):
        start(wide, run.windows, CPU, first=trained)
