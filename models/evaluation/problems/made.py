"""Generation as a problem to measure: how motion that nobody made moves, beside real motion of as many clips."""
from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from models.evaluation.actions import group_of
from models.evaluation.metrics import PLANTED_HEIGHT, RATE_HZ, TOES, jitter
from models.evaluation.problems.measured import Measured
from models.evaluation.records import Record
from models.kinematics.forward import local_to_global, positions_from_pelvis
from models.kinematics.rotations import xyzw_to_matrix
from models.kinematics.skeleton import FEET, standing_heights
from models.problems.generate import generate
from models.solver import Solver
from models.training.dataset import Clip

REAL, SEED, POSE, PATH = "real", "from a seed", "from a pose", "along a path"
CASES = (REAL, SEED, POSE, PATH)
STANDING = 0.04  # metres: a foot joint that is no higher than this over where standing ones are may stand
WALK = 1.0  # metres a second along the path


def measure_made(
    case: str, name: str, solver: Solver, seed: int, clips: Sequence[Clip],
    on_clips: Callable[[int], None] = lambda more: None,
) -> Measured:
    """For each clip over a floor, a motion as long on its bones; or itself."""
    records = []
    for number, clip in enumerate(clips):
        if clip.floor:
            rotations, root = _motion(case, solver, seed + number, clip)
            records.append(_record(clip, positions_from_pelvis(rotations, clip.offsets) + root[:, None]))
        on_clips(1)
    return Measured(case, "truth" if case == REAL else name, records)


def _motion(case: str, solver: Solver, seed: int, clip: Clip) -> tuple[Tensor, Tensor]:
    true, frames = local_to_global(xyzw_to_matrix(clip.local_xyzw)), len(clip.root)
    if case == REAL:
        return true, clip.root
    path = torch.zeros(frames, 3)
    path[:, 2] = WALK / RATE_HZ * torch.arange(frames)
    made = generate(solver, clip.offsets, frames, seed, true[0] if case == POSE else None,
                    path if case == PATH else None)
    return made.rotations, made.root


def _record(clip: Clip, places: Tensor) -> Record:
    """How it moves. Toes near the floor slide, those that swing past as well; of whom something stands, the foot joint
    does that moves least."""
    toes = places[:, list(TOES)]
    low = toes[1:, :, 1] < toes[..., 1].amin() + PLANTED_HEIGHT
    slides = (toes.diff(dim=0)[..., [0, 2]] * RATE_HZ).norm(dim=-1) * 100
    feet, usual = places[:, list(FEET)], standing_heights(clip.offsets)[list(FEET)]
    slowest = (feet.diff(dim=0)[..., [0, 2]] * RATE_HZ).norm(dim=-1).where(feet[1:, :, 1] < usual + STANDING, torch.inf)
    slowest = 100 * slowest.amin(1)
    jumps = places.diff(n=2, dim=0).norm(dim=-1).amax() * 100
    values = {
        "jitter": jitter(places), "slide_cm_s": slides[low].mean(),
        "standing_slide_cm_s": slowest[slowest.isfinite()].mean(),
        "floor_penetration_cm": (-places[..., 1].amin(1)).clamp(min=0).mean() * 100,
        "speed_cm_s": (places.diff(dim=0) * RATE_HZ).norm(dim=-1).mean() * 100, "jump_cm": jumps,
    }
    return Record(clip.source, group_of(clip), len(places), {k: float(v) for k, v in values.items()},
                  torch.zeros(places.shape[1]))
