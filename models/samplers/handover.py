"""A tracker that comes back, or is given up, changes a live body at once; here it is handed over within a moment.

When other trackers count than before, the difference between the last answer and the new body is kept, and taken away
smoothly: the answer goes on from where it was and is the new body after LASTS_S.
"""
from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from models.kinematics.rotations import matrix_to_rotvec, rotvec_to_matrix

LASTS_S = 0.6
PAUSE_S = 0.25  # an answer older than that is not gone on from


@dataclass(frozen=True)
class Handover:
    """One session's last answer, and what is left of a difference."""

    time_s: float
    heard: Tensor  # (M,) bool: trackers that counted
    rotations: Tensor  # (22, 3, 3) as answered
    root: Tensor  # (3,) as answered
    began_s: float
    turns: Tensor  # (22, 3) radians in the world, from the solved body to the answer when it began
    shift: Tensor  # (3,) metres


def hand_over(
    rotations: Tensor, root: Tensor, heard: Tensor, now_s: float, before: Handover | None
) -> tuple[Tensor, Tensor, Handover]:
    """A solved body (22, 3, 3), (3,) as it is answered: rotations, root, and what the next answer needs to know."""
    began_s, turns, shift = now_s, torch.zeros_like(rotations[..., 0]), torch.zeros_like(root)
    if before is not None and before.time_s < now_s <= before.time_s + PAUSE_S:
        began_s, turns, shift = before.began_s, before.turns, before.shift
        if not torch.equal(heard, before.heard):
            began_s, turns = before.time_s, matrix_to_rotvec(before.rotations @ rotations.mT)
            shift = before.root - root
    left = _left((now_s - began_s) / LASTS_S)
    if left > 0:
        rotations, root = rotvec_to_matrix(left * turns) @ rotations, root + left * shift
    return rotations, root, Handover(now_s, heard, rotations, root, began_s, turns, shift)


def _left(share: float) -> float:
    """From one to zero, with no jump in speed."""
    done = min(max(share, 0.0), 1.0)
    return 1 - done * done * (3 - 2 * done)
