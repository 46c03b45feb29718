"""What lifting gives, and which of several draws of a posterior is the likeliest to be near the truth."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from models.kinematics.forward import positions_from_pelvis
from models.problems.lift_body import Constants

ALIKE = 41  # frames over which misses are taken together: from frame to frame they are the detector's noise
MISSED_POWER = 2.0  # how misses count beside distances
LEAST_MISSED = 1e-6


@dataclass(frozen=True)
class Lifted:
    """One hypothesis."""

    rotations: Tensor  # (T, 22, 3, 3) global
    root: Tensor  # (T, 3) metres
    contact: Tensor  # (T, 4) probability that each of FEET stands
    score: float  # mean of `scores`, where there are some: the higher the better
    passes_per_frame: float  # its share, where several begin alike
    offsets: Tensor  # (22, 3) metres, of the body it was found to be
    constants: Constants | None = None  # that made it so; None: nothing of it was asked
    missed: Tensor | None = None  # (T,) half the squares of what keypoints miss, in standard deviations
    scores: Tensor | None = None  # (T,) frame by frame, see `ranked`
    focal: float = 1.0  # times the told focal length: not one where that could not be right


def ranked(hypotheses: Sequence[Lifted]) -> list[Lifted]:
    """Draws of a posterior, the likeliest to be near the truth first, all of whose misses are known.

    What is to be expected of one is how far it is from the others, for each of these may be the truth, the pelvis of
    all in one place, cm; and more, if its keypoints miss more over a second or so than the others' do. A score is minus
    that, frame by frame. How the two count was chosen on the validation split.
    """
    places = torch.stack([positions_from_pelvis(one.rotations, one.offsets) for one in hypotheses])
    apart = torch.stack([100 * (places - one).norm(dim=-1).mean(-1) for one in places]).sum(1)  # (H, T)
    missed = _slowly(torch.stack([one.missed for one in hypotheses if one.missed is not None])) + LEAST_MISSED
    scores = -apart / max(1, len(hypotheses) - 1) * (missed / missed.mean(0)).pow(MISSED_POWER)
    scored = [replace(one, score=float(own.mean()), scores=own) for one, own in zip(hypotheses, scores, strict=True)]
    return sorted(scored, key=lambda one: -one.score)


def _slowly(values: Tensor) -> Tensor:
    """Means of ALIKE frames about each, (H, T)."""
    mean = torch.nn.functional.avg_pool1d
    return mean(values[:, None], ALIKE, 1, ALIKE // 2, count_include_pad=False)[:, 0]
