"""A change of trackers does not show in one frame, is gone after a moment, and nothing else is delayed."""
from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor

from models.kinematics.forward import positions_from_pelvis
from models.kinematics.rotations import about_y, geodesic_angle
from models.kinematics.skeleton import neutral_offsets
from models.samplers.handover import COASTS, FASTEST, LASTS_S, PAUSE_S, SUDDEN, SUDDEN_THEN, Handover, hand_over

OFFSETS = neutral_offsets()
ALL, FEWER = torch.tensor([True, True, True]), torch.tensor([True, False, True])
HERE = (about_y(torch.tensor(0.0)).repeat(22, 1, 1), torch.zeros(3))
THERE = (about_y(torch.tensor(1.0)).repeat(22, 1, 1), torch.tensor([0.3, 0.0, 0.0]))


def answers(bodies: list[tuple[Tensor, Tensor]], heard: list[Tensor], step_s: float = 1 / 60) -> list[Handover]:
    given: list[Handover] = []
    for frame, (body, seen) in enumerate(zip(bodies, heard, strict=True)):
        given.append(next_one(body, seen, frame * step_s, given[-1] if given else None))
    return [rows(answer) for answer in given]


def next_one(body: tuple[Tensor, Tensor], heard: Tensor, time_s: float, before: Handover | None) -> Handover:
    """Of one session."""
    now_s, (rotations, root) = torch.tensor([time_s], dtype=torch.float64), body
    before = before or Handover.none(heard[None], now_s, root)
    return hand_over(rotations[None], root[None], OFFSETS[None], heard[None], now_s, before)


def rows(handover: Handover) -> Handover:
    """The one session's part."""
    return Handover(**{name: part[0] for name, part in vars(handover).items()})


def test_a_change_of_trackers_is_spread_over_a_moment() -> None:
    frames = round(LASTS_S * 60)
    given = answers([HERE] * 5 + [THERE] * 2 * frames, [FEWER] * 5 + [ALL] * 2 * frames)
    roots = torch.stack([answer.root for answer in given])
    assert roots.diff(dim=0).norm(dim=-1).max() < 1.6 * 0.3 / frames
    turns = torch.tensor([float(geodesic_angle(one.rotations, two.rotations).max())
                          for one, two in pairwise(given)])
    assert turns.max() < 1.6 / frames
    torch.testing.assert_close(given[-1].root, THERE[1])
    torch.testing.assert_close(given[-1].rotations, THERE[0], atol=1e-5, rtol=0)


def test_without_a_change_nothing_is_delayed() -> None:
    given = answers([HERE, THERE, HERE], [ALL] * 3)
    assert torch.equal(given[1].root, THERE[1]) and torch.equal(given[1].rotations, THERE[0])


def test_motion_goes_on_while_a_difference_fades() -> None:
    """The truth moves on steadily; what is answered is never more than the first difference away."""
    bodies = [(HERE[0], torch.tensor([0.01 * frame + (0.2 if frame >= 10 else 0.0), 0.0, 0.0])) for frame in range(60)]
    given = answers(bodies, [FEWER] * 10 + [ALL] * 50)
    away = torch.stack([body[1] - answer.root for body, answer in zip(bodies, given, strict=True)])[:, 0]
    assert (away[:10] == 0).all() and (away[11:].diff() <= 1e-6).all() and away[10] < 0.22 and away[-1].abs() < 1e-6


def test_a_second_change_goes_on_from_what_was_answered() -> None:
    given = answers([HERE] * 5 + [THERE] * 8 + [HERE] * 40, [ALL] * 5 + [FEWER] * 8 + [ALL] * 40)
    roots = torch.stack([answer.root for answer in given])
    assert roots.diff(dim=0).norm(dim=-1).max() < 0.025
    assert roots[-1].norm() < 1e-6


def test_after_a_pause_or_a_clock_gone_back_it_starts_afresh() -> None:
    first = next_one(HERE, ALL, 5.0, None)
    for now_s in (5.0 + PAUSE_S + 0.1, 5.0, 3.0):
        assert torch.equal(next_one(THERE, FEWER, now_s, first).root[0], THERE[1])


def test_no_joint_is_faster_for_it_however_far_it_has_to_go() -> None:
    far = (THERE[0], torch.tensor([3.0, 0.0, 0.0]))
    given = answers([HERE] * 5 + [far] * 300, [FEWER] * 5 + [ALL] * 300)
    places = torch.stack([positions_from_pelvis(one.rotations, OFFSETS) + one.root for one in given])
    assert places.diff(dim=0).norm(dim=-1).max() * 60 < 1.2 * FASTEST
    torch.testing.assert_close(given[-1].root, far[1])


def test_a_body_that_moves_goes_on_as_it_did_at_a_change() -> None:
    """A change that changes nothing is not seen: neither way nor turn stops for a frame."""
    bodies = [(about_y(torch.tensor(0.02 * frame)).repeat(22, 1, 1), torch.tensor([0.01 * frame, 0.0, 0.0]))
              for frame in range(30)]
    given = answers(bodies, [ALL] * 12 + [FEWER] * 18)
    for answer, body in zip(given, bodies, strict=True):
        torch.testing.assert_close(answer.rotations, body[0], atol=1e-5, rtol=0)
        torch.testing.assert_close(answer.root, body[1], atol=1e-5, rtol=0)


def test_changes_in_every_frame_do_not_run_away() -> None:
    bodies = [(HERE[0], torch.tensor([0.01 * min(frame, 5), 0.0, 0.0])) for frame in range(40)]
    given = answers(bodies, [ALL] * 5 + [FEWER, ALL] * 17 + [ALL])
    assert max(float(answer.root[0]) for answer in given) < 0.05 + 0.01 / (1 - COASTS)  # it coasts out


def test_a_trunk_that_hangs_from_one_tracker_goes_over_to_another_guess_smoothly() -> None:
    alone = torch.tensor([True, False, False])
    leant = torch.eye(3).repeat(22, 1, 1)
    leant[:9] = about_y(torch.tensor(0.0)) @ torch.tensor([[1.0, 0, 0], [0, 0.8, -0.6], [0, 0.6, 0.8]])
    moved = (leant, torch.tensor([0.0, 0.05, 0.2]))
    bodies, frames = [HERE] * 6 + [moved] * 60, [alone] * 66
    given = answers(bodies, frames)
    places = torch.stack([positions_from_pelvis(one.rotations, OFFSETS) + one.root for one in given])
    assert places.diff(n=2, dim=0).norm(dim=-1).max() < 0.01
    torch.testing.assert_close(given[-1].root, moved[1])
    small = (HERE[0], torch.tensor([0.0, 0.0, 0.5 * (SUDDEN + SUDDEN_THEN) / 3600]))  # sudden just after a change only
    assert torch.equal(answers([HERE] * 6 + [small], frames[:7])[6].root, small[1])
    returned = answers([HERE] * 6 + [small], [FEWER] * 3 + [ALL] * 4)
    assert returned[6].root.norm() < 1e-6
    held = answers(bodies, [FEWER] * 66)  # two trackers hold a trunk: what is solved is answered
    assert torch.equal(held[6].root, moved[1]) and torch.equal(held[6].rotations, moved[0])
    rushing = [(HERE[0], torch.tensor([0.1 * frame, 0.0, 0.0])) for frame in range(20)]
    for answer, body in zip(answers(rushing, frames[:20]), rushing, strict=True):
        assert torch.equal(answer.root, body[1])  # speed alone is not sudden
