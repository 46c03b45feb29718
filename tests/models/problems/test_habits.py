"""What a guess misses it misses again when the body does alike: plain Gaussian regression, which knows no heading."""
from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor

from models.kinematics.forward import local_to_global
from models.kinematics.rotations import about_y, geodesic_angle, matrix_to_sixd, rotvec_to_matrix
from models.kinematics.skeleton import JOINT_COUNT, JOINT_INDEX, neutral_offsets
from models.problems.habits import HabitConfig, _mean, by_habit
from models.problems.known import Known
from models.problems.kriging import Hearing, correlation

ELBOW, KNEE = JOINT_INDEX["L_elbow"], JOINT_INDEX["R_knee"]
GAP = slice(70, 130)
MISSING = torch.arange(JOINT_COUNT) == ELBOW


def walker(frames: int = 200) -> tuple[Tensor, Known]:
    """Knee and elbow swing together; the guess has the elbow nearly still, where it swings about. Its elbow is lost
    for a second, which begins and ends in one phase."""
    phase = 2 * torch.pi * torch.arange(frames) / 30
    local = torch.zeros(frames, JOINT_COUNT, 3)
    local[:, KNEE, 0] = 0.6 * torch.sin(phase)
    held = local_to_global(rotvec_to_matrix(local + 0.02))
    local[:, ELBOW, 1] = 0.7 * torch.sin(phase) + 0.3
    true = local_to_global(rotvec_to_matrix(local + 0.02))
    everything = torch.ones(frames, JOINT_COUNT, dtype=torch.bool)
    guess = true.clone()
    guess[:, ELBOW] = held[:, ELBOW]
    whole = Known(true, everything, torch.zeros(frames, 3), everything[:, 0], neutral_offsets())
    return guess, whole.without([ELBOW], GAP)


def test_a_swing_goes_on_as_it_did_before() -> None:
    guess, known = walker()
    found = by_habit(guess, known, MISSING, HabitConfig())
    before, after = (geodesic_angle(turns, known.rotations)[GAP, ELBOW].mean() for turns in (guess, found))
    assert after < 0.1 * before
    others = ~MISSING
    assert torch.equal(found[:, others], guess[:, others])


def test_it_is_plain_gaussian_regression() -> None:
    guess, known = walker(150)
    plain = HabitConfig(alike=0.0, alike_now=0.0, of_rest=0.0, of_guess=0.0, doubt=0.0, hearing=Hearing(20, 1))
    found = by_habit(guess, known, MISSING, plain)
    heard = torch.cat([torch.arange(49, 70), torch.arange(130, 150)])
    own = torch.tensor([1e-6 if int(frame) in (69, 130) else plain.own for frame in heard], dtype=torch.float64)

    def covariance(one: Tensor) -> Tensor:
        return plain.always + plain.near * correlation((one - heard).double(), plain.near_frames)

    weights = torch.linalg.inv(covariance(heard[:, None]) + torch.diag(own)) @ covariance(torch.tensor(100))
    missed = torch.stack([_turn(guess[at, ELBOW].mT @ known.rotations[at, ELBOW]) for at in heard]).double()
    expected = guess[100, ELBOW] @ rotvec_to_matrix((weights @ missed).float())
    assert geodesic_angle(found[100, ELBOW], expected) < 1e-3


def _turn(rotation: Tensor) -> Tensor:
    """Its vector, by the textbook."""
    angle = torch.arccos(((rotation.diagonal().sum() - 1) / 2).clamp(-1, 1))
    skew = torch.stack([rotation[2, 1] - rotation[1, 2], rotation[0, 2] - rotation[2, 0],
                        rotation[1, 0] - rotation[0, 1]])
    return skew * angle / (2 * torch.sin(angle))


def test_a_turned_world_turns_what_is_found() -> None:
    guess, known = walker(160)
    turn = about_y(torch.tensor(1.1))
    plain = by_habit(guess, known, MISSING, HabitConfig())
    turned = by_habit(turn @ guess, replace(known, rotations=turn @ known.rotations), MISSING, HabitConfig())
    assert torch.allclose(turned, turn @ plain, atol=1e-4)


def test_what_is_missing_throughout_stays_as_guessed() -> None:
    guess, known = walker(60)
    known = known.without([ELBOW], slice(None))
    assert torch.equal(by_habit(guess, known, MISSING, HabitConfig()), guess)


def test_what_is_missing_may_hold_anything() -> None:
    guess, known = walker(150)
    other = replace(known, rotations=torch.where(known.rotation_known[..., None, None], known.rotations, torch.eye(3)))
    found = [by_habit(guess, one, MISSING, HabitConfig()) for one in (known, other)]
    assert torch.equal(*found)


def test_the_mean_of_turns_is_the_nearest_rotation() -> None:
    random = torch.Generator().manual_seed(0)
    turns = rotvec_to_matrix(2 * torch.randn(7, 3, generator=random))
    mean = _mean(turns)
    assert torch.allclose(mean @ mean.mT, torch.eye(3), atol=1e-5)
    assert torch.linalg.det(mean) > 0
    off = (turns - mean).square().sum()
    for _ in range(20):
        near = mean @ rotvec_to_matrix(0.05 * torch.randn(3, generator=random))
        assert (turns - near).square().sum() > off
    assert torch.allclose(matrix_to_sixd(_mean(turns[:1])), matrix_to_sixd(turns[0]), atol=1e-5)
