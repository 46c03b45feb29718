"""Levers against forward kinematics, and what is taken out of a measurement."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from models.kinematics.forward import positions_from_pelvis
from models.kinematics.skeleton import JOINT_COUNT
from models.samplers.measurement import Measurement, arms_in_world, levers

Scenes = Callable[..., Any]
Lose = Callable[..., Measurement]


def test_levers_lead_where_forward_kinematics_does(scene: Scenes) -> None:
    s, joints = scene(), list(range(JOINT_COUNT))
    mounts = 0.1 * torch.randn(JOINT_COUNT, 3, generator=torch.Generator().manual_seed(3), dtype=torch.float64)
    reached = arms_in_world(s.rotations, levers(s.offsets, joints, mounts)).sum(2).mT
    places = positions_from_pelvis(s.rotations, s.offsets[:, None]) + (s.rotations @ mounts.unsqueeze(-1)).squeeze(-1)
    torch.testing.assert_close(reached, places, atol=1e-6, rtol=0)


def test_mounts_may_differ_from_body_to_body(scene: Scenes) -> None:
    s = scene()
    mounts = torch.randn(2, 3, 3, generator=torch.Generator().manual_seed(3), dtype=torch.float64)
    together = levers(s.offsets, (15, 20, 21), mounts)
    apart = [levers(offsets, (15, 20, 21), mount) for offsets, mount in zip(s.offsets, mounts, strict=True)]
    assert torch.equal(together, torch.stack(apart))


def test_a_tracker_on_the_pelvis_has_no_lever_but_its_mount(scene: Scenes) -> None:
    mount = torch.tensor([[0.0, 0.1, -0.2]], dtype=torch.float64)
    lever = levers(scene().offsets, (0,), mount)
    assert torch.equal(lever[:, 0, 0], mount.expand(2, 3))
    assert not lever[:, 0, 1:].any()


def test_a_stretch_of_frames(scene: Scenes) -> None:
    measured = scene(frames=5).measured
    cut = measured.frames(slice(1, 3))
    for name in ("positions", "position_known", "rotations", "rotation_known", "position_sd", "rotation_sd"):
        assert torch.equal(getattr(cut, name), getattr(measured, name)[:, 1:3])


def test_the_newest_frame_alone(scene: Scenes, lose: Lose) -> None:
    measured = lose(scene(frames=5).measured, 1, slice(4, 5))
    newest = measured.newest()
    assert torch.equal(newest.positions, measured.positions[:, 4:])
    assert torch.equal(newest.rotations, measured.rotations[:, 4:])
    assert newest.position_known.tolist() == newest.rotation_known.tolist() == [[[True, False, True]]] * 2
