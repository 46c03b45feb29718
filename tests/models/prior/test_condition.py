"""The condition: the same wherever the world's north is, silent about what is not known, blind to body size."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from models.kinematics.rotations import about_y, rotvec_to_matrix
from models.prior.condition import CUE_WIDTH, HEIGHT_GAIN, OTHER_JOINTS, STEP_GAIN, USUAL_HEIGHT, Cues, encode
from models.prior.denoiser import first_known_heading

RandomCues = Callable[..., Cues]
ROTATIONS_KNOWN, ROTATIONS, TURNS = slice(0, 3), slice(3, 21), slice(21, 39)
HEIGHT, HANDS_KNOWN, HANDS = slice(39, 42), slice(42, 44), slice(44, 50)
PATH, HAND_STEPS = slice(50, 55), slice(55, 61)
OTHERS_KNOWN, OTHERS = slice(61, 80), slice(80, 194)


def turned(cues: Cues, turn: Tensor) -> Cues:
    """The same windows in a world turned by `turn` (3, 3)."""
    return replace(cues, rotations=turn @ cues.rotations, hands=cues.hands @ turn.mT, path=cues.path @ turn.mT,
                   others=turn @ cues.others)


def centred(cues: Cues) -> Tensor:
    return encode(cues, about_y(-first_known_heading(cues)))


def still(count: int) -> Tensor:
    return torch.eye(3).expand(count, 3, 3)


def test_the_width_is_the_networks(random_cues: RandomCues) -> None:
    assert encode(random_cues(), still(3)).shape == (3, 9, CUE_WIDTH)
    assert OTHERS.stop == CUE_WIDTH


@pytest.mark.parametrize("angle", [0.5, -2.0, 3.1])
def test_does_not_know_where_north_is(random_cues: RandomCues, angle: float) -> None:
    cues = random_cues()
    again = centred(turned(cues, about_y(torch.tensor(angle))))
    torch.testing.assert_close(again, centred(cues), atol=2e-5, rtol=0)


def test_absent_cues_are_zero_whatever_they_hold(random_cues: RandomCues) -> None:
    cues = random_cues()
    broken = replace(
        cues,
        rotations=torch.where(cues.rotation_known[..., None, None], cues.rotations, torch.nan),
        height=torch.where(cues.height_known, cues.height, torch.nan),
        hands=torch.where(cues.hands_known[..., None], cues.hands, torch.nan),
        path=torch.where(cues.path_known[..., None], cues.path, torch.nan),
        others=torch.where(cues.others_known[..., None, None], cues.others, torch.nan),
    )
    encoded = encode(broken, still(3))
    torch.testing.assert_close(encoded, encode(cues, still(3)), atol=0, rtol=0)
    assert (encoded[..., ROTATIONS].unflatten(-1, (3, 6))[~cues.rotation_known] == 0).all()
    assert (encoded[..., HEIGHT][~cues.height_known] == 0).all()
    assert (encoded[..., HANDS].unflatten(-1, (2, 3))[~cues.hands_known] == 0).all()
    assert torch.equal(encoded[..., ROTATIONS_KNOWN], cues.rotation_known.float())
    assert torch.equal(encoded[..., HANDS_KNOWN], cues.hands_known.float())
    assert torch.equal(encoded[..., HEIGHT.start], cues.height_known.float())
    assert (encoded[..., PATH][~cues.path_known] == 0).all()
    assert torch.equal(encoded[..., PATH.start], cues.path_known.float())
    assert (encoded[..., OTHERS].unflatten(-1, (len(OTHER_JOINTS), 6))[~cues.others_known] == 0).all()
    assert torch.equal(encoded[..., OTHERS_KNOWN], cues.others_known.float())


def test_a_turn_is_known_where_both_its_frames_are(random_cues: RandomCues) -> None:
    cues = random_cues()
    turns = encode(cues, still(3))[..., TURNS].unflatten(-1, (3, 6))
    both = cues.rotation_known[:, 1:] & cues.rotation_known[:, :-1]
    assert torch.equal(turns[:, 1:].abs().sum(-1) > 0, both)
    assert torch.equal(turns[:, 0], torch.zeros(3, 3, 6))


def test_a_head_that_does_not_turn_shows_no_turn(random_cues: RandomCues) -> None:
    cues = random_cues()
    steady = replace(cues, rotations=cues.rotations[:, :1].expand_as(cues.rotations))
    assert encode(steady, still(3))[..., TURNS].abs().max() < 1e-5


def test_the_bob_is_the_height_less_its_mean_over_the_known_frames(random_cues: RandomCues) -> None:
    cues = random_cues()
    height, bob = encode(cues, still(3))[..., HEIGHT].unbind(-1)[1:]
    for window in range(3):
        known = cues.height_known[window]
        told = cues.height[window][known]
        torch.testing.assert_close(height[window][known], HEIGHT_GAIN * (told - USUAL_HEIGHT))
        torch.testing.assert_close(bob[window][known] / 20, told - told.mean(), atol=1e-6, rtol=0)


def test_nothing_known_is_all_zero(random_cues: RandomCues) -> None:
    cues = random_cues()
    silent = replace(cues, rotation_known=torch.zeros_like(cues.rotation_known),
                     height_known=torch.zeros_like(cues.height_known), hands_known=torch.zeros_like(cues.hands_known),
                     path_known=torch.zeros_like(cues.path_known), others_known=torch.zeros_like(cues.others_known))
    assert torch.equal(encode(silent, still(3)), torch.zeros(3, 9, CUE_WIDTH))


def test_rotations_are_turned_into_the_heading_frame(random_cues: RandomCues) -> None:
    cues, turn = random_cues(1), rotvec_to_matrix(torch.tensor([[0.0, 0.7, 0.0]]))
    known = replace(cues, rotation_known=torch.ones_like(cues.rotation_known))
    columns = encode(known, turn)[0, ..., ROTATIONS].unflatten(-1, (3, 2, 3))
    torch.testing.assert_close(columns, (turn @ cues.rotations)[0, ..., :2].mT)


def test_where_the_walk_began_is_not_told_but_its_way_and_speed_are(random_cues: RandomCues) -> None:
    cues = random_cues()
    elsewhere = replace(cues, path=cues.path + torch.tensor([30.0, 0.0, -7.0]))
    told = encode(cues, still(3))[..., PATH]
    torch.testing.assert_close(encode(elsewhere, still(3))[..., PATH], told, atol=2e-4, rtol=0)
    both = cues.path_known[:, 1:] & cues.path_known[:, :-1]
    step = told[:, 1:, 3:] / STEP_GAIN
    torch.testing.assert_close(step[both], cues.path.diff(dim=1)[both][:, [0, 2]], atol=1e-5, rtol=0)
    assert not step[~both].any()
    for window in range(3):
        assert told[window, cues.path_known[window], 1:3].mean(0).abs().max() < 1e-5


def test_hands_steps_are_known_where_both_their_frames_are(random_cues: RandomCues) -> None:
    cues = random_cues()
    steps = encode(cues, still(3))[:, 1:, HAND_STEPS].unflatten(-1, (2, 3)) / STEP_GAIN
    both = cues.hands_known[:, 1:] & cues.hands_known[:, :-1]
    torch.testing.assert_close(steps[both], cues.hands.diff(dim=1)[both], atol=1e-5, rtol=0)
    assert not steps[~both].any()
