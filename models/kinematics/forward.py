"""Forward kinematics. Positions are linear in the global rotations: l_j = l_0 + sum of R_parent(k) o_k down to j."""
from __future__ import annotations

import torch
from torch import Tensor

from models.kinematics.arrays import Array, alike, library
from models.kinematics.skeleton import JOINT_COUNT, PARENT_OR_SELF, PARENTS, descent_matrix


def bones_in_world(global_rotations: Array, offsets: Array) -> Array:
    """Each bone parent -> joint in the world. (..., 22, 3, 3) and (..., 22, 3) -> (..., 22, 3), metres."""
    parents = global_rotations[..., list(PARENT_OR_SELF), :, :]
    return (parents @ offsets[..., None])[..., 0]


def positions_from_pelvis(global_rotations: Array, offsets: Array) -> Array:
    """Joint positions relative to the pelvis. (..., 22, 3, 3) and (..., 22, 3), broadcast, -> (..., 22, 3), metres."""
    return alike(descent_matrix(), offsets) @ bones_in_world(global_rotations, offsets)


def speeds(places: Tensor, reach: int, rate_hz: float) -> Tensor:
    """How fast points go, from `reach` frames before to as many after: (..., T, K, 3) metres -> (..., T, K), m/s."""
    frames = places.shape[-3]
    at = torch.arange(frames)
    before, after = (at - reach).clamp(min=0), (at + reach).clamp(max=frames - 1)
    ways = (places[..., after, :, :] - places[..., before, :, :]).norm(dim=-1)
    return ways * rate_hz / (after - before).clamp(min=1)[:, None]


def local_to_global(local_rotations: Tensor) -> Tensor:
    """Rotations relative to the parent -> relative to the world. (..., 22, 3, 3) both."""
    world = [local_rotations[..., 0, :, :]]
    for joint in range(1, JOINT_COUNT):
        world.append(world[PARENTS[joint]] @ local_rotations[..., joint, :, :])
    return torch.stack(world, dim=-3)


def global_to_local(global_rotations: Array) -> Array:
    """Rotations relative to the world -> relative to the parent; the pelvis keeps its own. (..., 22, 3, 3) both."""
    parents = global_rotations[..., list(PARENTS[1:]), :, :]
    return library(parents).concat([global_rotations[..., :1, :, :], parents.mT @ global_rotations[..., 1:, :, :]], -3)
