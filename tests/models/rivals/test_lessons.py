"""Lessons: what is told and what is true agree, on the data's bones and on others, in evaluation as in training."""
from __future__ import annotations

from collections.abc import Callable

import pytest
import torch

from models.body import Body, Readings
from models.group import measure
from models.kinematics.forward import positions_from_pelvis
from models.kinematics.rotations import heading, matrix_to_xyzw, sixd_to_matrix
from models.kinematics.skeleton import HEAD, leg_length, neutral_offsets
from models.prior.condition import CUE_JOINTS
from models.rivals.lessons import EXACT, PLACE_NOISE_M, View, draw_lesson, simulate_sight
from models.rivals.sight import BONE_GAIN, SIGHT_WIDTH, encode_sight, head_frame, sight_of
from models.training.dataset import WindowSet
from models.training.simulate import CueConfig

Draw = Callable[..., WindowSet]


@pytest.mark.parametrize("at", [4, 8])
def test_the_truth_faces_forward_at_the_frame_of_the_view(windows: Draw, at: int) -> None:
    lesson = draw_lesson(windows(), 6, View(at), EXACT)
    assert lesson.told.shape == (6, 9, SIGHT_WIDTH) and lesson.truth.shape == (6, 9, 22, 6)
    head = sixd_to_matrix(lesson.truth)[:, at, HEAD]
    torch.testing.assert_close(heading(head), torch.zeros(6), atol=1e-5, rtol=0)
    torch.testing.assert_close(lesson.told[..., 6:24], lesson.truth[:, :, list(CUE_JOINTS)].flatten(2))


def test_places_are_those_of_the_body_told(windows: Draw) -> None:
    varied = CueConfig(hand_lost=0, head_lost=0, noisy=0, proportion_sd=0.2)
    lesson = draw_lesson(windows(), 6, View(8, bones=True), varied)
    assert (lesson.offsets - neutral_offsets()).abs().max() > 0.02
    torch.testing.assert_close(lesson.told[:, 3, SIGHT_WIDTH:], BONE_GAIN * lesson.offsets.flatten(1))
    places = lesson.told[..., 42:51].unflatten(-1, (3, 3))
    joints = positions_from_pelvis(sixd_to_matrix(lesson.truth), lesson.offsets[:, None])[:, :, list(CUE_JOINTS)]
    between = [part[:, :, 1:] - part[:, :, :1] for part in (places, joints)]
    torch.testing.assert_close(*between, atol=1e-4, rtol=0)


def test_the_path_grows_with_the_legs(windows: Draw) -> None:
    drawn = windows().draw(3)
    tall = 1.3 * drawn.offsets
    usual, high = (simulate_sight(drawn, bones, EXACT, torch.Generator()) for bones in (drawn.offsets, tall))
    assert float((leg_length(tall) / leg_length(drawn.offsets)).mean()) == pytest.approx(1.3)
    torch.testing.assert_close(high.places, 1.3 * usual.places, atol=1e-4, rtol=0)


def test_evaluation_shows_what_training_showed(windows: Draw) -> None:
    """The same motion, once as a training window and once as readings of a body."""
    drawn = windows().draw(1)
    taught = simulate_sight(drawn, drawn.offsets, EXACT, torch.Generator())
    joints = list(CUE_JOINTS)
    places = positions_from_pelvis(drawn.rotations, drawn.offsets[:, None]) + drawn.root[:, :, None]
    known = torch.ones(9, 3, dtype=torch.bool)
    body = Body(drawn.offsets[0], CUE_JOINTS, torch.zeros(3, 3), torch.eye(3).repeat(3, 1, 1), 0.002, 0.01, 0.0)
    readings = Readings(places[0, :, joints], matrix_to_xyzw(drawn.rotations[0][:, joints]), known, known)
    seen = sight_of([body], measure([body], [readings]))
    one, other = (encode_sight(each, *head_frame(each, 8)) for each in (taught, seen))
    torch.testing.assert_close(one, other, atol=1e-3, rtol=0)


def test_noise_is_of_the_size_said(windows: Draw) -> None:
    drawn = windows().draw(300)
    noisy, exact = (simulate_sight(drawn, drawn.offsets, config, torch.Generator().manual_seed(2))
                    for config in (CueConfig(hand_lost=0, head_lost=0, noisy=1.0), EXACT))
    assert float((noisy.places - exact.places).std()) == pytest.approx(PLACE_NOISE_M, rel=0.05)
    assert noisy.place_known.all()
    assert not simulate_sight(drawn, drawn.offsets, CueConfig(hand_lost=1.0), torch.Generator()).place_known.all()


def test_the_seed_decides(windows: Draw) -> None:
    one, same, other = (draw_lesson(windows(seed), 4, View(4), CueConfig()).told for seed in (1, 1, 2))
    assert torch.equal(one, same) and not torch.equal(one, other)
