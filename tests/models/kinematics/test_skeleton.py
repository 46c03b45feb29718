"""The one body: its tree, its mirror image, and lengths and heights of the neutral adult."""
from __future__ import annotations

from itertools import pairwise

import pytest
import torch

from models.kinematics.forward import positions_from_pelvis
from models.kinematics.skeleton import (
    HEAD,
    JOINT_COUNT,
    MIRRORED,
    PARENTS,
    arm_length,
    chain_to,
    descent_matrix,
    leg_length,
    neutral_offsets,
    standing_height,
    standing_heights,
)
from models.kinematics.smpl22 import JOINT_NAMES, SOLE_HEIGHT_M


def test_every_chain_leads_down_from_the_pelvis() -> None:
    assert chain_to(0) == ()
    for joint in range(1, JOINT_COUNT):
        chain = chain_to(joint)
        assert PARENTS[chain[0]] == 0 and chain[-1] == joint
        assert all(PARENTS[below] == above for above, below in pairwise(chain))
        assert descent_matrix()[joint].nonzero().flatten().tolist() == sorted(chain)


def test_the_mirror_swaps_sides_and_keeps_the_tree() -> None:
    assert [MIRRORED[joint] for joint in MIRRORED] == list(range(JOINT_COUNT))
    for joint in range(1, JOINT_COUNT):
        assert MIRRORED[PARENTS[joint]] == PARENTS[MIRRORED[joint]]
        sides = {JOINT_NAMES[joint][:2], JOINT_NAMES[MIRRORED[joint]][:2]}
        assert sides == {"L_", "R_"} or MIRRORED[joint] == joint
    flip = torch.tensor([-1.0, 1.0, 1.0])
    torch.testing.assert_close(neutral_offsets()[list(MIRRORED)] * flip, neutral_offsets())


def test_standing_heights_are_those_of_the_t_pose_on_its_soles() -> None:
    bodies = neutral_offsets() * torch.tensor([1.0, 0.6, 1.4])[:, None, None]
    places = positions_from_pelvis(torch.eye(3).expand(3, JOINT_COUNT, 3, 3), bodies)
    soles = SOLE_HEIGHT_M * torch.tensor([[1.0], [0.6], [1.4]])
    expected = places[..., 1] - places[..., 1].amin(-1, keepdim=True) + soles
    torch.testing.assert_close(standing_heights(bodies), expected)
    torch.testing.assert_close(standing_height(bodies, HEAD), expected[:, HEAD])
    assert float(standing_height(neutral_offsets(), HEAD)) == pytest.approx(1.5, abs=0.1)


def test_limb_lengths_follow_the_bones() -> None:
    offsets = neutral_offsets()
    assert float(arm_length(offsets)) == pytest.approx(0.507, abs=2e-3)
    assert float(leg_length(offsets)) == pytest.approx(0.785, abs=2e-3)
    longer = offsets.clone()
    longer[[4, 7]] *= 1.2  # the left leg only
    assert float(leg_length(longer) / leg_length(offsets)) == pytest.approx(1.1)
    assert torch.equal(arm_length(longer), arm_length(offsets))
