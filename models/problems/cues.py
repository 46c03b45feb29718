"""What the prior is told where no tracker says it: which way somebody looks, how high and where their head is."""
from __future__ import annotations

import torch
from torch import Tensor

from models.kinematics.forward import positions_from_pelvis
from models.kinematics.rotations import heading
from models.kinematics.skeleton import HEAD, arm_length, leg_length, standing_height
from models.prior.condition import CUE_JOINTS, OTHER_JOINTS, Cues


def believed_cues(
    rotations: Tensor, root: Tensor, offsets: Tensor, floor: float | None, placed: bool
) -> Cues:
    """Cues of windows as they are believed to be, none of whose rotations is known.

    Args:
        rotations, root: (B, T, 22, 3, 3) and (B, T, 3).
        offsets: (22, 3) metres.
        floor: its height, metres; None where there is none.
        placed: whether the head's way and, over a floor, its height are told.
    """
    shape, middle = root.shape[:2], root.shape[1] // 2
    no = torch.zeros(*shape, 1, dtype=torch.bool, device=root.device)
    joints = positions_from_pelvis(rotations, offsets) + root[:, :, None]
    head = joints[:, :, HEAD]
    return Cues(
        rotations=rotations[:, :, list(CUE_JOINTS)], rotation_known=no.expand(*shape, 3),
        height=(head[..., 1] - (floor or 0.0)) / standing_height(offsets, HEAD),
        height_known=no[..., 0] | (placed and floor is not None),
        hands=(joints[:, :, list(CUE_JOINTS[1:])] - head[:, :, None]) / arm_length(offsets),
        hands_known=no.expand(*shape, 2),
        path=head * head.new_tensor([1.0, 0.0, 1.0]) / leg_length(offsets), path_known=no[..., 0] | placed,
        others=rotations[:, :, list(OTHER_JOINTS)], others_known=no.expand(*shape, len(OTHER_JOINTS)),
        heading=heading(rotations[:, middle, HEAD]),
    )
