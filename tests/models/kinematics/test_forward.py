"""Forward kinematics against a plain walk down the tree, and local rotations against global ones."""
from __future__ import annotations

import torch
from scipy.spatial.transform import Rotation
from torch import Tensor

from models.kinematics.forward import bones_in_world, global_to_local, local_to_global, positions_from_pelvis, speeds
from models.kinematics.rotations import about_y
from models.kinematics.skeleton import JOINT_COUNT, PARENTS, neutral_offsets

BATCH, FRAMES = 3, 5


def random_rotations(seed: int = 0) -> Tensor:
    matrices = Rotation.random(BATCH * FRAMES * JOINT_COUNT, rng=seed).as_matrix()
    return torch.from_numpy(matrices).reshape(BATCH, FRAMES, JOINT_COUNT, 3, 3)


def random_offsets() -> Tensor:
    offsets = torch.randn(BATCH, JOINT_COUNT, 3, generator=torch.Generator().manual_seed(1)).double()
    offsets[:, 0] = 0
    return offsets


def walked(local: Tensor, offsets: Tensor) -> tuple[Tensor, Tensor]:
    """Global rotations and positions of one pose by walking down from the pelvis. (22, 3, 3) and (22, 3)."""
    world, place = [local[0]], [torch.zeros(3, dtype=local.dtype)]
    for joint in range(1, JOINT_COUNT):
        parent = PARENTS[joint]
        place.append(place[parent] + world[parent] @ offsets[joint])
        world.append(world[parent] @ local[joint])
    return torch.stack(world), torch.stack(place)


def test_positions_and_rotations_are_those_of_a_plain_walk() -> None:
    local, offsets = random_rotations(), random_offsets()
    world = local_to_global(local)
    places = positions_from_pelvis(world, offsets[:, None])
    for window in range(BATCH):
        for frame in range(FRAMES):
            rotations, expected = walked(local[window, frame], offsets[window])
            torch.testing.assert_close(world[window, frame], rotations)
            torch.testing.assert_close(places[window, frame], expected)


def test_local_and_global_come_back() -> None:
    rotations = random_rotations(2)
    torch.testing.assert_close(global_to_local(local_to_global(rotations)), rotations)
    torch.testing.assert_close(local_to_global(global_to_local(rotations)), rotations)


def test_a_bone_turns_with_the_parents_segment() -> None:
    rotations, offsets = random_rotations(3), random_offsets()
    bones = bones_in_world(rotations, offsets[:, None])
    torch.testing.assert_close(bones.norm(dim=-1), offsets.norm(dim=-1)[:, None].expand(-1, FRAMES, -1))
    turned = rotations.clone()
    turned[:, :, [10, 11, 15, 20, 21]] = torch.eye(3, dtype=torch.float64)  # no bone hangs on feet, head and wrists
    torch.testing.assert_close(bones_in_world(turned, offsets[:, None]), bones)


def test_positions_turn_with_the_world() -> None:
    rotations, offsets = random_rotations(4), random_offsets()
    turn = about_y(torch.tensor(1.1, dtype=torch.float64))
    places = positions_from_pelvis(rotations, offsets[:, None])
    torch.testing.assert_close(positions_from_pelvis(turn @ rotations, offsets[:, None]), places @ turn.mT)


def test_the_t_pose_stands_upright_and_faces_forward() -> None:
    places = positions_from_pelvis(torch.eye(3).expand(JOINT_COUNT, 3, 3), neutral_offsets())
    assert places[15, 1] == places[:, 1].max()
    assert places[20, 0] > 0.5 and places[21, 0] < -0.5
    assert (places[[10, 11], 2] > places[[7, 8], 2]).all()


def test_a_steady_speed_is_seen_at_every_frame_its_ends_too() -> None:
    way = torch.tensor([0.3, 0.0, -0.4])
    places = torch.arange(9)[:, None, None] / 60 * way + random_offsets()[0].float()
    torch.testing.assert_close(speeds(places, 2, 60.0), torch.full((9, JOINT_COUNT), 0.5), atol=1e-4, rtol=0)
    assert not speeds(places[:1], 2, 60.0).any()  # one frame goes nowhere
