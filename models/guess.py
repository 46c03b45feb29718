"""What a prior says of a window of motion: where prior and sampler meet."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor

CONTACT_JOINTS = (7, 8, 10, 11)  # ankles and toe bases, left before right


@dataclass(frozen=True)
class Guess:
    """The motion behind a noisy one, and how sure the prior is of it."""

    poses: Tensor  # (B, T, 132) global 6D rotations in the world
    joint_sd: Tensor  # (B, T, 22) radians per axis: how far each rotation may be from the truth
    contact: Tensor | None = None  # (B, T, 4) probability that each of CONTACT_JOINTS stands still on the floor


Denoiser = Callable[[Tensor, float], Tensor]  # x (B, T, 132), sigma -> x0 (B, T, 132)
Guesser = Callable[[Tensor, float], Guess]  # the same, with all that the prior says
