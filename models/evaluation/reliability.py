"""Whether a prior's word on its errors is kept: lengths of errors against what was said of them, and reach from them.

An error's score is its length in units of the spread that was said of it. Of scores, the share that is no longer than
the reach of a level (models/confidence.py) is what was observed of that level; where the two agree, the word is kept.
Sources count alike, however long they are: a person of a kind that is rare in the data is not to be told less truly,
and one of a kind that is not in it at all is to be told as truly as leaving each source out in turn can make it.
"""
from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from models.confidence import LEVELS
from models.evaluation.clips import Trial, make_trial
from models.evaluation.live import live_answers
from models.evaluation.methods import ours
from models.evaluation.sensors import SensorConfig
from models.kinematics.forward import positions_from_pelvis
from models.kinematics.rotations import geodesic_angle
from models.kinematics.skeleton import MIRRORED
from models.prior.checkpoint import Prior
from models.samplers.spread import Spread
from models.solver import Solver, solver_of
from models.training.dataset import Clip

LEAST_M, LEAST_RAD = 1e-4, 1e-3  # spreads below are said of what is known exactly
MOST_CLIPS = 24  # of each source, to measure a reach from
OnFrames = Callable[[int], None]  # told how many frames were solved


@dataclass(frozen=True)
class Scores:
    """Lengths of one clip's errors in units of the spread that was said of each."""

    source: str
    values: Tensor  # (2, T, 22): of positions, of global rotations


def offline_scores(
    solver: Solver, trials: Sequence[Trial], on_frames: OnFrames = lambda frames: None
) -> Iterator[Scores]:
    """Of whole sequences, one by one."""
    for trial in trials:
        solved = solver.sequence(trial.body, trial.readings)
        yield Scores(trial.clip.source, score(trial, solved.rotations, solved.root, solved.spread))
        on_frames(len(trial.readings))


def live_scores(solver: Solver, trials: Sequence[Trial]) -> Iterator[Scores]:
    """Of every frame in its turn."""
    live = ours(solver).live
    assert live is not None
    for trial, answers in zip(trials, live_answers(live, trials), strict=True):
        said = [answer.spread for answer in answers if answer.spread is not None]
        spread = Spread(*(torch.stack([getattr(one, name) for one in said]) for name in ("position", "rotation")))
        rotations, root = (torch.stack([getattr(one, name) for one in answers]) for name in ("rotations", "root"))
        yield Scores(trial.clip.source, score(trial, rotations, root, spread))


def score(trial: Trial, rotations: Tensor, root: Tensor, spread: Spread) -> Tensor:
    """(2, T, 22) of a solved body: (T, 22, 3, 3), (T, 3) and the spread that was said, (T, 22) each."""
    places = positions_from_pelvis(rotations, trial.body.offsets) + root[:, None]
    away = (places - trial.places).norm(dim=-1) / spread.position.clamp(min=LEAST_M)
    return torch.stack([away, geodesic_angle(rotations, trial.rotations) / spread.rotation.clamp(min=LEAST_RAD)])


def fit_reach(scores: Sequence[Scores]) -> Tensor:
    """(2, LEVELS, 22): the scores that a level's share is no longer than; left as right."""
    return _reach_of(list(_by_source(scores).values()))


def reach_for_strangers(scores: Sequence[Scores]) -> Tensor:
    """fit_reach made to hold for people of a kind that was not measured: longer by as much as each source's errors
    needed when the reach was measured on the other sources alone."""
    parts, reach = _by_source(scores), fit_reach(scores)
    if len(parts) < 2:
        return reach
    needed = []
    for source, part in parts.items():
        others = _reach_of([other for name, other in parts.items() if name != source])
        needed.append(part[:, None] / others[:, :, None])  # (2, LEVELS, N, 22)
    longer = [_quantiles([share[:, place].flatten(1).unsqueeze(-1) for share in needed], [level])
              for place, level in enumerate(LEVELS)]
    return (reach * torch.cat(longer, dim=1).clamp(min=1)).cummax(1).values


def _reach_of(parts: Sequence[Tensor]) -> Tensor:
    """(2, LEVELS, 22): the scores (2, N, 22) of some sources that a level's share is no longer than; left as right."""
    return _quantiles([torch.cat([part, part[..., list(MIRRORED)]], dim=1) for part in parts], LEVELS)


def _quantiles(parts: Sequence[Tensor], levels: Sequence[float]) -> Tensor:
    """(K, levels, C): what a level's share of values (K, N, C) is no larger than, each part counting alike."""
    pooled = torch.cat(list(parts), dim=1)
    weight = torch.cat([torch.full((part.shape[1],), 1 / part.shape[1], dtype=torch.float64) for part in parts])
    ordered, order = pooled.sort(dim=1)
    below = weight[order].cumsum(1) / weight.sum()
    at = torch.stack([(below < level).sum(1) for level in levels], dim=1).clamp(max=pooled.shape[1] - 1)
    return ordered.gather(1, at)


def observed(scores: Sequence[Scores], reach: Tensor) -> dict[str, Tensor]:
    """Source -> (2, LEVELS, 22), the share of its scores that each level's reach covers."""
    return {
        source: torch.stack([(part <= level.unsqueeze(1)).double().mean(1) for level in reach.unbind(1)], dim=1)
        for source, part in _by_source(scores).items()
    }


def calibrated(prior: Prior, trials: Sequence[Trial], on_frames: OnFrames = lambda frames: None) -> Prior:
    """The prior with its reach as measured on trials of clips that nothing was trained on, solved as a whole."""
    solver = solver_of(prior)
    reach = reach_for_strangers(list(offline_scores(solver, trials, on_frames)))
    return replace(prior, statistics=replace(prior.statistics, reach=reach))


def usual_trials(clips: Sequence[Clip], most: int = MOST_CLIPS) -> list[Trial]:
    """At most so many clips of each source, spread evenly, each on its own body with three trackers."""
    sources: dict[str, list[Clip]] = {}
    for clip in clips:
        sources.setdefault(clip.source, []).append(clip)
    picked = [clip for several in sources.values() for clip in several[:: -(-len(several) // most)]]
    return [make_trial(clip, "default", SensorConfig()) for clip in picked]


def _by_source(scores: Sequence[Scores]) -> dict[str, Tensor]:
    """Source -> (2, N, 22), all of its frames."""
    parts: dict[str, list[Tensor]] = {}
    for one in scores:
        parts.setdefault(one.source, []).append(one.values)
    return {source: torch.cat(several, dim=1) for source, several in parts.items()}
