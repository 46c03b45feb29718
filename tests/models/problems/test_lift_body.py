"""What is believed of bones and focal lengths: as told without evidence, as evidence has it where there is much."""
from __future__ import annotations

import pytest
import torch
from torch import Tensor

from models.kinematics.skeleton import HEAD, MIRRORED, leg_length, neutral_offsets, standing_height
from models.problems.lift_body import BONES, LONGEST, PARTS, Unsure, bones, head_height, nothing_found, slopes_of
from models.samplers.motion_fit import Lasting

OFFSETS = neutral_offsets().double()
COUNT = len(BONES) + 1


def only(name: str, logarithm: float) -> Tensor:
    values = torch.zeros(COUNT, dtype=torch.float64)
    values[BONES.index(name)] = logarithm
    return values


def test_zeros_are_as_told_and_size_stretches_all_alike() -> None:
    assert torch.equal(bones(OFFSETS, only("size", 0.0)), OFFSETS)
    torch.testing.assert_close(bones(OFFSETS, only("size", 0.2)), OFFSETS * torch.tensor(0.2).double().exp())


@pytest.mark.parametrize("part", PARTS)
def test_a_part_stretches_both_sides_and_nothing_else(part: str) -> None:
    stretched = bones(OFFSETS, only(part, 0.3)) / OFFSETS.where(OFFSETS != 0, torch.ones(()).double())
    assert torch.equal(stretched, stretched[list(MIRRORED)])
    others = [name for name in PARTS if name != part]
    kept = OFFSETS.clone()
    for name in others:
        kept = bones(kept, only(name, 0.3))
    together = bones(kept, only(part, 0.3)).norm() ** 2 - OFFSETS.norm() ** 2
    apart = sum(bones(OFFSETS, only(name, 0.3)).norm() ** 2 - OFFSETS.norm() ** 2 for name in PARTS)
    torch.testing.assert_close(together, torch.as_tensor(apart))  # no two parts stretch the same number


def test_longer_thighs_and_shanks_are_longer_legs() -> None:
    values = only("thighs", 0.1) + only("shanks", 0.1)
    torch.testing.assert_close(leg_length(bones(OFFSETS, values)), leg_length(OFFSETS) * values.max().exp())


def test_slopes_are_those_of_an_exponential() -> None:
    values = torch.tensor([0.3, -0.2], dtype=torch.float64)
    torch.testing.assert_close(slopes_of(lambda at: (at * torch.tensor([2.0, 1.0])).exp(), values),
                               torch.diag(torch.tensor([2.0, 1.0]) * (values * torch.tensor([2.0, 1.0])).exp()))


def test_much_evidence_is_followed_step_by_step_and_none_leads_back() -> None:
    unsure = Unsure(size_sd=0.1, part_sd=0.1, focal_sd=0.1)
    before = unsure.information(OFFSETS, 1)
    true = 0.15 * torch.randn(COUNT, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    sure = 1e8 * torch.eye(COUNT, dtype=torch.float64)
    found = first = nothing_found(1, before)
    for _ in range(6):
        last, found = found, found.updated(Lasting(sure, sure @ (true - found.values)), before)
        assert float((found.values - last.values).abs().max()) <= LONGEST + 1e-9
    torch.testing.assert_close(found.values, true, atol=1e-4, rtol=0)
    assert bool((found.sd < 0.01 * first.sd).all())
    nothing = Lasting(torch.zeros_like(sure), torch.zeros(COUNT, dtype=torch.float64))
    for _ in range(6):
        found = found.updated(nothing, before)
    torch.testing.assert_close(found.values, first.values, atol=1e-9, rtol=0)


def test_what_is_known_stays_whatever_is_said() -> None:
    before = Unsure(size_sd=0.1).information(OFFSETS, 1)
    said = Lasting(torch.eye(COUNT).double(), torch.ones(COUNT).double())
    found = nothing_found(1, before).updated(said, before)
    assert float(found.values[0]) > 0.005 and float(found.values[1:].abs().max()) < 1e-9


def test_a_height_that_is_told_is_kept_by_whatever_bones() -> None:
    """Evidence of long legs: the trunk is the shorter for them."""
    before = Unsure(size_sd=0.1, part_sd=0.1, height_sd=0.001).information(OFFSETS, 1)
    legs = only("thighs", 1.0) + only("shanks", 1.0)
    sure = torch.diag(1e6 * legs)
    found = nothing_found(1, before)
    for _ in range(4):
        found = found.updated(Lasting(sure, sure @ (0.1 * legs - found.values)), before)
    assert float(found.values[BONES.index("thighs")]) == pytest.approx(0.1, abs=0.01)
    assert float(found.values[BONES.index("trunk")]) < -0.02
    assert float(head_height(OFFSETS, found.values)) == pytest.approx(float(standing_height(OFFSETS, HEAD)), rel=0.005)
