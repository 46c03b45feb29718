"""What lifting gives, and which of several draws of a posterior is the likeliest to be near the truth."""
from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from models.kinematics.forward import positions_from_pelvis
from models.problems.lift_body import Constants


@dataclass(frozen=True)
class Lifted:
    """One hypothesis."""

    rotations: Tensor  # (T, 22, 3, 3) global
    root: Tensor  # (T, 3) metres
    contact: Tensor  # (T, 4) probability that each of FEET stands
    score: float  # minus how far joints are from the mean of all hypotheses, cm: the higher the better
    passes_per_frame: float  # its share, where several begin alike
    offsets: Tensor  # (22, 3) metres, of the body it was found to be
    constants: Constants | None = None  # that made it so; None: nothing of it was asked
    focal: float = 1.0  # times the told focal length: not one where that could not be right


def ranked(hypotheses: list[Lifted]) -> list[Lifted]:
    """Draws of a posterior, with scores, by how near each is to their mean, the pelvis of all in one place.

    Of all motions the mean has the least squared error that is expected, and each of them as much more as it is away.
    """
    places = torch.stack([positions_from_pelvis(one.rotations, one.offsets) for one in hypotheses])
    away = 100 * (places - places.mean(0)).norm(dim=-1).mean((1, 2))
    scored = [replace(one, score=-float(far)) for one, far in zip(hypotheses, away, strict=True)]
    return sorted(scored, key=lambda one: -one.score)
