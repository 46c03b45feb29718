from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from models.kinematics.forward import positions_from_pelvis
from models.kinematics.rotations import geodesic_angle, heading, rotvec_to_matrix
from models.kinematics.skeleton import HEAD, neutral_offsets
from models.rivals.sightlines import windows_of
from models.rivals.zedo import ZedoConfig, drawn_poses, lift_zedo, middles, onto_rays, turned_to
from models.solver import Solver
from tests.models.rivals.test_sightlines import looked_at

Moving = Callable[..., tuple[Tensor, Tensor]]


def test_a_true_pose_stays(tiny_solver: Solver, swaying_body: Moving) -> None:
    rotations, root = swaying_body(60)
    windows = windows_of(tiny_solver, neutral_offsets(), [looked_at(rotations, root)])
    true = rotations[windows.cut]
    moved = onto_rays(true, neutral_offsets(), windows.sight, windows.seen.joints, windows.seen.mounts)
    assert geodesic_angle(moved, true).max() < 0.02


def test_a_wrong_pose_comes_nearer_its_rays(tiny_solver: Solver, swaying_body: Moving) -> None:
    rotations, root = swaying_body(60)
    windows = windows_of(tiny_solver, neutral_offsets(), [looked_at(rotations, root)])
    sight, random = windows.sight, torch.Generator().manual_seed(0)
    pose = rotvec_to_matrix(0.2 * torch.randn(22, 3, generator=random)) @ rotations[windows.cut]
    missed = []
    for _ in range(12):
        points = sight.points(pose)
        missed.append(float(sight.missed(points, sight.place(points)).norm(dim=-1).mean()))
        pose = onto_rays(pose, neutral_offsets(), sight, windows.seen.joints, windows.seen.mounts)
    assert missed[-1] < 0.4 * missed[0]


def test_joints_turn_to_their_bones() -> None:
    """Again and again; a joint that owns no bone stays."""
    bones, owners = torch.tensor([[0.0, 0.4, 0.0], [0.2, 0.0, 0.0]]), torch.tensor([4, 4])
    turn = rotvec_to_matrix(torch.tensor([0.3, -0.5, 0.2]))
    wanted = (turn @ bones[..., None])[..., 0].expand(1, 1, 2, 3)
    pose = torch.eye(3).expand(1, 1, 22, 3, 3)
    for _ in range(60):
        pose = turned_to(pose, bones, owners, wanted)
    torch.testing.assert_close(pose[0, 0, 4], turn, atol=1e-3, rtol=0)
    assert torch.equal(pose[0, 0, 5], torch.eye(3))


def test_a_clip_is_lifted(t_pose_solver: Solver, swaying_body: Moving) -> None:
    """By a prior that knows one pose, of somebody who nearly stands in it; passes are counted."""
    rotations, root = swaying_body(60, amount=0.05)
    config = ZedoConfig(iterations=5, noise=0.0)
    (lifted,) = lift_zedo(t_pose_solver, neutral_offsets(), [looked_at(rotations, root, "eye level")], config)
    found, true = (positions_from_pelvis(pose, neutral_offsets()) for pose in (lifted.rotations, rotations))
    assert (found - true).norm(dim=-1).mean() < 0.1 and lifted.passes_per_frame == 5 * 2 / 60


def test_hypotheses_are_in_order_and_the_seeds(tiny_solver: Solver, swaying_body: Moving) -> None:
    rotations, root = swaying_body(50)
    seen = [looked_at(rotations, root)]
    config = ZedoConfig(iterations=2, drawn=8)
    found, same = (lift_zedo(tiny_solver, neutral_offsets(), seen, config, hypotheses=3) for _ in range(2))
    scores = [one.score for one in found]
    assert scores == sorted(scores, reverse=True) and len(set(scores)) == 3
    assert torch.equal(found[0].rotations, same[0].rotations)


def test_drawn_poses_look_ahead(tiny_solver: Solver) -> None:
    poses = drawn_poses(tiny_solver, neutral_offsets(), 8, 3, seed=0)
    assert poses.shape == (3, 22, 3, 3)
    torch.testing.assert_close(heading(poses[:, HEAD]), torch.zeros(3), atol=1e-5, rtol=0)


def test_middles_are_one_of_each_heap() -> None:
    random = torch.Generator().manual_seed(0)
    heaps = torch.tensor([[0.0, 0.0], [10.0, 0.0], [0.0, 10.0]])
    points = (heaps[:, None] + torch.randn(3, 20, 2, generator=random)).flatten(0, 1)
    for seed in range(5):
        chosen = middles(points, 3, torch.Generator().manual_seed(seed))
        assert len(set(chosen.tolist())) == 3
    assert min(_apart(points, seed) for seed in range(5)) < 2.0


def _apart(points: Tensor, seed: int) -> float:
    return float(torch.cdist(points, points[middles(points, 3, torch.Generator().manual_seed(seed))]).amin(1).mean())
