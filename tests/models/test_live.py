"""Live sessions: each one's answers are its own, whoever else is served and whatever gets lost."""
from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from models.body import Body, Readings
from models.evaluation.live import window_ending_at
from models.kinematics.forward import positions_from_pelvis
from models.kinematics.rotations import geodesic_angle
from models.kinematics.skeleton import JOINT_INDEX, PELVIS
from models.live import Answer, Turn, by_kind, solve_live
from models.prior.condition import CUE_JOINTS
from models.solver import Solver

SwayingBody = Callable[..., tuple[Tensor, Tensor]]
Wear = Callable[..., tuple[Body, Readings]]
Session = tuple[Body, Readings]
ANKLES = (JOINT_INDEX["L_ankle"], JOINT_INDEX["R_ankle"])
LEGS = [joint for name, joint in JOINT_INDEX.items() if any(part in name for part in ("hip", "knee", "ankle", "foot"))]


def play(solver: Solver, sessions: Sequence[Session], frames: int, begin_s: float = 0.0) -> list[list[Answer]]:
    """Every session's answers, all served in one batch at each frame."""
    answers: list[list[Answer]] = [[] for _ in sessions]
    for frame in range(frames):
        turns = [
            Turn(body, window_ending_at(readings, frame, 41), begin_s + frame / 60,
                 given[-1].history if given else None)
            for (body, readings), given in zip(sessions, answers, strict=True)
        ]
        for given, answer in zip(answers, solve_live(solver, turns), strict=True):
            given.append(answer)
    return answers


def stacked(answers: list[Answer]) -> tuple[Tensor, Tensor, Tensor]:
    """Rotations, root, confidence over frames."""
    parts = ((answer.rotations, answer.root, answer.confidence) for answer in answers)
    rotations, root, confidence = (torch.stack(part) for part in zip(*parts, strict=True))
    return rotations, root, confidence


def same(one: list[Answer], other: list[Answer], atol: float = 2e-5) -> None:
    for mine, yours in zip(stacked(one), stacked(other), strict=True):
        torch.testing.assert_close(mine, yours, atol=atol, rtol=0)


@pytest.fixture
def sessions(swaying_body: SwayingBody, wear: Wear) -> list[Session]:
    """Three people who do different things, one of them larger, one with no floor."""
    worn = [wear(*swaying_body(30, seed)) for seed in range(3)]
    (one, first), (two, second), (three, third) = worn
    grown = replace(second, positions=1.2 * second.positions)
    return [(one, first), (replace(two, offsets=1.2 * two.offsets), grown), (replace(three, floor_height=None), third)]


def test_a_session_is_answered_alike_alone_and_among_others(tiny_solver: Solver, sessions: list[Session]) -> None:
    together = play(tiny_solver, sessions, 12)
    for session, answers in zip(sessions, together, strict=True):
        same(play(tiny_solver, [session], 12)[0], answers)


def test_the_order_of_sessions_does_not_matter(tiny_solver: Solver, sessions: list[Session]) -> None:
    forwards, backwards = play(tiny_solver, sessions, 6), play(tiny_solver, sessions[::-1], 6)
    for one, other in zip(forwards, backwards[::-1], strict=True):
        same(one, other)


def test_when_a_session_began_does_not_matter(tiny_solver: Solver, sessions: list[Session]) -> None:
    same(play(tiny_solver, sessions[:1], 8)[0], play(tiny_solver, sessions[:1], 8, begin_s=86_400.0)[0])


def test_the_past_steadies_the_present(tiny_solver: Solver, swaying_body: SwayingBody, wear: Wear) -> None:
    session = wear(*swaying_body(30), noise=0.01)
    remembered, _, _ = stacked(play(tiny_solver, [session], 30)[0])
    body, readings = session
    turns = (Turn(body, window_ending_at(readings, frame, 41), frame / 60) for frame in range(30))
    forgotten, _, _ = stacked([solve_live(tiny_solver, [turn])[0] for turn in turns])

    def shake(rotations: Tensor) -> Tensor:
        return positions_from_pelvis(rotations, body.offsets)[5:].diff(n=3, dim=0).norm(dim=-1).mean()

    assert shake(remembered) < shake(forgotten)


