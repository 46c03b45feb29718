from __future__ import annotations

import torch

from models.samplers.measurement_positions import position_rows
from tests.models.samplers.differences import assert_moves_are_differences
from tests.models.samplers.test_linear_rows import JOINTS, B, T, body


def test_rows_go_as_finite_differences_say() -> None:
    rotations, root, _, lever = body()
    places, known = torch.zeros(B, T, len(JOINTS), 3).double(), torch.ones(B, T, len(JOINTS), dtype=torch.bool)
    assert_moves_are_differences(lambda turned, at: position_rows(places, known, 0.01, turned, at, lever),
                                 rotations, root)


def test_rows_are_what_a_plain_loop_finds() -> None:
    rotations, root, _, lever = body()
    random = torch.Generator().manual_seed(1)
    places = torch.randn(B, T, len(JOINTS), 3, generator=random).double()
    known = torch.rand(B, T, len(JOINTS), generator=random) < 0.5
    rows = position_rows(places, known, 0.02, rotations, root, lever)
    for window in range(B):
        for frame in range(T):
            for point in range(len(JOINTS)):
                there = root[window, frame].clone()
                for joint in range(22):
                    there += rotations[window, frame, joint] @ lever[window, point, joint]
                three = slice(3 * point, 3 * point + 3)
                torch.testing.assert_close(rows.residual[window, frame, three], places[window, frame, point] - there)
                weight = 2500.0 if known[window, frame, point] else 0.0
                assert rows.weight[window, frame, three].tolist() == [weight] * 3
