"""The stream: learns from ordinary motion, and never lets a bone jump."""
from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from models.body import Body, Readings
from models.calibration.factors import PARTS, FactorPrior, values_count
from models.calibration.posture import Postures
from models.calibration.stream import Stream, StreamConfig, stepped, stream_belief

Sway = Callable[..., tuple[Tensor, Tensor]]
CONFIG = StreamConfig()
ARMS = slice(3, 5)


@pytest.fixture
def postures(
    swaying_body: Sway, errors_of: Callable[..., Tensor], worn: Callable[..., Readings],
    known_postures: Callable[..., Postures],
) -> Postures:
    """20 s, four postures a second, of somebody with arms 6 % longer than told."""
    rotations = swaying_body(1200, amount=0.5)[0][::15]
    readings = worn(rotations, errors_of(upper_arms=1.06, forearms=1.06), noise=0.002)
    return known_postures(rotations, readings, 0.1, 0.02)


def test_nothing_seen_nothing_changed(neutral: Body) -> None:
    body = Stream(neutral).body(0.0)
    assert torch.equal(body.offsets, neutral.offsets) and torch.equal(body.mounts, neutral.mounts)


def test_twenty_seconds_of_motion_find_the_arms(neutral: Body, postures: Postures) -> None:
    belief = stream_belief(neutral, postures, 0.25)
    sd = belief.covariance.diagonal().sqrt()
    assert (belief.mean[ARMS] - math.log(1.06)).abs().max() < 0.02
    assert (belief.mean[:6] - torch.tensor([0, 0, 0, 1, 1, 0]) * math.log(1.06)).abs().max() < 2 * sd[:6].max()
    assert (sd[ARMS] < 0.5 * (0.08**2 + 0.04**2) ** 0.5).all()


def test_it_grows_surer(neutral: Body, postures: Postures) -> None:
    stream, arms = Stream(neutral), []
    for index in range(40):
        stream.observe(index * 0.25, postures.only(index))
        arms.append(float(stream.belief.covariance[3, 3]))
    assert arms[-1] < arms[10] < arms[0]


def test_postures_too_soon_after_another_teach_nothing(neutral: Body, postures: Postures) -> None:
    stream = Stream(neutral)
    taken = [stream.observe(0.05 * index, postures.only(index)) for index in range(11)]
    assert [index for index, used in enumerate(taken) if used] == [0, 5, 10]


def test_bones_never_move_faster_than_allowed_and_arrive(neutral: Body, postures: Postures) -> None:
    stream = Stream(neutral)
    before, time_s = stream.body(0.0), 0.0
    for frame in range(1200):
        time_s = frame / 60
        if frame % 15 == 0:
            stream.observe(time_s, postures.only(frame // 15))
        body = stream.body(time_s)
        grown = (body.offsets.norm(dim=-1)[1:] / before.offsets.norm(dim=-1)[1:] - 1).abs().max()
        assert float(grown) <= CONFIG.scale_rate / 60 * 1.01 + 1e-6
        assert float((body.mounts - before.mounts).abs().max()) <= CONFIG.mount_rate / 60 * 1.01 + 1e-7
        before = body
    late = stream.body(time_s + 60)
    torch.testing.assert_close(stream.applied, stream.belief.mean[: values_count(neutral)])
    assert float(late.offsets[20].norm() / neutral.offsets[20].norm()) == pytest.approx(1.06, abs=0.02)


def test_steps_add_up_and_a_clock_that_goes_back_moves_nothing(neutral: Body, postures: Postures) -> None:
    wanted = torch.linspace(-0.1, 0.1, values_count(neutral), dtype=torch.float64)
    nothing = torch.zeros_like(wanted)
    once = stepped(nothing, wanted, 2.0, CONFIG)
    twice = stepped(stepped(nothing, wanted, 1.2, CONFIG), wanted, 0.8, CONFIG)
    torch.testing.assert_close(once, twice)
    assert float(once[: len(PARTS)].abs().max()) == pytest.approx(2 * math.log1p(CONFIG.scale_rate))
    stream = Stream(neutral)
    for index in range(8):
        stream.observe(0.25 * index, postures.only(index))
    stream.body(10.0)
    assert torch.equal(stream.body(5.0).offsets, stream.body(4.0).offsets)


def test_a_long_pause_forgets_evidence_and_not_the_prior(neutral: Body, postures: Postures) -> None:
    stream = Stream(neutral)
    for index in range(40):
        stream.observe(0.25 * index, postures.only(index))
    learned = float(stream.belief.covariance[3, 3])
    nothing = replace(postures.only(0), known=torch.zeros(1, 3, dtype=torch.bool))
    stream.observe(1e6, nothing)
    prior = FactorPrior().covariance(3)
    torch.testing.assert_close(stream.belief.covariance[:15, :15], prior, rtol=1e-3, atol=1e-6)
    assert learned < 0.5 * float(prior[3, 3])


def test_a_clock_that_starts_again_is_followed(neutral: Body, postures: Postures) -> None:
    stream = Stream(neutral)
    assert stream.observe(100.0, postures.only(0))
    assert stream.observe(1.0, postures.only(1))
    assert not stream.observe(1.1, postures.only(2))
