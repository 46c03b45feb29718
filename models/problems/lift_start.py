"""Where somebody roughly is and which way they face, from 2D keypoints alone: what lifting begins with.

The mean pose, upright and bent forward, is turned to each of some headings in each of some frames and put where its
keypoints' rays meet it best (a linear problem: points on rays). Somebody who bends down would else seem far away, by
metres where their legs are not seen. Facing changes slowly, so the headings of all frames are chosen together, by the
cheapest way through them (Viterbi 1967).
"""
from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from models.kinematics.camera import Camera, rays
from models.kinematics.rotations import about_y, rotvec_to_matrix
from models.kinematics.skeleton import JOINT_COUNT, JOINT_INDEX, chain_to
from models.problems.seen import Seen
from models.samplers.measurement import levers

HEADINGS = 24
EVERY = 5  # frames
MISS_SD = 0.12  # metres that a keypoint of the mean pose misses its ray by
TURN_SD = 0.5  # radians from one of these frames to the next
BENT = 1.2  # radians that the trunk is, with all that it carries, of who bends down
BEND_COST = 6.0  # of bending down, or getting up, from one of these frames to the next
CARRIED = [not {JOINT_INDEX["L_hip"], JOINT_INDEX["R_hip"]} & {*chain_to(joint)} for joint in range(JOINT_COUNT)]
LEAST = 4.0  # keypoints' worth of confidence without which a frame says nothing


def place_mean_pose(pose: Tensor, offsets: Tensor, seen: Sequence[Seen]) -> tuple[Tensor, Tensor]:
    """The mean pose along the most likely headings, and where it is put, bent where it is.

    Args:
        pose: (22, 3, 3) global rotations, heading zero.
        offsets: (22, 3) metres.
        seen: what each camera has of the same frames.

    Returns:
        (T, 22, 3, 3) rotations, upright, (T, 3) root.

    Raises:
        ValueError: hardly anything is seen in any frame that is looked at.
    """
    frames = len(seen[0])
    at = torch.arange(0, frames, EVERY)
    turns = torch.arange(HEADINGS) * (2 * math.pi / HEADINGS)
    postures = torch.stack([pose, bent_forward(pose)])
    stances = (about_y(turns)[:, None] @ postures[:, None]).flatten(0, 1)
    cost, places, heard = _costs(stances, offsets, [view.frames(slice(0, frames, EVERY)) for view in seen])
    chosen = cheapest_way(cost, _costs_of_change(turns, len(postures)))
    facing = _unwrapped(turns[chosen % HEADINGS])
    root = places[torch.arange(len(at)), chosen]
    if not heard.any():
        raise ValueError(f"no frame has keypoints worth {LEAST:g} sure ones")
    heading, path = _filled(facing[:, None], at, frames)[:, 0], _filled(root[heard], at[heard], frames)
    return about_y(heading)[:, None] @ pose, path


def bent_forward(pose: Tensor) -> Tensor:
    """(22, 3, 3), of heading zero, with a trunk that is BENT on legs that stay."""
    pitch = rotvec_to_matrix(pose.new_tensor([BENT, 0.0, 0.0]))
    return torch.where(pose.new_tensor(CARRIED, dtype=torch.bool)[:, None, None], pitch @ pose, pose)


def _costs_of_change(turns: Tensor, postures: int) -> Tensor:
    """From each of the postures at each heading to each, (S, S)."""
    heading, posture = turns.repeat(postures), torch.arange(postures).repeat_interleave(len(turns))
    apart = heading[:, None] - heading
    turned = (torch.atan2(apart.sin(), apart.cos()) / TURN_SD).square() / 2
    return turned + BEND_COST * (posture[:, None] != posture)


def _costs(
    stances: Tensor, offsets: Tensor, seen: Sequence[Seen]
) -> tuple[Tensor, Tensor, Tensor]:
    """How badly each of the stances (S, 22, 3, 3) fits each frame, (T, S), where the pelvis is best then, (T, S, 3),
    and whether enough is seen to say so, (T,) bool."""
    squares, pulls, missed, heard = [], [], [], []
    for view in seen:
        lever = levers(offsets, view.joints, view.mounts)  # (K, 22, 3)
        points = torch.einsum("hjab,kjb->hka", stances, lever)
        across, offset = _ray_rows(view.camera, view.points)  # (T, K, 2, 3), (T, K, 2)
        weight = view.confidence.square()[..., None] / MISS_SD**2
        away = offset[:, None] - torch.einsum("tkia,hka->thki", across, points)  # (T, H, K, 2)
        squares.append(torch.einsum("tkia,tkib,tkj->tab", across, across, weight))
        pulls.append(torch.einsum("tkia,thki,tkj->tha", across, away, weight))
        missed.append((away.square() * weight[:, None]).sum((-1, -2)))
        heard.append(view.confidence.sum(-1))
    square = torch.stack(squares).sum(0) + 1e-3 * torch.eye(3)
    pull, total = torch.stack(pulls).sum(0), torch.stack(missed).sum(0)
    place = torch.linalg.solve(square[:, None], pull[..., None])[..., 0]
    cost = (total - (pull * place).sum(-1)) / 2
    enough = torch.stack(heard).sum(0) > LEAST
    return cost * enough[:, None], place, enough


def _ray_rows(camera: Camera, pixels: Tensor) -> tuple[Tensor, Tensor]:
    """A point p is on its pixel's ray where across . p = offset: (T, K, 2, 3) and (T, K, 2), metres."""
    plane = rays(camera, pixels)
    turn, shift = camera.rotation[:, None], camera.translation[:, None]
    across = turn[..., :2, :] - plane[..., None] * turn[..., 2:, :]
    return across, plane * shift[..., 2:] - shift[..., :2]


def cheapest_way(cost: Tensor, change: Tensor) -> Tensor:
    """Of costs (T, S), those (T,) whose sum with that of change (S, S) between frames is least."""
    best, came = cost[0], []
    for now in cost[1:]:
        through = best[:, None] + change
        came.append(through.argmin(0))
        best = through.amin(0) + now
    way = [int(best.argmin())]
    for before in reversed(came):
        way.append(int(before[way[-1]]))
    return torch.tensor(way[::-1])


def _unwrapped(angles: Tensor) -> Tensor:
    steps = angles.diff()
    return torch.cat([angles[:1], angles[0] + torch.atan2(steps.sin(), steps.cos()).cumsum(0)])


def _filled(values: Tensor, at: Tensor, frames: int) -> Tensor:
    """Values (N, C) at some frames as those of all, straight between, held at the end."""
    time = torch.arange(frames)
    after = torch.searchsorted(at, time).clamp(max=len(at) - 1)
    before = (after - 1).clamp(min=0)
    span = (at[after] - at[before]).clamp(min=1)
    share = ((time - at[before]) / span).clamp(0, 1)[:, None]
    return values[before] + share * (values[after] - values[before])
