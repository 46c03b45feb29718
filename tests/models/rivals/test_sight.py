"""What the rivals are told: where trackers are in the head's frame, wherever in the world that is."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from models.body import Body, Readings
from models.group import measure
from models.kinematics.rotations import about_y, matrix_to_xyzw
from models.kinematics.skeleton import neutral_offsets
from models.rivals.sight import BONES_WIDTH, SIGHT_WIDTH, Sight, encode_sight, head_frame, sight_of, with_bones

SwayingBody = Callable[..., tuple[Tensor, Tensor]]
Wear = Callable[..., tuple[Body, Readings]]
PLACES, VELOCITIES = slice(42, 51), slice(51, 60)


def told(sight: Sight, at: int = 4) -> Tensor:
    return encode_sight(sight, *head_frame(sight, at))


def test_the_input_has_the_width_it_says(sight: Callable[..., Sight]) -> None:
    seen = told(sight())
    assert seen.shape == (1, 9, SIGHT_WIDTH)
    assert with_bones(seen, neutral_offsets()[None]).shape == (1, 9, SIGHT_WIDTH + BONES_WIDTH)


def test_places_and_velocities_are_in_metres_and_seconds(sight: Callable[..., Sight]) -> None:
    one = sight()
    turn, under = head_frame(one, 4)
    seen = encode_sight(one, turn, under)
    places = seen[0, :, PLACES].unflatten(-1, (3, 3))
    torch.testing.assert_close(places[4, 0, [0, 2]], torch.zeros(2), atol=1e-6, rtol=0)
    torch.testing.assert_close(places[..., 1], one.places[0, ..., 1])
    between = (places - places[:, :1]).norm(dim=-1)
    torch.testing.assert_close(between, (one.places - one.places[:, :, :1])[0].norm(dim=-1), atol=1e-5, rtol=0)
    speeds = seen[0, :, VELOCITIES].unflatten(-1, (3, 3))
    torch.testing.assert_close(speeds[1:], places.diff(dim=0) * 60, atol=1e-4, rtol=0)
    assert (speeds[0] == 0).all()


def test_a_world_turned_and_moved_looks_the_same(swaying_body: SwayingBody, wear: Wear) -> None:
    body, readings = wear(*swaying_body(9))
    turn, shift = about_y(torch.tensor(2.2)), torch.tensor([3.0, 0.0, -7.0])
    one = sight_of([body], measure([body], [readings]))
    other = Sight(turn @ one.rotations, one.rotation_known, one.places @ turn.T + shift, one.place_known)
    torch.testing.assert_close(told(one), told(other), atol=1e-3, rtol=0)


def test_mounts_floor_and_order_of_trackers_make_no_difference(swaying_body: SwayingBody, wear: Wear) -> None:
    rotations, root = swaying_body(9)
    plain = sight_of(*_measured(*wear(rotations, root)))
    mounts = 0.1 * torch.randn(4, 3)
    raised = root + torch.tensor([0.0, 0.4, 0.0])
    other = sight_of(*_measured(*wear(rotations, raised, joints=(21, 0, 15, 20), mounts=mounts, floor_height=0.4)))
    torch.testing.assert_close(plain.places, other.places, atol=1e-5, rtol=0)
    torch.testing.assert_close(plain.rotations, other.rotations)


def _measured(body: Body, readings: Readings) -> tuple[list[Body], object]:
    return [body], measure([body], [readings])


def test_who_lacks_a_hand_is_refused_by_name(swaying_body: SwayingBody, wear: Wear) -> None:
    body, readings = wear(*swaying_body(9), joints=(15, 20))
    with pytest.raises(ValueError, match=r"there are \(15, 20\)"):
        sight_of([body], measure([body], [readings]))


def test_what_is_lost_is_zero_and_said_to_be(sight: Callable[..., Sight]) -> None:
    one = sight()
    seen = one.rotation_known.clone()
    seen[:, 3:6] = False
    nowhere = torch.where(seen.unsqueeze(-1), one.places, torch.nan)
    lost = told(replace(one, rotation_known=seen, place_known=seen, places=nowhere))
    assert (lost[:, 3:6] == 0).all() and lost.isfinite().all()
    assert (lost[:, 6, VELOCITIES] == 0).all() and (lost[:, 6, PLACES] != 0).any()


def test_a_head_that_is_lost_is_looked_for_nearby(sight: Callable[..., Sight]) -> None:
    one = sight()
    known = one.rotation_known.clone()
    known[:, 4:6, 0] = False
    turn, under = head_frame(replace(one, rotation_known=known, place_known=known), 4)
    expected = head_frame(one, 3)
    assert torch.equal(turn, expected[0]) and torch.equal(under, expected[1])


def test_windows_are_cut_from_the_one_sequence(sight: Callable[..., Sight]) -> None:
    one = sight(20)
    at = torch.tensor([[0, 0, 1], [17, 18, 19]])
    cut = one.windows(at)
    assert torch.equal(cut.places[1], one.places[0, 17:]) and torch.equal(cut.places[0, 0], one.places[0, 0])
    assert cut.rotations.shape == (2, 3, 3, 3, 3) and cut.rotation_known.shape == (2, 3, 3)
    assert torch.equal(matrix_to_xyzw(cut.rotations[1, 2]), matrix_to_xyzw(one.rotations[0, 19]))
