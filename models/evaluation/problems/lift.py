"""Lifting as a problem to measure: what is varied, what a method is shown, and what it made of it.

A method is told the camera, the keypoints and the bones, or what of these it has to find. Where Y = 0 is a floor it is
told that too.
"""
from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import torch
from torch import Tensor

from models.evaluation.actions import group_of
from models.evaluation.problems.cameras import camera_of
from models.evaluation.problems.detector import DetectorConfig, detected, keypoints_of, refocused
from models.evaluation.problems.lift_metrics import (
    aligned_errors,
    best_of,
    lift_metrics,
    procrustes_errors,
    ranking,
    ranking_by_frame,
)
from models.evaluation.problems.measured import Measured
from models.evaluation.records import Record
from models.kinematics.forward import local_to_global, positions_from_pelvis
from models.kinematics.rotations import xyzw_to_matrix
from models.kinematics.skeleton import neutral_offsets
from models.problems.lift_body import FOCAL_SD, PART_SD, SIZE_SD, Unsure
from models.problems.lifted import Lifted
from models.problems.seen import Seen
from models.training.dataset import Clip

HYPOTHESES = 10
USUAL_VIEW = "eye level"


@dataclass(frozen=True)
class LiftCase:
    """One line of a section. `at` is its place on the section's curve."""

    name: str
    view: str = USUAL_VIEW
    detector: DetectorConfig = field(default_factory=DetectorConfig)
    focal: float = 1.0  # told over true focal length
    hypotheses: int = 1
    at: float | None = None
    unsure: Unsure | None = None  # what a method has to find itself; None: all is told

    def told(self, clip: Clip) -> Tensor:
        """The offsets that a method is told, (22, 3) metres: a neutral adult's where it has to find their size."""
        return neutral_offsets() if self.unsure and self.unsure.size_sd else clip.offsets


LiftFunction = Callable[[Tensor, Sequence[Seen], int, float | None, Unsure | None], list[Lifted]]
"""(bones' offsets (22, 3), what cameras have seen, how many hypotheses, the floor's height or None, what of all that is
not known) -> hypotheses, the likeliest first."""


@dataclass(frozen=True)
class LiftMethod:
    """A method of lifting. A slow one is measured on fewer clips, and only where methods are compared."""

    name: str
    lift: LiftFunction
    slow: bool = False


@dataclass(frozen=True)
class LiftTrial:
    """One clip before one camera: the truth, and what is seen of it as the method is told."""

    clip: Clip
    rotations: Tensor  # (T, 22, 3, 3) global
    places: Tensor  # (T, 22, 3) metres
    seen: Seen


def trial_of(clip: Clip, case: LiftCase) -> LiftTrial:
    """A clip as a case has it."""
    rotations = local_to_global(xyzw_to_matrix(clip.local_xyzw))
    places = positions_from_pelvis(rotations, clip.offsets) + clip.root[:, None]
    name = f"{clip.source} {clip.name}"
    camera = camera_of(case.view, clip.root, case.detector.seed, name)
    seen = detected(camera, keypoints_of(rotations, places), case.detector, name)
    return LiftTrial(clip, rotations, places, refocused(seen, case.focal))


def measure_lift(
    method: LiftMethod, case: LiftCase, clips: Sequence[Clip], on_frames: Callable[[int], None] = lambda frames: None
) -> Measured:
    """Every clip lifted by one method. `on_frames` is told how many frames are done."""
    records = []
    for clip in clips:
        trial = trial_of(clip, case)
        began = time.perf_counter()
        floor = 0.0 if clip.floor else None
        lifted = method.lift(case.told(clip), [trial.seen], case.hypotheses, floor, case.unsure)
        records.append(_record(trial, lifted, time.perf_counter() - began))
        on_frames(len(clip.root))
    return Measured(case.name, method.name, records, case.at)


def _record(trial: LiftTrial, lifted: Sequence[Lifted], seconds: float) -> Record:
    clip, frames = trial.clip, len(trial.places)
    placed = [positions_from_pelvis(one.rotations, one.offsets) + one.root[:, None] for one in lifted]
    values = lift_metrics(lifted[0].rotations, placed[0], trial.rotations, trial.places, clip.floor)
    values["passes_per_frame"] = sum(one.passes_per_frame for one in lifted)
    values["seconds_per_frame"] = seconds / frames
    if len(lifted) > 1:
        values |= _of_several(trial, lifted, placed)
    joints = aligned_errors(placed[0], trial.places).mean(0)
    return Record(clip.source, group_of(clip), frames, values, joints)


def _of_several(trial: LiftTrial, lifted: Sequence[Lifted], placed: Sequence[Tensor]) -> dict[str, float]:
    """Best of all, what one that was drawn has on average, and how well scores rank them."""
    errors = [aligned_errors(places, trial.places) for places in placed]
    shapes = [procrustes_errors(places, trial.places) for places in placed]
    (best, best_frames), (best_shape, _) = best_of(errors), best_of(shapes)
    means = [float(error.mean()) for error in errors]
    spearman, kendall = ranking([one.score for one in lifted], means)
    scores = torch.stack([torch.full_like(errors[0][:, 0], one.score) if one.scores is None else one.scores
                          for one in lifted])
    by_frame = ranking_by_frame(scores, torch.stack([error.mean(-1) for error in errors]))
    return {"best_mpjpe_cm": best, "best_frames_mpjpe_cm": best_frames, "best_pa_mpjpe_cm": best_shape,
            "any_mpjpe_cm": float(torch.tensor(means).mean()), "spearman": spearman, "kendall": kendall,
            "frames_spearman": by_frame}


SECTIONS = ("views", "noise", "dropout", "swaps", "focal", "bones", "hypotheses")
COMPARING = ("views",)  # sections whose first case is measured with slow methods too
VIEWS = ("eye level", "orbit", "low", "moving")
NOISE, LOST, SWAPPED, FOCAL = (1.0, 0.0, 2.0, 4.0), (0.0, 0.2, 0.4), (0.0, 0.05, 0.15), (1.0, 0.9, 1.1)
BONES = {"bones given": None, "size found": Unsure(size_sd=SIZE_SD),
         "proportions found": Unsure(size_sd=SIZE_SD, part_sd=PART_SD)}


def lift_cases(section: str, seed: int) -> list[LiftCase]:
    """The cases of one of SECTIONS; the first is the one that others are compared with."""
    usual = DetectorConfig(seed=seed)
    if section == "views":
        return [LiftCase(view, view, usual) for view in VIEWS]
    if section == "noise":
        return [LiftCase(f"noise x {times:g}", detector=replace(
            usual, noise=times * usual.noise, wander=times * usual.wander), at=times) for times in NOISE]
    if section == "dropout":
        return [LiftCase(f"{share:.0%} lost", detector=replace(usual, lost=share), at=100 * share) for share in LOST]
    if section == "swaps":
        return [LiftCase(f"{share:.0%} swapped", detector=replace(usual, swapped=share), at=100 * share)
                for share in SWAPPED]
    if section == "focal":
        told = [LiftCase(f"focal x {factor:g}", detector=usual, focal=factor, at=factor) for factor in FOCAL]
        return told + [replace(case, name=f"{case.name}, to be found", at=None, unsure=Unsure(focal_sd=FOCAL_SD))
                       for case in told]
    if section == "bones":
        return [LiftCase(name, detector=usual, unsure=unsure) for name, unsure in BONES.items()]
    return [LiftCase(f"{HYPOTHESES} hypotheses", detector=usual, hypotheses=HYPOTHESES)]
