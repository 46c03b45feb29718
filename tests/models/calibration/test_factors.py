"""The unknowns of a body."""
from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from models.body import Body
from models.calibration.factors import PARTS, FactorPrior, joint_scales, values_count, with_values
from models.kinematics.skeleton import JOINT_COUNT, arm_length, standing_height


def test_every_bone_belongs_to_one_part() -> None:
    assert sorted(joint for joints in PARTS.values() for joint in joints) == list(range(1, JOINT_COUNT))


def test_zeros_are_the_body_as_told(neutral: Body) -> None:
    same = with_values(neutral, torch.zeros(values_count(neutral)))
    assert torch.equal(same.offsets, neutral.offsets) and torch.equal(same.mounts, neutral.mounts)


def test_scales_stretch_their_part_and_mounts_move(neutral: Body, errors_of: Callable[..., Tensor]) -> None:
    values = errors_of(upper_arms=1.2, forearms=1.2)
    values[len(PARTS) + 3 :][:3] = torch.tensor([0.01, 0.02, 0.03])
    changed = with_values(neutral, values)
    torch.testing.assert_close(arm_length(changed.offsets), 1.2 * arm_length(neutral.offsets))
    assert standing_height(changed.offsets, 15) == standing_height(neutral.offsets, 15)
    torch.testing.assert_close(changed.mounts[1], torch.tensor([0.01, 0.02, 0.03]))
    assert float(changed.mounts[[0, 2]].abs().max()) == 0


def test_opposite_values_undo_each_other(errors_of: Callable[..., Tensor]) -> None:
    values = errors_of(torso=1.3, legs=0.7)
    torch.testing.assert_close(joint_scales(values) * joint_scales(-values), torch.ones(22, dtype=torch.float64))


def test_people_differ_in_stature_more_than_in_proportions() -> None:
    prior = FactorPrior()
    covariance = prior.covariance(3)
    assert covariance.shape == (15, 15)
    assert torch.linalg.eigvalsh(covariance).min() > 0
    sd = covariance.diagonal().sqrt()
    torch.testing.assert_close(sd[:6], torch.full((6,), (0.08**2 + 0.04**2) ** 0.5, dtype=torch.float64))
    torch.testing.assert_close(sd[6:], torch.full((9,), prior.mount_sd, dtype=torch.float64))
    correlation = covariance / torch.outer(sd, sd)
    assert float(correlation[3, 4]) > float(correlation[0, 5]) > 0.75  # the two bones of an arm; torso and legs
    assert float(correlation[0, 6:].abs().max()) == 0
