"""Foot contact: feet that stand still and low, wherever the motion is seen from."""
from __future__ import annotations

import torch

from models.kinematics.skeleton import leg_length, neutral_offsets, standing_heights
from models.training.contacts import foot_contact
from models.training.dataset import Windows

FRAMES = 30


def standing(speed: float = 0.0, rise: float = 0.0) -> Windows:
    """A body in T-pose on the floor that glides forward at `speed` m/s and is `rise` m above the floor."""
    offsets = neutral_offsets()
    pelvis = float(standing_heights(offsets[None])[0, 0])
    seconds = torch.arange(FRAMES) / 60
    root = torch.stack([torch.zeros(FRAMES), torch.full((FRAMES,), pelvis + rise), speed * seconds], dim=-1)
    return Windows(torch.eye(3).expand(1, FRAMES, 22, 3, 3), root[None], offsets[None], torch.tensor([True]))


def test_who_stands_has_all_four_down() -> None:
    assert leg_length(neutral_offsets()) > 0.5  # a real body
    assert foot_contact(standing()).all()


def test_who_glides_flies_or_jumps_has_none() -> None:
    assert not foot_contact(standing(speed=0.5)).any()
    assert not foot_contact(standing(rise=0.2)).any()


def test_a_tremble_within_a_few_frames_is_no_step() -> None:
    shaken = standing()
    shaken.root[0, :, 0] += 0.002 * (-1.0) ** torch.arange(FRAMES)
    assert foot_contact(shaken)[:, 2:-2].all()


def test_one_raised_shin_frees_one_foot() -> None:
    windows = standing()
    rotations = windows.rotations.clone()
    back = torch.tensor([[1.0, 0, 0], [0, 0, -1], [0, 1, 0]])  # the shin turned back by 90 degrees
    rotations[:, :, [4, 7, 10]] = back
    contact = foot_contact(Windows(rotations, windows.root, windows.offsets, windows.floor))
    assert not contact[..., [0, 2]].any()
    assert contact[..., [1, 3]].all()
