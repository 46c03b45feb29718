from __future__ import annotations

import torch

from models.samplers.linear_rows import points_of
from models.samplers.measurement_distances import anchor_rows, distance_rows
from tests.models.samplers.differences import assert_moves_are_differences
from tests.models.samplers.test_linear_rows import JOINTS, B, T, body

PAIRS = ((0, 1), (2, 1), (0, 3))
ANCHORS = torch.tensor([[0.0, 2.0, 3.0], [4.0, 0.0, -1.0]]).double()


def test_rows_go_as_finite_differences_say() -> None:
    rotations, root, _, lever = body()
    between, known = torch.ones(B, T, len(PAIRS)).double(), torch.ones(B, T, len(PAIRS), dtype=torch.bool)
    assert_moves_are_differences(
        lambda turned, at: distance_rows(PAIRS, between, known, 0.05, turned, at, lever), rotations, root)
    far = torch.ones(B, T, len(JOINTS), len(ANCHORS)).double()
    assert_moves_are_differences(
        lambda turned, at: anchor_rows(ANCHORS, far, far > 0, 0.05, turned, at, lever), rotations, root)


def test_rows_are_what_a_plain_loop_finds() -> None:
    rotations, root, _, lever = body()
    places, _ = points_of(rotations, root, lever)
    random = torch.Generator().manual_seed(1)
    told, told_far = (torch.rand(B, T, *shape, generator=random).double() for shape in (
        (len(PAIRS),), (len(JOINTS), len(ANCHORS))))
    rows = distance_rows(PAIRS, told, told > 0.5, 0.1, rotations, root, lever)
    far = anchor_rows(ANCHORS, told_far, told_far > 0.5, 0.1, rotations, root, lever)
    for window in range(B):
        for frame in range(T):
            at = places[window, frame]
            for row, (one, other) in enumerate(PAIRS):
                missed = told[window, frame, row] - (at[one] - at[other]).norm()
                torch.testing.assert_close(rows.residual[window, frame, row], missed)
                assert bool(rows.weight[window, frame, row] > 0) == bool(told[window, frame, row] > 0.5)
            for point in range(len(JOINTS)):
                for number, anchor in enumerate(ANCHORS):
                    missed = told_far[window, frame, point, number] - (at[point] - anchor).norm()
                    torch.testing.assert_close(far.residual[window, frame, len(ANCHORS) * point + number], missed)


def test_two_points_in_one_place_pull_nowhere() -> None:
    rotations, root, _, lever = body()
    one = torch.ones(B, T, 1).double()
    rows = distance_rows(((1, 1),), one, one > 0, 0.1, rotations, root, lever)
    assert not rows.moves.any() and rows.residual.eq(1).all()
