"""How sure a prior may be: measured at the end of training or anew, and told of in a report."""
from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import torch
from matplotlib.figure import Figure
from torch import Tensor, nn

from bridge.commands.console import counting
from bridge.config_commands import TrainOptions
from bridge.engine.data import read_split
from bridge.engine.solver import choose_device, load_solver_prior
from models.confidence import LEVELS, TOLD
from models.evaluation.plots import Line, Panel, Point, curves
from models.evaluation.reliability import OnFrames, calibrated, observed, offline_scores, usual_trials
from models.kinematics.skeleton import JOINT_INDEX
from models.prior.checkpoint import Prior, Trained, save_prior
from models.prior.network import Network
from models.solver import solver_of
from models.training.dataset import Clip

GROUPS = {
    "head, wrists": ("head", "L_wrist", "R_wrist"),
    "trunk": ("pelvis", "spine1", "spine2", "spine3", "neck", "L_collar", "R_collar"),
    "arms": ("L_shoulder", "R_shoulder", "L_elbow", "R_elbow"),
    "hips, knees": ("L_hip", "R_hip", "L_knee", "R_knee"),
    "feet": ("L_ankle", "R_ankle", "L_foot", "R_foot"),
}
KINDS = ("position", "rotation")
ALL = "all joints"


@dataclass(frozen=True)
class Reliability:
    """A section of a report."""

    text: str
    numbers: list[dict[str, Any]]
    figure: Figure


def with_reach(trained: Trained[nn.Module], clips: Sequence[Clip]) -> Trained[nn.Module]:
    """A prior with its reach measured on validation clips; a rival as it is."""
    if not isinstance(trained.network, Network) or trained.kind != "prior":
        return trained
    trials = usual_trials(clips)
    with counting("measuring how sure it may be", sum(len(trial.readings) for trial in trials)) as on_frames:
        return cast("Trained[nn.Module]", calibrated(cast(Prior, trained), trials, on_frames))


def measure_anew(options: TrainOptions) -> int:
    """Leave a prior that is trained in `out`, under its name, with its reach measured on the validation split."""
    assert options.measure is not None
    torch.set_num_threads(options.threads)
    prior = load_solver_prior(options.measure).to(choose_device(options.device))
    path = options.out / f"{options.measure.stem}.safetensors"
    save_prior(path, with_reach(cast("Trained[nn.Module]", prior), read_split(options, "validation")))
    print(path)
    return 0


def reliability(priors: Mapping[str, Prior], clips: Sequence[Clip], on_frames: OnFrames) -> Reliability:
    """What was told and what was observed on these clips, each source alike."""
    shares: dict[str, dict[str, Tensor]] = {}
    trials = usual_trials(clips, len(clips))
    for name, prior in priors.items():
        scores = list(offline_scores(solver_of(prior), trials, on_frames))
        shares[name or "ours"] = observed(scores, prior.statistics.reach)
    return Reliability(_table(shares), list(_numbers(shares)), _figure(shares))


def _groups(shares: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Group of joints -> (2, LEVELS), every source alike."""
    mean = torch.stack([*shares.values()]).mean(0)
    groups = {name: mean[..., [JOINT_INDEX[joint] for joint in joints]].mean(-1) for name, joints in GROUPS.items()}
    return {ALL: mean.mean(-1), **groups}


def _lines(shares: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """What a table or a list tells of a prior: name -> (2, LEVELS)."""
    return _groups(shares) | {source: share.mean(-1) for source, share in shares.items()}


def _table(shares: Mapping[str, Mapping[str, Tensor]]) -> str:
    at = LEVELS.index(TOLD)
    head = f"| prior | of | position, % in the {TOLD:.0%} interval | rotation, % |\n| --- | --- | --- | --- |"
    rows = [f"| {prior} | {name} | {100 * share[0, at]:.1f} | {100 * share[1, at]:.1f} |"
            for prior, sources in shares.items() for name, share in _lines(sources).items()]
    return "\n".join([head, *rows])


def _numbers(shares: Mapping[str, Mapping[str, Tensor]]) -> Iterator[dict[str, Any]]:
    for prior, sources in shares.items():
        for name, share in _lines(sources).items():
            yield {"prior": prior, "of": name, "told": list(LEVELS), **dict(zip(KINDS, share.tolist(), strict=True))}


def _figure(shares: Mapping[str, Mapping[str, Tensor]]) -> Figure:
    """Observed over told share; the dashed line is where they agree."""
    agree = Line("as told", [(100 * level, Point(100 * level)) for level in (0.0, *LEVELS)], 7, dashed=True)
    panels = []
    for number, kind in enumerate(KINDS):
        drawn = [(prior, name, share[number]) for prior, sources in shares.items()
                 for name, share in _groups(sources).items() if name == ALL or len(shares) == 1]
        lines = [
            Line(name if len(shares) == 1 else prior,
                 [(100 * level, Point(100 * float(seen))) for level, seen in zip(LEVELS, share, strict=True)], colour)
            for colour, (prior, name, share) in enumerate(drawn)
        ]
        panels.append(Panel(f"{kind}, % observed", [*lines, agree]))
    return curves("Reliability: errors that are no longer than was told", "% told", panels)
