"""Between what is known: through it, without overshoot, held beyond its ends."""
from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from models.kinematics.rotations import geodesic_angle, rotvec_to_matrix
from models.kinematics.skeleton import JOINT_COUNT, JOINT_INDEX, neutral_offsets
from models.problems.interpolate import gaps, interpolated, interpolation_sd
from models.problems.known import Known

SwayingBody = Callable[..., tuple[Tensor, Tensor]]


def whole(rotations: Tensor, root: Tensor) -> Known:
    everything = torch.ones(len(root), JOINT_COUNT, dtype=torch.bool)
    return Known(rotations, everything, root, everything[:, 0], neutral_offsets())


def test_what_is_known_stays_and_garbage_elsewhere_is_not_looked_at(swaying_body: SwayingBody) -> None:
    known = whole(*swaying_body(60)).only(range(0, 60, 12))
    noise = torch.eye(3).expand_as(known.rotations)
    dirty = known.believed(noise, known.root * 0 - 50)
    made, again = interpolated(known), interpolated(dirty)
    assert torch.equal(made.rotations[::12], known.rotations[::12])
    assert torch.allclose(made.rotations, again.rotations, atol=1e-5)
    assert torch.allclose(made.root, again.root, atol=1e-5)


def test_a_steady_turn_and_way_are_found_again() -> None:
    angle = torch.linspace(0, 2, 91)
    turn = rotvec_to_matrix(angle[:, None] * torch.tensor([0.0, 1.0, 0.0]))
    root = angle[:, None] * torch.tensor([1.0, 0.0, 0.5])
    known = whole(turn[:, None].expand(-1, JOINT_COUNT, 3, 3), root)
    made = interpolated(known.only(range(0, 91, 15)))
    assert geodesic_angle(made.rotations, known.rotations).max() < 5e-3
    assert torch.allclose(made.root, root, atol=1e-4)


def test_ends_are_held_and_nothing_overshoots(swaying_body: SwayingBody) -> None:
    known = whole(*swaying_body(80)).only([20, 60])
    made = interpolated(known)
    assert torch.allclose(made.rotations[:20], known.rotations[20].expand(20, -1, -1, -1), atol=1e-5)
    assert torch.allclose(made.root[61:], known.root[60].expand(19, -1))
    ends = known.root[[20, 60]]
    assert (made.root >= ends.amin(0) - 1e-6).all()
    assert (made.root <= ends.amax(0) + 1e-6).all()


def test_gaps_by_a_plain_count() -> None:
    mask = torch.rand(50, 3, generator=torch.Generator().manual_seed(1)) < 0.2
    mask[:, 2] = False
    mask[10, 2] = True
    found = gaps(mask)
    for column in range(3):
        at = mask[:, column].nonzero().flatten().tolist()
        for frame in range(50):
            sides = [[abs(frame - one) for one in at if (one <= frame) == before] for before in (True, False)]
            ways = [min(side or [200]) for side in sides]
            expected = 0.0 if frame in at else 4 / (1 / ways[0] + 1 / ways[1])
            assert abs(float(found[frame, column]) - expected) < 0.08 * expected + 1e-5


def test_doubt_grows_with_the_gap_and_along_the_limb(swaying_body: SwayingBody) -> None:
    known = whole(*swaying_body(60))
    arm = [JOINT_INDEX[name] for name in ("L_shoulder", "L_elbow", "L_wrist")]
    sd = interpolation_sd(known.without(arm, slice(20, 50)))
    assert (sd[:20] == 0).all()
    assert sd[20, arm[0]] < sd[35, arm[0]]
    assert sd[35, arm[0]] < sd[35, arm[1]] < sd[35, arm[2]]
    assert float(sd[35].sum()) == float(sd[35, arm].sum())
