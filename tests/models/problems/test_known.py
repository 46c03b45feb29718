"""What is known, and what of it the prior hears: nothing that follows from what is missing."""
from __future__ import annotations

import torch

from models.kinematics.skeleton import HEAD, JOINT_COUNT, JOINT_INDEX, PARENTS, neutral_offsets
from models.problems.known import Known, cues_of


def still(frames: int = 8) -> Known:
    everything = torch.ones(frames, JOINT_COUNT, dtype=torch.bool)
    rotations, root = torch.eye(3).expand(frames, JOINT_COUNT, 3, 3), torch.tensor([0.0, 0.95, 0.0]).expand(frames, 3)
    return Known(rotations, everything, root, everything[:, 0], neutral_offsets())


def test_a_joint_is_placed_where_all_that_bear_it_are_known() -> None:
    random = torch.Generator().manual_seed(0)
    known = still(30)
    mask = torch.rand(30, JOINT_COUNT, generator=random) < 0.7
    placed = Known(known.rotations, mask, known.root, known.root_known, known.offsets).placed
    for frame in range(30):
        for joint in range(JOINT_COUNT):
            bearers, at = [], joint
            while PARENTS[at] >= 0:
                at = PARENTS[at]
                bearers.append(bool(mask[frame, at]))
            assert placed[frame, joint] == all(bearers)


def test_local_rotations_need_the_parent_too() -> None:
    known = still().without([JOINT_INDEX["L_elbow"]], slice(2, 4))
    assert not known.local_known[2, JOINT_INDEX["L_wrist"]]
    assert known.local_known[4, JOINT_INDEX["L_wrist"]]
    assert known.local_known[2, JOINT_INDEX["L_shoulder"]]


def test_a_hand_beyond_a_missing_elbow_is_not_told_but_its_rotation_is() -> None:
    cues = cues_of(still().without([JOINT_INDEX["L_elbow"]], slice(None)), torch.arange(8)[None])
    assert not cues.hands_known[..., 0].any()
    assert cues.hands_known[..., 1].all()
    assert cues.rotation_known.all()
    assert cues.path_known.all()


def test_without_a_root_or_a_neck_the_head_has_no_place() -> None:
    for missing in (still().without([JOINT_INDEX["neck"]], slice(None)), still().only([])):
        cues = cues_of(missing, torch.arange(8)[None])
        assert not cues.path_known.any()
        assert not cues.height_known.any()


def test_only_keeps_frames_whole() -> None:
    kept = still().only([1, 5])
    assert kept.rotation_known[[1, 5]].all()
    assert int(kept.rotation_known.sum()) == 2 * JOINT_COUNT
    assert kept.root_known.nonzero().flatten().tolist() == [1, 5]


def test_what_is_believed_fills_only_what_is_not_known() -> None:
    known = still().without([HEAD], slice(0, 3))
    other = torch.full_like(known.rotations, 7.0)
    told = known.believed(other, known.root + 1)
    assert (told.rotations[:3, HEAD] == 7).all()
    assert torch.equal(told.rotations[3:], known.rotations[3:])
    assert torch.equal(told.root, known.root)
