"""What is taken out of clips, what rivals put there, and what errors say."""
from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from models.evaluation.problems.gaps import (
    LIMB_FRAMES,
    LIMBS,
    edge_jump,
    held,
    joints_missing,
    keys_every,
    known_of,
    limb_missing,
    measure_gaps,
    methods,
    sections,
    slerped,
    splined,
)
from models.kinematics.rotations import geodesic_angle, matrix_to_xyzw, rotvec_to_matrix
from models.kinematics.skeleton import JOINT_COUNT, JOINT_INDEX, neutral_offsets
from models.solver import Solver
from models.training.dataset import Clip


def moving(frames: int = 200) -> Clip:
    time = torch.arange(frames)[:, None] / 60
    random = torch.Generator().manual_seed(0)
    axes = torch.nn.functional.normalize(torch.randn(JOINT_COUNT, 3, generator=random), dim=-1)
    local = rotvec_to_matrix(0.4 * torch.sin(2 * time)[..., None] * axes)
    root = torch.cat([time, 0.95 + 0 * time, 0.3 * time], 1)
    return Clip(matrix_to_xyzw(local), root, neutral_offsets(), "made", name="sway")


def test_a_limb_is_missing_for_two_seconds_and_no_more() -> None:
    known = limb_missing("left leg")(moving())
    assert known is not None
    joints = [JOINT_INDEX[name] for name in LIMBS["left leg"]]
    assert int((~known.rotation_known).sum()) == LIMB_FRAMES * len(joints)
    assert (~known.rotation_known[100, joints]).all()
    assert known.root_known.all()
    assert limb_missing("head")(moving(100)) is None


def test_a_share_of_the_joints_is_drawn_by_seed() -> None:
    one, same, other = (joints_missing(0.5, seed)(moving()) for seed in (0, 0, 1))
    assert one is not None and same is not None and other is not None
    assert torch.equal(one.rotation_known, same.rotation_known)
    assert not torch.equal(one.rotation_known, other.rotation_known)
    assert one.rotation_known[:, 0].all()


def test_rivals_keep_what_is_known_and_do_as_they_say() -> None:
    known = keys_every(30)(moving())
    assert known is not None
    truth = known.rotations
    for method in (held, slerped, splined):
        rotations, root = method(known)
        assert geodesic_angle(rotations[::30], truth[::30]).max() < 1e-3
        assert torch.allclose(root[::30], known.root[::30], atol=1e-5)
    assert torch.equal(held(known)[1][1:30], known.root[0].expand(29, -1))
    assert torch.allclose(slerped(known)[1], known.root, atol=1e-4)  # its way is straight
    errors = [geodesic_angle(method(known)[0], truth).mean() for method in (held, slerped, splined)]
    assert errors[2] < errors[1] < errors[0]


def test_errors_are_of_what_was_missing(tiny_solver: Solver) -> None:
    clip = moving()
    case = sections("complete", 0)["limbs"][0]
    right = measure_gaps("right", lambda known: (known_of(clip).rotations, clip.root), case, [clip])
    assert right.values["mpjpe_cm"] == 0
    shifted = measure_gaps("off", lambda known: (known.rotations, clip.root + 0.01), case, [clip])
    assert shifted.values["mpjpe_cm"] == pytest.approx(3**0.5, rel=1e-3)
    assert shifted.values["from_pelvis_cm"] == pytest.approx(0, abs=1e-4)
    assert shifted.records[0].frames == LIMB_FRAMES
    found = measure_gaps("ours", methods("complete", tiny_solver)["ours"], case, [clip, replace(clip, name="two")])
    assert 0 < found.values["mpjpe_cm"] < 60
    assert len(found.records) == 2


def test_a_jump_shows_at_an_edge_only() -> None:
    truth = torch.zeros(40, 2, 3)
    jumped, missing = truth.clone(), torch.zeros(40, dtype=torch.bool)
    missing[10:20] = True
    jumped[20:, 0, 0] = 0.02
    assert float(edge_jump(jumped, truth, missing)) == pytest.approx(1.0)  # two edges, one of them 2 cm
    assert float(edge_jump(torch.roll(jumped, 8, 0), truth, missing)) == 0
