"""What postures teach: the truth where they are known, nothing beyond what they show."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import torch
from torch import Tensor

from models.body import Body, Readings
from models.calibration.belief import Belief
from models.calibration.evidence import EvidenceConfig, evidence, first_belief
from models.calibration.factors import FactorPrior
from models.calibration.posture import Postures

Sway = Callable[..., tuple[Tensor, Tensor]]
Make = Callable[..., Postures]
CONFIG = EvidenceConfig()
OPEN = FactorPrior(stature_sd=0.3, part_sd=0.3, mount_sd=0.05)


def learned(body: Body, postures: Postures, prior: FactorPrior = OPEN, rounds: int = 4) -> Belief:
    first = belief = first_belief(body, prior, CONFIG)
    for _ in range(rounds):
        belief = first.added(*evidence(postures, body, belief, torch.ones(len(postures)), CONFIG))
    return belief


def test_known_postures_give_the_bones_exactly(
    swaying_body: Sway, neutral: Body, errors_of: Callable[..., Tensor], worn: Callable[..., Readings],
    known_postures: Make,
) -> None:
    rotations, _ = swaying_body(300, amount=0.6)
    values = errors_of(torso=1.06, neck=0.9, shoulders=1.1, upper_arms=0.95, forearms=1.08, legs=0.93)
    values[6:] = torch.linspace(-0.03, 0.04, 9)
    sure = replace(neutral, position_sd=1e-4)
    belief = learned(sure, known_postures(rotations[::5], worn(rotations[::5], values), height_sd=1e-4))
    assert float((belief.mean[:15] - values).abs().max()) < 2e-3


def test_guessed_postures_teach_less_and_their_habits_never_wear_off(
    swaying_body: Sway, neutral: Body, errors_of: Callable[..., Tensor], worn: Callable[..., Readings],
    known_postures: Make,
) -> None:
    still = swaying_body(60, amount=0.6)[0][:1]
    postures = known_postures(still, worn(still, errors_of()), 0.3)

    def sd(postures: Postures, times: float) -> Tensor:
        first = first_belief(neutral, FactorPrior(mount_sd=1e-3), CONFIG)
        told = evidence(postures, neutral, first, torch.tensor([times]), CONFIG)
        return first.added(*told).covariance.diagonal()[:6].sqrt()

    known = replace(postures, joint_sd=torch.zeros(1, 22), column=replace(postures.column, joint_sd=torch.zeros(1, 22)))
    assert (sd(known, 1.0) < sd(postures, 1.0)).all()
    assert (sd(postures, 1e6) < sd(postures, 1.0)).all()
    assert (sd(postures, 1e6) > 1.02 * sd(known, 1.0)).any()  # one posture held for hours is still one guess of it


def test_a_body_as_told_stays_as_told(
    swaying_body: Sway, neutral: Body, errors_of: Callable[..., Tensor], worn: Callable[..., Readings],
    known_postures: Make,
) -> None:
    rotations, _ = swaying_body(60)
    belief = learned(neutral, known_postures(rotations, worn(rotations, errors_of()), 0.1))
    assert float(belief.mean.abs().max()) < 1e-4


def test_what_is_added_is_symmetric_and_never_negative(
    swaying_body: Sway, neutral: Body, errors_of: Callable[..., Tensor], worn: Callable[..., Readings],
    known_postures: Make,
) -> None:
    rotations, _ = swaying_body(30)
    postures = known_postures(rotations, worn(rotations, errors_of(legs=1.2)), 0.2)
    belief = first_belief(neutral, FactorPrior(), CONFIG)
    information, _ = evidence(postures, neutral, belief, torch.ones(30), CONFIG)
    assert torch.equal(information, information.T)
    assert float(torch.linalg.eigvalsh(information).min()) > -1e-6 * float(information.diagonal().max())


def test_a_glitch_is_doubted(
    swaying_body: Sway, neutral: Body, errors_of: Callable[..., Tensor], worn: Callable[..., Readings],
    known_postures: Make,
) -> None:
    rotations, _ = swaying_body(30)
    readings = worn(rotations, errors_of())
    broken = replace(readings, positions=readings.positions.clone())
    broken.positions[3, 1] += torch.tensor([5.0, 0.0, 0.0])

    def moved(config: EvidenceConfig) -> float:
        first = first_belief(neutral, FactorPrior(), config)
        postures = known_postures(rotations, broken, 0.1)
        return float(first.added(*evidence(postures, neutral, first, torch.ones(30), config)).mean[:6].abs().max())

    assert moved(CONFIG) < 0.2 * moved(replace(CONFIG, doubt=1e9))
