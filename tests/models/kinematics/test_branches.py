"""What is looked at, what is taken unseen, and who is noted."""
from __future__ import annotations

import pytest
import torch

from models.kinematics.branches import Plan, anywhere, by_plan, planned

SOME, NOBODY = torch.tensor([[False, True], [False, False]]), torch.zeros(2, 2, dtype=torch.bool)


def test_as_a_rule_it_looks() -> None:
    for asked in ({}, {"usual": True}, {"common": True}):
        assert anywhere(SOME, **asked) and not anywhere(NOBODY, **asked)
    assert not by_plan()


@pytest.mark.parametrize("take", [False, True])
@pytest.mark.parametrize("take_common", [False, True])
def test_a_plan_decides_and_notes_whose_answers_lack_what_it_may_not_take(take: bool, take_common: bool) -> None:
    with planned(Plan(take, take_common)) as plan:
        assert by_plan() and anywhere(NOBODY, usual=True)
        assert plan.noted == []
        assert anywhere(NOBODY) is take
        assert anywhere(SOME, common=True) is (take or take_common)
    assert plan.needed.tolist() == [not take_common, False]
    assert not by_plan()
