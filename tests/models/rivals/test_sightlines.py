"""Rays, places and windows against plain loops, and against a body that is seen as it is."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from models.evaluation.problems.cameras import camera_of
from models.evaluation.problems.detector import DetectorConfig, detected, keypoints_of
from models.kinematics.forward import positions_from_pelvis
from models.kinematics.skeleton import neutral_offsets
from models.problems.seen import Seen
from models.rivals.sightlines import windows_of
from models.solver import Solver

Moving = Callable[..., tuple[Tensor, Tensor]]


def looked_at(rotations: Tensor, root: Tensor, view: str = "orbit") -> Seen:
    """What a perfect detector has of a body."""
    places = positions_from_pelvis(rotations, neutral_offsets()) + root[:, None]
    camera = camera_of(view, root, 0, "a")
    return detected(camera, keypoints_of(rotations, places), DetectorConfig(noise=0.0, wander=0.0), "a")


def test_a_true_pose_is_placed_where_it_is(tiny_solver: Solver, swaying_body: Moving) -> None:
    rotations, root = swaying_body(100)
    windows = windows_of(tiny_solver, neutral_offsets(), [looked_at(rotations, root)])
    points = windows.sight.points(rotations[windows.cut])
    place = windows.sight.place(points)
    torch.testing.assert_close(windows.sight.root(place), root[windows.cut], atol=2e-3, rtol=0)
    assert windows.sight.missed(points, place).abs().max() < 1e-3
    lifted = windows.lifted(rotations[windows.cut], 100, 7)
    torch.testing.assert_close(lifted.rotations, rotations, atol=1e-3, rtol=0)
    torch.testing.assert_close(lifted.root, root, atol=2e-3, rtol=0)
    assert lifted.passes_per_frame == 7 * len(windows.starts) / 100


def test_a_place_is_the_least_squares_of_the_published_rows(tiny_solver: Solver, swaying_body: Moving) -> None:
    rotations, root = swaying_body(60)
    seen = looked_at(rotations, root)
    random = torch.Generator().manual_seed(0)
    seen = replace(seen, points=seen.points + 20 * torch.randn(seen.points.shape, generator=random))
    sight = windows_of(tiny_solver, neutral_offsets(), [seen]).sight
    points = sight.points(rotations[:41].expand(len(sight.plane), -1, -1, -1, -1))
    place = sight.place(points)
    for window, frame in ((0, 0), (1, 30)):
        rows, right = [], []
        for (x, y, z), (u, v), sure in zip(points[window, frame].double().tolist(),
                                           sight.plane[window, frame].double().tolist(),
                                           sight.confidence[window, frame].double().tolist(), strict=True):
            rows += [[-sure, 0.0, sure * u], [0.0, -sure, sure * v]]
            right += [sure * (x - z * u), sure * (y - z * v)]
        found = torch.linalg.lstsq(torch.tensor(rows).double(), torch.tensor(right).double()[:, None]).solution[:, 0]
        torch.testing.assert_close(place[window, frame].double(), found, atol=2e-3, rtol=0)


def test_a_short_clip_is_held_unseen_and_several_cameras_are_refused(
    tiny_solver: Solver, swaying_body: Moving
) -> None:
    rotations, root = swaying_body(30)
    seen = looked_at(rotations, root)
    windows = windows_of(tiny_solver, neutral_offsets(), [seen])
    assert windows.starts == [0] and not windows.sight.confidence[0, 30:].any()
    assert len(windows.lifted(rotations[torch.arange(41).clamp(max=29)][None], 30, 1).root) == 30
    with pytest.raises(ValueError, match="from one camera, not from 2"):
        windows_of(tiny_solver, neutral_offsets(), [seen, seen])
