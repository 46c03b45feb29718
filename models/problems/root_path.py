"""Where the root goes, given how the body moves: through what is known of it, with standing feet that stay in place.

The prior says nothing of the root. Its path is the likeliest one: near what was measured, smooth about a reference
path, while the joints of feet that stand move as little as those do. All of it is quadratic, and no term reaches over
more than three frames: one banded system for each axis. Feet whose contact is doubtful, for they would be dragged, are
believed less and less (iteratively reweighted least squares, Geman and McClure's weights).
"""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.linalg import solveh_banded
from torch import Tensor

from models.kinematics.arrays import in_numpy
from models.kinematics.forward import positions_from_pelvis
from models.kinematics.skeleton import FEET, standing_heights

Numbers = NDArray[np.float64]
DIFFERENCES = ((-1.0, 1.0), (1.0, -2.0, 1.0), (-1.0, 3.0, -3.0, 1.0))
VERTICAL = 1
EXACT_SD = 1e-5  # metres, of what is known
LOOSE_SD = 10.0  # metres, of what is not: keeps a path that nothing holds solvable


@dataclass(frozen=True)
class RootConfig:
    """How roots move about a reference, and how still feet stand. Chosen on the validation split."""

    change_sd: float = 1e-4  # metres a frame squared: second differences about the reference
    jerk_sd: float = 1e-3  # metres a frame cubed: third differences
    slip_sd: float = 3e-3  # metres a frame that the joint of a standing foot moves
    doubt: float = 6e-3  # metres a frame: a foot that would have to move so much is believed a quarter
    height_sd: float | None = None  # metres that a standing foot's joint is off its usual height; None: it says nothing
    repeats: int = 3


def root_path(
    rotations: Tensor, offsets: Tensor, contact: Tensor | None, reference: Tensor, sd: Tensor,
    floor: float | None, config: RootConfig | None = None,
) -> Tensor:
    """The likeliest path, (T, 3) metres.

    Args:
        rotations: (T, 22, 3, 3) global.
        offsets: (22, 3) metres.
        contact: (T, 4) probability that each of FEET stands; None: nobody knows.
        reference: (T, 3) metres: where the root is measured, and how it moves if nothing speaks against it.
        sd: (T,) metres per axis, of the reference as a measurement: 0 where it is known, infinite where it is a guess.
        floor: its height, metres; None where there is none.
    """
    config = config or RootConfig()
    weight = 1 / in_numpy(sd).astype(np.float64).clip(EXACT_SD, LOOSE_SD) ** 2
    start = in_numpy(reference).astype(np.float64)
    if len(start) < 2:
        return reference
    feet = in_numpy(positions_from_pelvis(rotations, offsets)[:, list(FEET)]).astype(np.float64)
    sure = np.zeros(feet.shape[:2]) if contact is None else in_numpy(contact).astype(np.float64) ** 2
    usual = in_numpy(standing_heights(offsets)[list(FEET)]).astype(np.float64)
    path = start
    for _ in range(config.repeats if sure.any() else 1):
        path = _solved(path, start, weight, feet, sure, None if floor is None else floor + usual, config)
    return torch.from_numpy(path).to(reference)


def _solved(
    path: Numbers, start: Numbers, weight: Numbers, feet: Numbers, sure: Numbers, usual: Numbers | None,
    config: RootConfig,
) -> Numbers:
    """One solve, with feet believed as the path so far says."""
    frames = len(path)
    both = np.minimum(sure[1:], sure[:-1])
    moves = np.diff(feet, axis=0)
    slip = np.linalg.norm(np.diff(path, axis=0)[:, None] + moves, axis=-1)
    still = both / (config.slip_sd * (1 + (slip / config.doubt) ** 2)) ** 2
    bands, pull = np.zeros((3, 4, frames)), np.zeros((frames, 3))
    for axis in range(3):
        bands[axis, 3] += weight
        for order, spread in ((2, config.change_sd), (3, config.jerk_sd)):
            _add(bands[axis], order, np.full(max(frames - order, 0), 1 / spread**2))
        _add(bands[axis], 1, still.sum(1))
    _pull(pull, still, np.diff(start, axis=0)[:, None] + moves)
    if usual is not None and config.height_sd is not None:
        standing = sure / config.height_sd**2
        bands[VERTICAL, 3] += standing.sum(1)
        pull[:, VERTICAL] += (standing * (usual - feet[..., VERTICAL] - start[:, None, VERTICAL])).sum(1)
    found = [solveh_banded(bands[axis], pull[:, axis], check_finite=False) for axis in range(3)]
    return start + np.stack(found, axis=-1)


def _add(bands: Numbers, order: int, weight: Numbers) -> None:
    """The squares of differences of an order, (T - order,) weights, into upper bands (4, T) as solveh_banded has
    them."""
    taken = DIFFERENCES[order - 1]
    for first, one in enumerate(taken):
        for second in range(first, len(taken)):
            where = slice(second, second + len(weight))
            bands[3 - (second - first), where] += one * taken[second] * weight


def _pull(pull: Numbers, still: Numbers, moved: Numbers) -> None:
    """What standing feet that move by (T - 1, 4, 3) along the reference ask of a shift of it."""
    asked = (still[..., None] * moved).sum(1)
    pull[1:] -= asked
    pull[:-1] += asked
