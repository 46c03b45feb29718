"""Limbs that no camera sees for a while: what they do is found from the rest of the body and from their own habits.

A window of the prior sees two thirds of a second; an arm hidden for longer is told by it as anybody's would be. In the
rest of the clip it was seen, and so it is filled in as in a motion with holes (fill.py).
"""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from models.kinematics.skeleton import JOINT_INDEX
from models.problems.fill import FillConfig, fill
from models.problems.known import Known
from models.problems.seen import Seen
from models.samplers.planted import stretches
from models.samplers.windows import window_starts
from models.solver import Solver

LIMBS = [[JOINT_INDEX[f"{side}_{name}"] for name in names] for side in "LR" for names in (
    ("hip", "knee", "ankle", "foot"), ("shoulder", "elbow", "wrist"))]  # the first is what turns; the others are seen


@dataclass(frozen=True)
class UnseenConfig:
    """Chosen on the validation split."""

    longer: int = 24  # frames in a row: through fewer the prior and the keypoints about them lead
    most: float = 0.8  # of a clip: a limb that is hardly ever seen has no habits to be found
    fill: FillConfig = field(default_factory=FillConfig)


def unseen_joints(seen: Sequence[Seen], frames: int, config: UnseenConfig) -> Tensor:
    """(T, 22) bool: joints of limbs of which no keypoint is seen for long, but at other times."""
    found = torch.zeros(frames, len(JOINT_INDEX), dtype=torch.bool)
    for limb in LIMBS:
        hidden = torch.ones(frames, dtype=torch.bool)
        for view in seen:
            of_limb = [place for place, joint in enumerate(view.joints) if joint in limb[1:]]
            hidden &= ~(view.confidence[:frames, of_limb] > 0).any(-1)
        if hidden.float().mean() > config.most:
            continue
        for stretch in stretches(hidden, config.longer):
            found[stretch, limb] = True
    return found


def with_unseen_found(
    solver: Solver, seen: Sequence[Seen], rotations: Tensor, root: Tensor, offsets: Tensor, floor: float | None,
    config: UnseenConfig,
) -> tuple[Tensor, float]:
    """The rotations (T, 22, 3, 3) of a lifted motion with those of unseen joints found anew, and the prior's passes a
    frame that it took."""
    unseen = unseen_joints(seen, len(root), config)
    if not unseen.any():
        return rotations, 0.0
    known = Known(rotations, ~unseen, root, torch.ones(len(root), dtype=torch.bool), offsets, floor)
    windows = len(window_starts(len(root), solver.prior.config.frames, config.fill.windows.stride))
    return fill(solver, known, config.fill).rotations, windows * (1 + config.fill.windows.both_ways) / len(root)
