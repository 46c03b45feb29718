"""What the trackers tell the network, free of body size: rotations, and places in units of the user's own body.

The file's rule: raw metres never enter a condition, so a network trained on one body fits any other.
Every cue carries its presence; an absent cue is zero. New cues are appended, so that a network of before is told the
first of them (see network.py).
"""
from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import torch
from torch import Tensor

from models.kinematics.rotations import matrix_to_sixd
from models.kinematics.skeleton import HEAD, JOINT_COUNT, L_WRIST, R_WRIST

CUE_JOINTS = (HEAD, L_WRIST, R_WRIST)
OTHER_JOINTS = tuple(joint for joint in range(JOINT_COUNT) if joint not in CUE_JOINTS)  # they may carry trackers too
CUE_WIDTH = 61 + 7 * len(OTHER_JOINTS)
USUAL_HEIGHT = 0.9  # head height over standing head height, about the mean of everyday motion
TURN_GAIN, HEIGHT_GAIN, BOB_GAIN = 10.0, 5.0, 20.0  # bring the small cues to the size of the others
PATH_GAIN, STEP_GAIN = 2.0, 30.0


@dataclass(frozen=True)
class Cues:
    """A batch of windows as the trackers see them, in the world frame."""

    rotations: Tensor  # (B, T, 3, 3, 3) of the joints of CUE_JOINTS
    rotation_known: Tensor  # (B, T, 3) bool
    height: Tensor  # (B, T) head height / standing head height
    height_known: Tensor  # (B, T) bool
    hands: Tensor  # (B, T, 2, 3) wrist - head, over arm length
    hands_known: Tensor  # (B, T, 2) bool
    path: Tensor  # (B, T, 3) the head's place on the floor, over leg length: from anywhere, its second axis zero
    path_known: Tensor  # (B, T) bool
    others: Tensor  # (B, T, 19, 3, 3) rotations of the joints of OTHER_JOINTS
    others_known: Tensor  # (B, T, 19) bool


def encode(cues: Cues, turn: Tensor) -> Tensor:
    """The network's condition, (B, T, CUE_WIDTH), after turning the world by `turn` (B, 3, 3)."""
    turned = turn[:, None, None]
    rotations = masked(matrix_to_sixd(turned @ cues.rotations), cues.rotation_known)
    turns = masked(TURN_GAIN * turns_between(cues.rotations), known_twice(cues.rotation_known))
    hands = masked((turned @ cues.hands.unsqueeze(-1)).squeeze(-1), cues.hands_known)
    features = [
        cues.rotation_known.to(rotations), rotations.flatten(-2), turns.flatten(-2),
        _height_features(cues), cues.hands_known.to(rotations), hands.flatten(-2),
        _path_features(cues, turn),
        masked(STEP_GAIN * _steps(hands), known_twice(cues.hands_known)).flatten(-2),
        _other_features(cues, turned),
    ]
    return torch.cat(features, dim=-1)


def masked(values: Tensor, known: Tensor) -> Tensor:
    """Zero where unknown. (..., C) and (...)."""
    return torch.where(known.unsqueeze(-1), values, 0.0)  # what an absent reading holds may be anything, NaN too


def turns_between(rotations: Tensor) -> Tensor:
    """Frame-to-frame turn R_{t-1}^T R_t in 6D less the identity, zero at the first frame, (B, T, 3, 6)."""
    step = rotations[:, :-1].transpose(-1, -2) @ rotations[:, 1:]
    sixd = matrix_to_sixd(step) - _no_turn().to(step)
    return torch.cat([torch.zeros_like(sixd[:, :1]), sixd], dim=1)


@cache
def _no_turn() -> Tensor:
    """(6,): the identity; not to be written to."""
    return torch.tensor([1.0, 0.0, 0.0, 0.0, 1.0, 0.0])


def known_twice(known: Tensor) -> Tensor:
    """Known at this frame and at the one before, (B, T, ...)."""
    return torch.cat([torch.zeros_like(known[:, :1]), known[:, 1:] & known[:, :-1]], dim=1)


def nearest_known(known: Tensor, at: int) -> Tensor:
    """The known frame (B, T) nearest to `at`, (B,)."""
    frames = known.shape[1]
    distance = (torch.arange(frames, device=known.device) - at).abs()
    return (distance + frames * ~known).argmin(dim=1)


def _from_mean(values: Tensor, known: Tensor) -> Tensor:
    """Values (B, T, C) less their mean over the frames where they are known (B, T); zero elsewhere."""
    told = masked(values, known)
    mean = told.sum(1, keepdim=True) / known.sum(1)[:, None, None].clamp(min=1)
    return masked(told - mean, known)


def _steps(values: Tensor) -> Tensor:
    """From the frame before, zero at the first one. (B, T, ...)."""
    return torch.cat([torch.zeros_like(values[:, :1]), values.diff(dim=1)], dim=1)


def _other_features(cues: Cues, turned: Tensor) -> Tensor:
    """(B, T, 7 * 19): which other joints carry trackers, and their rotations. Mostly none does, live above all."""
    known = cues.others_known
    if not bool(known.any()):
        return cues.others.new_zeros(*known.shape[:2], 7 * len(OTHER_JOINTS))
    return torch.cat([known.to(cues.others), masked(matrix_to_sixd(turned @ cues.others), known).flatten(-2)], dim=-1)


def _path_features(cues: Cues, turn: Tensor) -> Tensor:
    """(B, T, 5): known, the head's place on the floor from the window's mean, and its step: speed tells the stride."""
    known = cues.path_known.unsqueeze(-1)
    path = masked((turn[:, None] @ cues.path.unsqueeze(-1)).squeeze(-1)[..., [0, 2]], cues.path_known)
    place = PATH_GAIN * _from_mean(path, cues.path_known)
    step = masked(STEP_GAIN * _steps(path), known_twice(cues.path_known))
    return torch.cat([known.to(path), place, step], dim=-1)


def _height_features(cues: Cues) -> Tensor:
    """(B, T, 3): known, height, and how far it is from the window's mean: the bob of a step, which tells the legs."""
    known, heights = cues.height_known, cues.height.unsqueeze(-1)
    height = HEIGHT_GAIN * masked(heights - USUAL_HEIGHT, known)
    return torch.cat([known.unsqueeze(-1).to(height), height, BOB_GAIN * _from_mean(heights, known)], dim=-1)
