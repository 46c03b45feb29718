"""A reach keeps its word on what it was measured on and on the like of it, whatever the tails; sources count alike."""
from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor

from models.confidence import LEVELS, gaussian_reach
from models.evaluation.clips import make_trial
from models.evaluation.reliability import (
    Scores,
    calibrated,
    fit_reach,
    live_scores,
    observed,
    offline_scores,
    reach_for_strangers,
    score,
    usual_trials,
)
from models.evaluation.sensors import SensorConfig
from models.kinematics.rotations import rotvec_to_matrix
from models.kinematics.skeleton import MIRRORED
from models.prior.checkpoint import load_prior, save_prior
from models.samplers.spread import Spread
from models.solver import Solver
from models.training.dataset import Clip

Clips = Callable[..., Clip]
TOLD, LEVEL_90 = torch.tensor(LEVELS, dtype=torch.float64), LEVELS.index(0.9)


def heavy_tailed(source: str, frames: int, seed: int, scale: float = 1.0) -> Scores:
    """Lengths of vectors of Student's t with three degrees of freedom: a tenth is beyond what a Gaussian allows."""
    random = torch.Generator().manual_seed(seed)
    normal, four = (torch.randn(2, frames, 22, 3, generator=random) for _ in range(2))
    return Scores(source, scale * (normal / four.square().mean(-1, keepdim=True).sqrt()).norm(dim=-1))


def test_heavy_tails_are_covered_as_often_as_was_told() -> None:
    learned, fresh = heavy_tailed("a", 4000, 1), heavy_tailed("a", 4000, 2)
    kept = observed([fresh], fit_reach([learned]))["a"]
    assert (kept - TOLD[:, None]).abs().max() < 0.04
    torch.testing.assert_close(kept.mean(-1), TOLD.expand(2, -1), atol=0.006, rtol=0)
    gaussian = observed([fresh], gaussian_reach())["a"].mean(-1)
    assert (gaussian[:, LEVELS.index(0.9)] < 0.8).all()


def test_a_gaussian_s_reach_is_the_one_without_measurement() -> None:
    random = torch.Generator().manual_seed(5)
    kept = observed([Scores("a", torch.randn(2, 8000, 22, 3, generator=random).norm(dim=-1))], gaussian_reach())["a"]
    torch.testing.assert_close(kept.mean(-1), TOLD.expand(2, -1), atol=0.004, rtol=0)


def test_sources_count_alike_however_long_they_are() -> None:
    long, short = heavy_tailed("long", 4000, 1), heavy_tailed("short", 400, 2, scale=3.0)
    halves = [Scores("long", long.values[:, :1500]), Scores("long", long.values[:, 1500:])]
    reach = fit_reach([short, *halves])
    assert (reach.diff(dim=1) >= 0).all()
    kept = observed([long, short], reach)
    torch.testing.assert_close((kept["long"] + kept["short"]).mean(-1) / 2, TOLD.expand(2, -1), atol=0.01, rtol=0)
    assert (kept["short"] <= kept["long"]).all()


def test_left_is_as_right() -> None:
    reach = fit_reach([heavy_tailed("a", 300, 1)])
    torch.testing.assert_close(reach[..., list(MIRRORED)], reach)


def test_a_score_is_the_error_s_length_by_its_spread(clip: Clips) -> None:
    trial = make_trial(clip(), "default", SensorConfig())
    frames = len(trial.rotations)
    root = trial.places[:, 0] + torch.tensor([0.03, 0.0, 0.04])
    turned = trial.rotations @ rotvec_to_matrix(torch.tensor([0.0, 0.2, 0.0]))
    spread = Spread(torch.full((frames, 22), 0.025), torch.full((frames, 22), 0.1))
    by_root, by_turn = score(trial, trial.rotations, root, spread), score(trial, turned, root, spread)
    torch.testing.assert_close(by_root[0], torch.full((frames, 22), 2.0), atol=1e-4, rtol=0)
    torch.testing.assert_close(by_turn[1], torch.full((frames, 22), 2.0), atol=1e-4, rtol=0)


def test_clips_are_picked_evenly_from_every_source(clip: Clips) -> None:
    clips = [clip(45, seed, source) for source, count in (("a", 7), ("b", 2)) for seed in range(count)]
    picked = [trial.clip for trial in usual_trials(clips, most=4)]
    assert [(one.source, one.name) for one in picked] == [
        ("a", "sway0"), ("a", "sway2"), ("a", "sway4"), ("a", "sway6"), ("b", "sway0"), ("b", "sway1")]


def test_a_prior_keeps_its_reach_and_its_word(tiny_solver: Solver, clip: Clips, tmp_path: Path) -> None:
    clips, told = [clip(45, seed, source) for seed, source in enumerate("aab")], list[int]()
    prior = calibrated(tiny_solver.prior, usual_trials(clips), told.append)
    assert sum(told) == 3 * 45
    save_prior(tmp_path / "one.safetensors", prior)
    again = load_prior(tmp_path / "one.safetensors").statistics.reach
    torch.testing.assert_close(again, prior.statistics.reach)
    mean = torch.stack([*observed(list(offline_scores(tiny_solver, usual_trials(clips))), again).values()]).mean(0)
    paired = (mean + mean[..., list(MIRRORED)]) / 2
    assert (paired > TOLD[:, None] - 0.05).all()  # longer than these very people need


def test_live_answers_have_scores_too(tiny_solver: Solver, clip: Clips) -> None:
    (scores,) = live_scores(tiny_solver, usual_trials([clip(5)]))
    values: Tensor = scores.values
    assert values.shape == (2, 5, 22) and values.isfinite().all() and (values >= 0).all()


def test_a_source_that_was_left_out_is_told_truly_on_average() -> None:
    """People err by different amounts: what is told of one from the others holds as often as it says, all in all."""
    random = torch.Generator().manual_seed(0)
    sizes = torch.exp(0.5 * torch.randn(8, generator=random))
    scores = [Scores(f"{number}", size * torch.rand(2, 100, 22, generator=random)) for number, size in enumerate(sizes)]
    held = []
    for number, _ in enumerate(scores):
        others = [one for one in scores if one.source != f"{number}"]
        held.append([observed([scores[number]], fit(others))[f"{number}"].mean(-1)[0, LEVEL_90]
                     for fit in (fit_reach, reach_for_strangers)])
    plain, stretched = torch.tensor(held).mean(0).tolist()
    assert plain < 0.89 and plain < stretched < 0.97
    alone = scores[:1]
    assert torch.equal(reach_for_strangers(alone), fit_reach(alone))
