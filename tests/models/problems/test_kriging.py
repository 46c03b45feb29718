"""A guess led through what is known: exactly, by the conditional mean, and nowhere else."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import torch
from torch import Tensor

from models.kinematics.rotations import geodesic_angle, rotvec_to_matrix
from models.kinematics.skeleton import JOINT_COUNT, neutral_offsets
from models.problems.known import Known
from models.problems.kriging import DOUBT, between, correlation, led_through, path_led_through

SwayingBody = Callable[..., tuple[Tensor, Tensor]]


def test_between_is_the_gaussian_conditional_mean() -> None:
    random = torch.Generator().manual_seed(0)
    known = torch.zeros(40, 2, dtype=torch.bool)
    known[[3, 15, 31], 0] = True
    known[[0, 22, 39], 1] = True
    missed = torch.randn(40, 2, 3, generator=random)
    found = between(missed, known, 12.0)
    frames = torch.arange(40.0)
    for column, frame, edges in ((0, 20, (15, 31)), (1, 10, (0, 22)), (0, 37, (31,))):
        at = known[:, column].nonzero().flatten()
        own = torch.tensor([1e-9 if int(one) in edges else DOUBT for one in at])
        table = correlation(frames[at][:, None] - frames[at], 12.0) + torch.diag(own)
        plain = correlation(frames[frame] - frames[at], 12.0) @ torch.linalg.inv(table) @ missed[at, column]
        assert torch.allclose(found[frame, column], plain, atol=1e-4)


def test_led_through_meets_what_is_known_without_a_jump(swaying_body: SwayingBody) -> None:
    rotations, root = swaying_body(90)
    everything = torch.ones(90, JOINT_COUNT, dtype=torch.bool)
    known = Known(rotations, everything, root, everything[:, 0], neutral_offsets()).only(range(0, 90, 20))
    wrong = rotvec_to_matrix(torch.tensor([0.1, 0.2, -0.1])) @ rotations
    led = led_through(wrong, known, 20.0)
    assert torch.equal(led[::20], rotations[::20])
    steps = geodesic_angle(led[1:], led[:-1]) - geodesic_angle(rotations[1:], rotations[:-1])
    assert steps.abs().max() < 0.03
    assert geodesic_angle(led, rotations).mean() < 0.3 * geodesic_angle(wrong, rotations).mean()
    path = path_led_through(root + 0.1, known, 20.0)
    assert torch.allclose(path[::20], root[::20])
    assert (path - root).norm(dim=-1).mean() < 0.06


def test_where_nothing_is_ever_known_the_guess_stays(swaying_body: SwayingBody) -> None:
    rotations, root = swaying_body(30)
    none = torch.zeros(30, JOINT_COUNT, dtype=torch.bool)
    known = Known(rotations.flip(0), none, root, none[:, 0], neutral_offsets())
    assert torch.allclose(led_through(rotations, known, 20.0), rotations, atol=1e-6)
    some = replace(known, rotation_known=none.clone())
    some.rotation_known[5, 4] = True
    led = led_through(rotations, some, 20.0)
    others = [joint for joint in range(JOINT_COUNT) if joint != 4]
    assert torch.allclose(led[:, others], rotations[:, others], atol=1e-6)
    assert torch.equal(led[5, 4], known.rotations[5, 4])
