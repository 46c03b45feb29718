"""Which limbs count as unseen, and that nothing else is touched when they are found."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from models.evaluation.problems.cameras import camera_of
from models.evaluation.problems.detector import DetectorConfig, detected, keypoints_of
from models.kinematics.forward import positions_from_pelvis
from models.kinematics.skeleton import JOINT_INDEX, neutral_offsets
from models.problems.lift_unseen import UnseenConfig, unseen_joints, with_unseen_found
from models.problems.seen import Seen
from models.solver import Solver

FRAMES, CONFIG = 120, UnseenConfig()
ARM, LEG = [13, 15], [3, 5]  # keypoints: elbow and wrist, knee and ankle, of the left


@pytest.fixture
def moving(swaying_body: Callable[..., tuple[Tensor, Tensor]]) -> tuple[Tensor, Tensor]:
    return swaying_body(FRAMES, 0)


@pytest.fixture
def seen(moving: tuple[Tensor, Tensor]) -> Seen:
    rotations, root = moving
    places = positions_from_pelvis(rotations, neutral_offsets()) + root[:, None]
    return detected(camera_of("eye level", root, 0, "somebody"), keypoints_of(rotations, places), DetectorConfig(), "x")


def without(seen: Seen, keypoints: list[int], *frames: slice) -> Seen:
    confidence = seen.confidence.clone()
    for some in frames:
        confidence[some, keypoints] = 0.0
    return replace(seen, confidence=confidence)


def names_of(unseen: Tensor) -> set[str]:
    return {name for name, joint in JOINT_INDEX.items() if unseen[:, joint].any()}


def test_a_limb_hidden_for_long_is_unseen(seen: Seen) -> None:
    unseen = unseen_joints([without(without(seen, ARM, slice(30, 60)), LEG, slice(80, 110))], FRAMES, CONFIG)
    assert names_of(unseen) == {
        f"L_{name}" for name in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle", "foot")}
    assert unseen.any(1).nonzero()[:, 0].tolist() == [*range(30, 60), *range(80, 110)]


def test_what_is_short_or_seen_in_part_or_by_another_or_hardly_ever_is_left(seen: Seen) -> None:
    hidden = without(seen, ARM, slice(30, 60))
    for views in ([without(seen, ARM, slice(30, 50))], [without(seen, ARM[:1], slice(30, 60))], [hidden, seen],
                  [without(seen, ARM, slice(0, 100))]):
        assert not unseen_joints(views, FRAMES, CONFIG).any()
    assert unseen_joints([hidden, hidden], FRAMES, CONFIG).any()


def test_the_rest_stays_as_it_is(tiny_solver: Solver, moving: tuple[Tensor, Tensor], seen: Seen) -> None:
    rotations, root = moving
    hidden = [without(seen, ARM, slice(40, 80))]
    unseen = unseen_joints(hidden, FRAMES, CONFIG)
    found, passes = with_unseen_found(tiny_solver, hidden, rotations, root, neutral_offsets(), 0.0, CONFIG)
    torch.testing.assert_close(found[~unseen], rotations[~unseen], atol=1e-5, rtol=0)
    assert not torch.allclose(found[unseen], rotations[unseen], atol=1e-3) and 0 < passes < 1
    torch.testing.assert_close(found @ found.mT, torch.eye(3).expand_as(found), atol=1e-4, rtol=0)


def test_where_all_is_seen_nothing_is_asked(tiny_solver: Solver, moving: tuple[Tensor, Tensor], seen: Seen) -> None:
    rotations, root = moving
    found, passes = with_unseen_found(tiny_solver, [seen], rotations, root, neutral_offsets(), 0.0, CONFIG)
    assert found is rotations and passes == 0.0
