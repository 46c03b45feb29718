"""Faults are as large and as frequent as they are said to be."""
from __future__ import annotations

import math
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from models.evaluation.sensors import SensorConfig, drifting, hands_seen, stream, told_bones, wrong_mounts
from models.kinematics.rotations import geodesic_angle
from models.kinematics.scaling import body_factors
from models.kinematics.skeleton import HEAD, L_WRIST, MIRRORED, R_WRIST, neutral_offsets

JOINTS = (HEAD, L_WRIST, R_WRIST, 0)


def random(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def lengths_of(lost: Tensor) -> list[int]:
    """Frames of every whole burst."""
    edges = torch.nonzero(lost.diff()).flatten().tolist()
    edges = edges[1:] if lost[0] else edges
    return [end - start for start, end in zip(edges[::2], edges[1::2], strict=False)]


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5])
def test_hands_are_lost_as_often_as_said_in_bursts(share: float) -> None:
    lost = ~hands_seen(200_000, JOINTS, share, random())
    assert not lost[:, [0, 3]].any()
    assert lost[:, 1:3].float().mean(0).tolist() == pytest.approx([share] * 2, rel=0.1)
    assert float((lost[:, 1] & lost[:, 2]).float().mean()) == pytest.approx(share**2, rel=0.2)  # each for itself
    frames = lengths_of(lost[:, 1])
    assert min(frames) >= 29 and (share > 0.1 or max(frames) <= 121)  # two bursts may meet
    assert sum(frames) / len(frames) == pytest.approx(75, rel=0.1)


def test_a_short_clip_is_as_likely_to_begin_lost_as_any_frame() -> None:
    lost = torch.cat([~hands_seen(2, (L_WRIST,), 0.3, random(seed)) for seed in range(1500)])
    assert float(lost.float().mean()) == pytest.approx(0.3, abs=0.04)
    assert hands_seen(50, JOINTS, 0.0, random()).all()


def test_streams_differ_by_clip_fault_and_seed_alone() -> None:
    def drawn(seed: int, clip: str, fault: str) -> float:
        return float(torch.rand(1, generator=stream(seed, clip, fault)))

    assert drawn(0, "walk", "hands") == drawn(0, "walk", "hands")
    asked = [(0, "walk", "hands"), (1, "walk", "hands"), (0, "run", "hands"), (0, "walk", "bones")]
    assert len({drawn(*each) for each in asked}) == 4


def test_mounts_are_as_wrong_as_said() -> None:
    places, turned = wrong_mounts(4, SensorConfig(mount_shift=0.02, mount_turn=math.radians(10)), random())
    assert places.norm(dim=-1).tolist() == pytest.approx([0.02] * 4)
    angles = torch.rad2deg(geodesic_angle(turned, torch.eye(3).expand(4, 3, 3)))
    assert angles.tolist() == pytest.approx([10] * 4, rel=1e-3)
    assert len({round(value, 4) for value in places[:, 0].tolist()}) == 4  # each its own way
    places, turned = wrong_mounts(4, SensorConfig(), random())
    assert not places.any()
    torch.testing.assert_close(turned, torch.eye(3).expand(4, 3, 3))


def length_errors(config: SensorConfig) -> Tensor:
    """(N, 22) metres, of many draws."""
    true = neutral_offsets()
    told = torch.stack([told_bones(true, config, random(seed)) for seed in range(300)])
    torch.testing.assert_close(told.norm(dim=-1)[:, MIRRORED], told.norm(dim=-1), atol=2e-3, rtol=0)
    along = torch.nn.functional.cosine_similarity(told[:, 1:], true[1:].expand_as(told[:, 1:]), dim=-1)
    torch.testing.assert_close(along, torch.ones_like(along))
    return told.norm(dim=-1) - true.norm(dim=-1)


def test_bones_are_as_wrong_as_said_left_as_right() -> None:
    errors = length_errors(SensorConfig(bone_sd=0.01))[:, 1:]
    assert float(errors.std()) == pytest.approx(0.01, rel=0.05)
    shares = length_errors(SensorConfig(bone_share_sd=0.03))[:, 1:] / neutral_offsets()[1:].norm(dim=-1)
    assert float(shares.std()) == pytest.approx(0.03, rel=0.05)


def test_bones_keep_some_length_and_a_bone_of_none_has_none() -> None:
    flat = neutral_offsets()
    flat[3] = 0
    told = told_bones(flat, SensorConfig(bone_sd=1.0), random())
    assert told.isfinite().all() and not told[3].any()
    assert (told.norm(dim=-1) >= 0.099 * flat.norm(dim=-1)).all()


def test_bones_can_be_told_of_another_body() -> None:
    told = told_bones(neutral_offsets(), SensorConfig(told_body="UBx1.03"), random())
    torch.testing.assert_close(told, neutral_offsets() * body_factors("UBx1.03")[:, None])
    torch.testing.assert_close(told_bones(neutral_offsets(), SensorConfig(), random()), neutral_offsets())


def test_what_a_solver_is_told_of_the_noise() -> None:
    noisy = SensorConfig(position_sd=0.05, rotation_sd=0.1)
    assert noisy.told_sds == (0.05, 0.1)
    assert replace(noisy, told_noise=False).told_sds == SensorConfig().told_sds == (0.002, 0.01)


def test_the_left_hand_alone_drifts_and_as_far_as_asked() -> None:
    away = drifting(11, (HEAD, R_WRIST, L_WRIST), 0.5)
    assert not away[:, :2].any() and not away[0].any()
    torch.testing.assert_close(away[:, 2].norm(dim=-1), torch.linspace(0, 0.5, 11))
    assert not drifting(1, (HEAD, L_WRIST), 0.5).any()