@pytest.mark.parametrize("lost", [[1], [0], [0, 1, 2]])
def test_lost_trackers_leave_a_body(tiny_solver: Solver, sessions: list[Session], lost: list[int]) -> None:
    body, readings = sessions[0]
    known = readings.position_known.clone()
    known[8:18, lost] = False
    gone = replace(
        readings, position_known=known, rotation_known=known,
        positions=readings.positions.where(known.unsqueeze(-1), torch.nan),
        xyzw=readings.xyzw.where(known.unsqueeze(-1), torch.nan),
    )
    rotations, root, confidence = stacked(play(tiny_solver, [(body, gone)], 30)[0])
    assert rotations.isfinite().all() and root.isfinite().all() and confidence.isfinite().all()
    joints = [CUE_JOINTS[tracker] for tracker in lost]
    assert (confidence[7:15, joints].diff(dim=0) <= 0).all()  # less and less is known of them
    assert (confidence[14:18, joints] < 0.9).all() and (confidence[20:, joints] > 0.9).all()
    same(play(tiny_solver, [(body, gone)], 8)[0], play(tiny_solver, [(body, readings)], 8)[0])


def test_without_any_tracker_ever_there_is_a_body_still(tiny_solver: Solver, sessions: list[Session]) -> None:
    body, readings = sessions[0]
    nothing = torch.zeros_like(readings.position_known)
    blind = replace(readings, position_known=nothing, rotation_known=nothing)
    rotations, root, confidence = stacked(play(tiny_solver, [(body, blind)], 3)[0])
    assert rotations.isfinite().all() and root.isfinite().all()
    assert (confidence < 1e-3).all()


def test_measured_joints_are_where_their_trackers_are(
    t_pose_solver: Solver, swaying_body: SwayingBody, wear: Wear
) -> None:
    truth, path = swaying_body(30)
    session = wear(truth, path)
    rotations, root, confidence = stacked(play(t_pose_solver, [session], 30)[0])
    places = positions_from_pelvis(rotations, session[0].offsets) + root[:, None]
    missed = (places[:, list(CUE_JOINTS)] - session[1].positions).norm(dim=-1)
    assert missed[5:].max() < 0.02
    assert torch.rad2deg(geodesic_angle(rotations, truth)[5:, list(CUE_JOINTS)]).max() < 2
    assert (confidence[:, list(CUE_JOINTS)] > 0.95).all() and (confidence[:, LEGS] < 0.5).all()


def test_more_trackers_need_no_other_prior(t_pose_solver: Solver, swaying_body: SwayingBody, wear: Wear) -> None:
    truth, path = swaying_body(30)
    errors = []
    for extra in ((), (PELVIS,), (PELVIS, *ANKLES)):
        body, readings = wear(truth, path, joints=(*CUE_JOINTS, *extra))
        rotations, root, _ = stacked(play(t_pose_solver, [(body, readings)], 20)[0])
        places = [positions_from_pelvis(part, body.offsets) for part in (rotations, truth[:20])]
        error = (places[0] + root[:, None] - places[1] - path[:20, None]).norm(dim=-1)
        errors.append(float(error[5:, LEGS].mean()))
    assert errors[0] > errors[1] > errors[2] and errors[2] < errors[0] / 2


def test_only_bodies_of_one_kind_share_a_batch(swaying_body: SwayingBody, wear: Wear) -> None:
    moved = swaying_body(3)
    worn = [wear(*moved), wear(*moved, joints=(15, 20)), wear(*moved), wear(*moved, position_sd=0.01)]
    turns = [Turn(body, readings, 0.0) for body, readings in worn]
    assert list(by_kind([turn.body for turn in turns]).values()) == [[0, 2, 3], [1]]
