"""Calm: noise of somebody who stands still goes, motion stays."""
from __future__ import annotations

import math

import torch
from torch import Tensor

from models.kinematics.rotations import geodesic_angle, rotvec_to_matrix
from models.problems.calm import CalmConfig, calmed, keypoints_off
from models.samplers.lowpass import smooth_piece
from tests.models.problems.conftest import Walk, look

FRAMES, OFF = 180, 0.01
CONFIG = CalmConfig()


def motion(swing: float, noise: float) -> tuple[Tensor, Tensor]:
    """Arms and root that swing twice a second, with noise below 7 Hz."""
    random = torch.Generator().manual_seed(0)
    wave = torch.sin(4 * math.pi * torch.arange(FRAMES) / 60)
    shaken = smooth_piece(torch.randn(FRAMES, 69, generator=random), slice(0, FRAMES), 5.0, 7.0)
    shaken = noise * shaken / shaken.std()
    turns = shaken[:, :66].unflatten(-1, (22, 3)).clone()
    turns[:, 16:, 0] += swing * wave[:, None]
    root = shaken[:, 66:] + 0.3 * swing * wave[:, None] * torch.tensor([1.0, 0.0, 0.0])
    return rotvec_to_matrix(turns), root


def quickness(values: Tensor) -> float:
    return float(values.diff(n=3, dim=0).square().mean().sqrt())


def test_who_is_still_is_calm() -> None:
    rotations, root = motion(0.0, 0.7 * CONFIG.root * OFF)
    turned, path = calmed(rotations, root, OFF)
    assert quickness(path) < 0.2 * quickness(root) and quickness(turned) < 0.2 * quickness(rotations)
    torch.testing.assert_close(path, root, atol=4 * OFF, rtol=0)


def test_who_moves_moves_on() -> None:
    rotations, root = motion(0.6, 0.0)
    turned, path = calmed(rotations, root, OFF)
    inside = slice(20, -20)
    assert float(geodesic_angle(turned, rotations)[inside].max()) < 0.02
    assert float((path - root)[inside].abs().max()) < 0.1 * float(root.abs().max())


def test_without_noise_nothing_changes() -> None:
    rotations, root = motion(0.3, 0.02)
    turned, path = calmed(rotations, root, 0.0)
    torch.testing.assert_close(turned, rotations, atol=1e-5, rtol=0)
    torch.testing.assert_close(path, root, atol=1e-5, rtol=0)


def test_what_keypoints_are_off_by_is_as_far_as_the_person_is(walk: Walk) -> None:
    near, rough = look(walk, 0.7, noise_px=3.0), look(walk, 0.7, noise_px=6.0)
    off = keypoints_off([near], walk.root)
    assert 0.008 < off < 0.016  # 3 px of 1000 at about 4 m
    assert keypoints_off([rough], walk.root) == 2 * off and keypoints_off([rough, near], walk.root) == off
