"""What people are told of a calibration."""
from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from models.body import Body
from models.calibration.calibrate import Calibration
from models.calibration.factors import PARTS, FactorPrior, with_values
from models.calibration.findings import findings, part_seen, share_seen, stature_direction
from models.calibration.mount_turns import TurnPrior, told_turns
from models.calibration.still import Window
from models.kinematics.skeleton import HEAD, standing_height

PRIOR = FactorPrior().covariance(3)


def nothing_seen(body: Body) -> Calibration:
    turns = TurnPrior()
    return Calibration("standing", Window(0, 120, 0.0), torch.zeros(15, dtype=torch.float64), PRIOR, PRIOR,
                       told_turns(body, turns), turns.sd, 0.02, 0.01)


def test_the_stature_follows_the_standing_head_height(neutral: Body) -> None:
    values = torch.cat([torch.linspace(-0.01, 0.01, len(PARTS)), torch.zeros(9)]).double()
    grown = standing_height(with_values(neutral, values).offsets, HEAD) / standing_height(neutral.offsets, HEAD)
    assert float(stature_direction(neutral, 15) @ values) == pytest.approx(float(grown.log()), abs=3e-4)


def test_who_has_seen_nothing_says_so(neutral: Body) -> None:
    found = findings(neutral, nothing_seen(neutral))
    assert [one.name for one in found][:3] == ["head height", "torso", "neck"]
    assert {one.observed for one in found} == {"no"}
    assert all(one.sd == pytest.approx(one.sd_before) for one in found)


def test_a_known_stature_tells_of_parts_only_what_people_have_in_common(neutral: Body) -> None:
    stature = stature_direction(neutral, 15)
    sure = PRIOR - torch.outer(PRIOR @ stature, PRIOR @ stature) / (stature @ PRIOR @ stature + 1e-6)
    named = {one.name: one for one in findings(neutral, replace(nothing_seen(neutral), covariance=sure))}
    assert named["head height"].observed == "yes"
    assert {named[name].observed for name in PARTS} == {"by stature"}


@pytest.mark.parametrize(("sd", "said"), [(0.09, "no"), (0.04, "by stature"), (0.03, "partly"), (0.02, "yes")])
def test_a_part_is_seen_by_itself_or_by_stature(sd: float, said: str) -> None:
    assert part_seen(sd, 0.09, 0.04) == said


def test_seen_is_what_is_no_longer_unsure() -> None:
    assert [share_seen(sd, 1.0) for sd in (1.0, 0.97, 0.8, 0.6)] == ["no", "no", "partly", "yes"]
