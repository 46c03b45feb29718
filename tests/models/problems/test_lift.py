"""Lifting: a walk that one camera saw is found again, better with two, ranked, and the same every time."""
from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from models.kinematics.camera import project
from models.kinematics.forward import positions_from_pelvis
from models.problems.lift import LiftConfig, lift
from models.problems.lift_body import FOCAL_SD, PART_SD, SIZE_SD, Unsure
from models.problems.lifted import Lifted
from models.problems.seen import Seen
from models.samplers.schedules import NOTHING
from models.solver import Solver
from tests.models.problems.conftest import Walk, look

QUICK = LiftConfig(levels=(NOTHING, 4.0, 2.0, 1.0, 0.5, 0.25), fits=(6, 2, 2, 2, 2, 3), batch=4, parted=3, focal=None)


def error_cm(found: Lifted, walk: Walk, cut: slice = slice(None)) -> float:
    places = positions_from_pelvis(found.rotations, found.offsets)
    truth = positions_from_pelvis(walk.rotations, walk.offsets)
    return float((places - truth)[cut].norm(dim=-1).mean() * 100)


def root_cm(found: Lifted, walk: Walk) -> float:
    return float((found.root - walk.root).norm(dim=-1).mean() * 100)


def beginning(walk: Walk) -> Walk:
    """One window of it."""
    return Walk(walk.rotations[:41], walk.root[:41], walk.offsets)


@pytest.fixture(scope="module")
def found(solver: Solver, walk: Walk) -> Lifted:
    return lift(solver, walk.offsets, [look(walk, 0.7)], QUICK)[0]


def test_a_walk_is_found_from_one_camera(found: Lifted, walk: Walk) -> None:
    assert error_cm(found, walk) < 4.0 and root_cm(found, walk) < 8.0
    assert found.rotations.shape == walk.rotations.shape and found.contact.shape == (len(walk.root), 4)
    assert found.passes_per_frame < 0.5


def test_two_cameras_say_more_than_one(found: Lifted, solver: Solver, walk: Walk) -> None:
    both = lift(solver, walk.offsets, [look(walk, 0.7), look(walk, 2.3, seed=1)], QUICK)[0]
    assert error_cm(both, walk) < 0.8 * error_cm(found, walk) and root_cm(both, walk) < 0.7 * root_cm(found, walk)


def test_it_goes_on_where_nothing_is_seen(solver: Solver, walk: Walk) -> None:
    seen = look(walk, 0.7)
    gone = seen.confidence.clone()
    gone[40:60] = 0
    anything = torch.where(gone[..., None] > 0, seen.points, 1e4)
    hidden = lift(solver, walk.offsets, [replace(seen, points=anything, confidence=gone)], QUICK)[0]
    assert error_cm(hidden, walk, slice(40, 60)) < 8.0
    speed = hidden.root.diff(dim=0).norm(dim=-1)
    assert float(speed.max()) < 0.08  # metres a frame


def test_somebody_who_walks_away_is_not_taken_for_one_who_comes(solver: Solver, walk: Walk) -> None:
    for angle in (0.7 + 3.14159, 2.2):
        assert error_cm(lift(solver, walk.offsets, [look(walk, angle)], QUICK)[0], walk) < 6.0


def test_hypotheses_are_ranked_differ_and_come_again(solver: Solver, walk: Walk) -> None:
    seen, config = [look(walk, 0.7)], replace(QUICK, hypotheses=3)
    short = [view.frames(slice(0, 50)) for view in seen]
    one, same = (lift(solver, walk.offsets, short, config) for _ in range(2))
    scores = [each.score for each in one]
    assert scores == sorted(scores, reverse=True) and len(set(scores)) == 3
    for each, again in zip(one, same, strict=True):
        assert torch.equal(each.rotations, again.rotations)


def test_a_body_of_unknown_size_is_measured_by_the_floor(solver: Solver, walk: Walk) -> None:
    config = replace(QUICK, unsure=Unsure(size_sd=0.2))
    measured = lift(solver, walk.offsets * 0.88, [look(walk, 0.7)], config)[0]
    size = float(measured.offsets.norm() / walk.offsets.norm())
    assert 0.96 < size < 1.04, size


def test_proportions_that_nobody_told_are_found(solver: Solver, walk: Walk) -> None:
    """Long legs, a short trunk: the error is less than half of what one size leaves."""
    longer = torch.ones(22, 1)
    longer[[4, 5, 7, 8]], longer[[3, 6, 9, 12]] = 1.2, 0.8
    offsets = walk.offsets * longer
    rise = (walk.offsets[[1, 4, 7], 1].sum() - offsets[[1, 4, 7], 1].sum()) * torch.tensor([0.0, 1.0, 0.0])
    person = beginning(Walk(walk.rotations, walk.root + rise, offsets))
    seen = [look(person, 0.7)]
    size, parts = (lift(solver, walk.offsets, seen, replace(QUICK, unsure=unsure))[0] for unsure in (
        Unsure(size_sd=SIZE_SD), Unsure(size_sd=SIZE_SD, part_sd=PART_SD)))
    assert error_cm(parts, person) < 0.5 * error_cm(size, person)


def test_a_focal_length_that_was_told_wrong_is_found(solver: Solver, walk: Walk) -> None:
    some = beginning(walk)
    seen = look(some, 0.7)
    wrong = [replace(seen, camera=replace(seen.camera, focal=1.1 * seen.camera.focal))]
    as_told, found = (lift(solver, some.offsets, wrong, replace(QUICK, unsure=Unsure(focal_sd=sd)))[0]
                      for sd in (0.0, FOCAL_SD))
    assert found.constants is not None and float(found.constants.focal) == pytest.approx(1 / 1.1, abs=0.06)
    assert root_cm(found, some) < 0.5 * root_cm(as_told, some)


def test_a_few_frames_are_enough(solver: Solver, walk: Walk) -> None:
    few: Seen = look(walk, 0.7).frames(slice(0, 3))
    found = lift(solver, walk.offsets, [few], QUICK)[0]
    assert found.rotations.shape[0] == 3 and bool(found.root.isfinite().all())


def test_it_says_how_far_it_is(solver: Solver, walk: Walk) -> None:
    told: list[float] = []
    lift(solver, walk.offsets, [look(walk, 0.7).frames(slice(0, 41))], QUICK, report=told.append)
    assert told == sorted(told) and told[-1] == pytest.approx(1.0) and len(told) == len(QUICK.levels)


def test_a_moving_camera_is_followed(solver: Solver, walk: Walk) -> None:
    seen = look(walk, 0.7)
    frames = len(walk.root)
    camera = seen.camera
    shift: Tensor = torch.linspace(0, 0.5, frames)[:, None] * torch.tensor([1.0, 0.0, 0.0])
    moving = replace(camera, rotation=camera.rotation.expand(frames, 3, 3), translation=camera.translation + shift)
    exact = project(moving, walk.places[:, list(seen.joints)])
    found = lift(solver, walk.offsets, [replace(seen, camera=moving, points=exact)], QUICK)[0]
    assert error_cm(found, walk) < 4.0


def test_nothing_seen_is_said(solver: Solver, walk: Walk) -> None:
    seen = look(walk, 0.7)
    with pytest.raises(ValueError, match="no frame has keypoints"):
        lift(solver, walk.offsets, [replace(seen, confidence=torch.zeros_like(seen.confidence))], QUICK)
