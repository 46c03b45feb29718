"""Validation: the same windows each time, no error for a network that knows, and what errors there are."""
from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from models.kinematics.rotations import about_y, matrix_to_sixd, sixd_to_matrix
from models.prior.denoiser import SAID, USUAL_SD, Statistics
from models.training.dataset import Clip, WindowConfig, WindowSet
from models.training.validate import measure_spread, validate, validation_batch


def silent(motion: Tensor, condition: Tensor, log_level: Tensor) -> Tensor:
    return torch.zeros_like(motion)


@pytest.fixture
def windows(wave: Callable[..., Clip]) -> WindowSet:
    """People who stand still, all in one pose."""
    return WindowSet([wave(size=0.0)], WindowConfig(frames=9, mirror=0.0))


def mean_of(windows: WindowSet, angle: float = 0.0) -> Statistics:
    """A mean pose that is the truth, with its left wrist (joint 20) turned by `angle`."""
    pose = sixd_to_matrix(validation_batch(windows).poses[0, 0].unflatten(-1, (22, 6)))
    pose[20] = pose[20] @ about_y(torch.tensor(angle))
    return Statistics(matrix_to_sixd(pose).flatten(), 0.28, torch.ones(22))


def test_the_windows_are_the_same_each_time_and_all_is_told(windows: WindowSet) -> None:
    first = validation_batch(windows)
    windows.draw(3)
    again = validation_batch(windows)
    assert torch.equal(first.poses, again.poses)
    assert (first.condition[..., [0, 1, 2, 39, 42, 43, 50]] == 1).all()


def test_a_height_over_no_floor_is_not_told(wave: Callable[..., Clip], windows: WindowSet) -> None:
    climbing = WindowSet([replace(wave(size=0.0), floor=False)], windows.config)
    assert (validation_batch(climbing).condition[..., 39] == 0).all()


def test_who_knows_the_pose_makes_no_error(windows: WindowSet) -> None:
    found = validate(silent, mean_of(windows), windows)
    assert found.mpjre_deg == pytest.approx(0, abs=0.05)
    assert found.mpjpe_cm == pytest.approx(0, abs=1e-3)
    assert found.legs_cm == pytest.approx(0, abs=1e-3)
    assert 10 < found.renoised_deg < 20  # a network of zeros leaves a third of the noise
    torch.testing.assert_close(measure_spread(silent, mean_of(windows), windows)[0], torch.zeros(22), atol=1e-3, rtol=0)


def test_a_turned_wrist_is_one_of_21_joints_and_moves_nothing(windows: WindowSet) -> None:
    statistics = mean_of(windows, angle=math.radians(42))
    found = validate(silent, statistics, windows)
    assert found.mpjre_deg == pytest.approx(42 / 21, abs=0.05)
    assert found.mpjpe_cm == pytest.approx(0, abs=1e-3)
    spread, gain = measure_spread(silent, statistics, windows)
    assert torch.equal(gain, torch.ones(22))  # it says none
    assert float(spread[20]) == pytest.approx(math.radians(42) / math.sqrt(3), rel=1e-3)  # about one axis of three
    assert spread[:20].max() < 1e-3
    assert str(found).startswith("2.00 deg, 0.00 cm")


def test_a_spread_is_measured_in_units_of_what_is_said(windows: WindowSet) -> None:
    def modest(motion: Tensor, condition: Tensor, level: Tensor) -> Tensor:
        return torch.cat([torch.zeros_like(motion), torch.full((*motion.shape[:2], SAID), -1.0)], dim=-1)

    statistics = mean_of(windows, angle=0.3)
    spread, gain = measure_spread(modest, statistics, windows)
    torch.testing.assert_close(gain, spread / (USUAL_SD / math.e), atol=1e-5, rtol=1e-4)
