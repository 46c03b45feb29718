"""Where lifting begins: headings, places, and somebody who bends down."""
from __future__ import annotations

import pytest
import torch
from torch import Tensor

from models.evaluation.problems.cameras import camera_of
from models.evaluation.problems.detector import DetectorConfig, detected, keypoints_of
from models.kinematics.forward import positions_from_pelvis
from models.kinematics.rotations import about_y, heading, sixd_to_matrix
from models.kinematics.skeleton import JOINT_INDEX, neutral_offsets
from models.prior.checkpoint import load_prior
from models.problems.lift_start import bent_forward, cheapest_way, place_mean_pose
from models.problems.seen import Seen

OFFSETS = neutral_offsets()
FRAMES, LEGS = 60, [1, 2, 3, 4, 5, 6]  # keypoints


@pytest.fixture(scope="module")
def mean() -> Tensor:
    return sixd_to_matrix(load_prior().statistics.mean.unflatten(-1, (-1, 6)))


def filmed(rotations: Tensor, root: Tensor, offsets: Tensor, unseen: list[int]) -> Seen:
    places = positions_from_pelvis(rotations, offsets) + root[:, None]
    seen = detected(camera_of("eye level", root, 0, "somebody"), keypoints_of(rotations, places), DetectorConfig(), "x")
    seen.confidence[:, unseen] = 0.0
    return seen


@pytest.mark.parametrize("bends", [False, True])
@pytest.mark.parametrize("unseen", [[], LEGS])
def test_who_stands_and_who_bends_down_is_put_where_they_are(
    mean: Tensor, bends: bool, unseen: list[int]
) -> None:
    turned = about_y(torch.linspace(0.3, 1.2, FRAMES))[:, None]
    rotations = turned @ (bent_forward(mean) if bends else mean)
    root = torch.stack([torch.linspace(0, 0.5, FRAMES), torch.full((FRAMES,), 0.95), torch.zeros(FRAMES)], -1)
    upright, found = place_mean_pose(mean, OFFSETS, [filmed(rotations, root, OFFSETS, unseen)])
    assert (found - root).norm(dim=-1).max() < 0.4
    off = heading(upright[:, 0]) - torch.linspace(0.3, 1.2, FRAMES) - heading(mean[None, 0])
    assert torch.atan2(off.sin(), off.cos()).abs().max() < 0.4


def test_the_trunk_bends_with_what_it_carries_and_legs_stay(mean: Tensor) -> None:
    bent = bent_forward(mean)
    before, after = (positions_from_pelvis(pose[None], OFFSETS)[0] for pose in (mean, bent))
    legs = [JOINT_INDEX[name] for name in ("L_knee", "R_knee", "L_ankle", "R_ankle", "L_foot", "R_foot")]
    torch.testing.assert_close(bent[legs], mean[legs])
    head = JOINT_INDEX["head"]
    assert after[head, 2] > before[head, 2] + 0.3 and after[head, 1] < before[head, 1] - 0.2


def test_hardly_anything_seen_is_refused(mean: Tensor) -> None:
    still = mean.expand(FRAMES, -1, -1, -1)
    nothing = filmed(still, torch.zeros(FRAMES, 3), OFFSETS, list(range(14)))
    with pytest.raises(ValueError, match="4 sure ones"):
        place_mean_pose(mean, OFFSETS, [nothing])


def test_the_cheapest_way_pays_for_change() -> None:
    cost = torch.tensor([[0.0, 9.0], [1.0, 0.0], [0.0, 9.0]])
    assert cheapest_way(cost, torch.zeros(2, 2)).tolist() == [0, 1, 0]
    assert cheapest_way(cost, 1.0 - torch.eye(2)).tolist() == [0, 0, 0]
