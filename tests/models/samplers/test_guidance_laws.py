"""What the guidance must do whatever the numbers: symmetries, missing rows, limits of its variances."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor

from models.kinematics.rotations import about_y, geodesic_angle, rotvec_to_matrix
from models.samplers.coupling import coupling
from models.samplers.guidance import LONGEST_STEP, Freedom, correct, fuse_rotations
from models.samplers.measurement import Measurement
from models.samplers.rows import tracker_rows
from models.samplers.spread import posterior_spread
from models.samplers.system import RootPrior

Scenes = Callable[..., Any]
Lose = Callable[..., Measurement]
DEFAULT, MANY = (15, 20, 21), (15, 20, 21, 0, 7, 8)


def root_prior(scene: Any, information: tuple[float, float, float] = (0.0, 100.0, 4.0)) -> RootPrior:
    noise = torch.randn(scene.root.shape, generator=torch.Generator().manual_seed(9))
    spread = scene.root.new_tensor(information)
    return RootPrior(scene.root + 0.1 * noise.to(scene.root), spread.expand_as(scene.root).clone())


def test_turning_the_world_turns_the_answer(scene: Scenes) -> None:
    s, turn = scene(), about_y(torch.tensor(0.8, dtype=torch.float64))
    root = root_prior(s, information=(4.0, 100.0, 4.0))
    measured = replace(s.measured, positions=s.measured.positions @ turn.mT, rotations=turn @ s.measured.rotations)
    plain = correct(s.guess, s.variance, s.measured, root, 2)
    turned = correct(turn @ s.guess, s.variance, measured, replace(root, mean=root.mean @ turn.mT), 2)
    torch.testing.assert_close(turned.rotations, turn @ plain.rotations, atol=1e-7, rtol=0)
    torch.testing.assert_close(turned.root, plain.root @ turn.mT, atol=1e-7, rtol=0)


def test_moving_the_world_moves_the_root(scene: Scenes) -> None:
    s, shift = scene(), torch.tensor([3.0, -1.0, 0.5], dtype=torch.float64)
    root = root_prior(s)
    plain = correct(s.guess, s.variance, s.measured, root, 2)
    measured = replace(s.measured, positions=s.measured.positions + shift)
    moved = correct(s.guess, s.variance, measured, replace(root, mean=root.mean + shift), 2)
    torch.testing.assert_close(moved.rotations, plain.rotations, atol=1e-8, rtol=0)
    torch.testing.assert_close(moved.root, plain.root + shift, atol=1e-8, rtol=0)


def test_a_lost_tracker_is_as_if_it_were_not_there(scene: Scenes, lose: Lose) -> None:
    s = scene(MANY)
    root, gone = root_prior(s), lose(s.measured, slice(3, 6))
    gone = replace(gone, positions=gone.positions.where(gone.position_known.unsqueeze(-1), 7.0))
    fewer = Measurement(
        MANY[:3], gone.levers[:, :3], gone.positions[:, :, :3], gone.position_known[:, :, :3],
        gone.rotations[:, :, :3], gone.rotation_known[:, :, :3], gone.position_sd[:, :, :3], gone.rotation_sd[:, :, :3],
    )
    one, other = (correct(s.guess, s.variance, measured, root, 2) for measured in (gone, fewer))
    torch.testing.assert_close(one.rotations, other.rotations, atol=1e-9, rtol=0)
    torch.testing.assert_close(one.root, other.root, atol=1e-9, rtol=0)
    left = [posterior_spread(estimate, tracker_rows(part), root, s.joint_levers)
            for estimate, part in ((one, gone), (other, fewer))]
    torch.testing.assert_close(left[0].rotation, left[1].rotation, atol=1e-9, rtol=0)
    torch.testing.assert_close(left[0].position, left[1].position, atol=1e-9, rtol=0)


@pytest.mark.parametrize("information", [(0.0, 0.0, 0.0), (0.0, 100.0, 0.0)])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_frame_without_any_tracker_stays_as_it_is(
    scene: Scenes, lose: Lose, information: tuple[float, float, float], dtype: torch.dtype
) -> None:
    s = scene(dtype=dtype)
    root, measured = root_prior(s, information=information), lose(s.measured, slice(None), slice(1, 2))
    estimate = correct(s.guess, s.variance, measured, root, 3)
    assert estimate.rotations.isfinite().all()
    torch.testing.assert_close(estimate.rotations[:, 1], s.guess[:, 1], atol=1e-6, rtol=0)
    torch.testing.assert_close(estimate.root[:, 1], root.mean[:, 1], atol=1e-6, rtol=0)
    left = posterior_spread(estimate, tracker_rows(measured), root, s.joint_levers)
    torch.testing.assert_close(left.rotation[:, 1].square(), s.variance[:, 1])
    assert (estimate.rotations[:, 0] - s.guess[:, 0]).abs().max() > 0.01


def test_precise_trackers_are_met(scene: Scenes) -> None:
    s = scene(away=0.3, position_sd=1e-4)
    estimate = correct(s.guess, s.variance, s.measured, root_prior(s), 5)
    missed = (s.tracker_places(estimate.rotations, estimate.root) - s.measured.positions).norm(dim=-1)
    assert missed.max() < 1e-3
    assert geodesic_angle(estimate.rotations[:, :, list(DEFAULT)], s.measured.rotations).max() < 0.01


def test_with_nothing_known_of_the_root_only_differences_count(scene: Scenes) -> None:
    s, shift = scene(), torch.tensor([0.3, 0.8, -0.2], dtype=torch.float64)
    root = root_prior(s, information=(0.0, 0.0, 0.0))
    plain = correct(s.guess, s.variance, s.measured, root)
    lifted = correct(s.guess, s.variance, replace(s.measured, positions=s.measured.positions + shift), root)
    torch.testing.assert_close(lifted.rotations, plain.rotations, atol=1e-4, rtol=0)
    torch.testing.assert_close(lifted.root, plain.root + shift, atol=1e-4, rtol=0)


def test_what_is_known_of_the_root_holds_it(scene: Scenes) -> None:
    s, shift = scene(), torch.tensor([0.0, 0.1, 0.0], dtype=torch.float64)
    lifted = replace(s.measured, positions=s.measured.positions + shift)

    def moved(information: float) -> Tensor:
        root = RootPrior(s.root, torch.full_like(s.root, information))
        return correct(s.guess, s.variance, lifted, root).root - correct(s.guess, s.variance, s.measured, root).root

    assert moved(1e8).abs().max() < 1e-5
    between = moved(400.0)[..., 1]
    assert (between > 0.005).all() and (between < 0.095).all()
    torch.testing.assert_close(moved(0.0), shift.expand_as(s.root), atol=1e-4, rtol=0)


@pytest.mark.parametrize(("sd", "share"), [(1e-9, 1.0), (1e9, 0.0), (0.1, 0.5)])
def test_a_tracked_joint_turns_by_the_share_the_variances_say(scene: Scenes, sd: float, share: float) -> None:
    s = scene()
    variance, joints = torch.full_like(s.variance, 0.01), list(DEFAULT)
    sensors = torch.full_like(s.measured.rotation_sd, sd)
    freedom = Freedom(variance.sqrt(), torch.eye(66, dtype=torch.float64))
    rotations, freedom = fuse_rotations(s.guess, freedom, replace(s.measured, rotation_sd=sensors))
    left = freedom.variance
    before, after = (geodesic_angle(part[:, :, joints], s.measured.rotations) for part in (s.guess, rotations))
    torch.testing.assert_close(after, (1 - share) * before, atol=1e-6, rtol=0)
    torch.testing.assert_close(left[:, :, joints], torch.full_like(left[:, :, joints], 0.01 * (1 - share)))
    others = [joint for joint in range(22) if joint not in joints]
    torch.testing.assert_close(rotations[:, :, others], s.guess[:, :, others])
    torch.testing.assert_close(left[:, :, others], variance[:, :, others])


def test_a_joint_half_a_turn_away_still_finds_its_tracker(scene: Scenes) -> None:
    s = scene(dtype=torch.float32)
    half = rotvec_to_matrix(torch.tensor([0.0, torch.pi, 0.0]))
    sure = replace(s.measured, rotation_sd=torch.full_like(s.measured.rotation_sd, 1e-6))
    rotations, _ = fuse_rotations(s.rotations @ half, Freedom(s.variance.sqrt(), torch.from_numpy(coupling())), sure)
    assert geodesic_angle(rotations[:, :, list(DEFAULT)], s.measured.rotations).max() < 1e-3


def test_a_step_is_never_longer_than_what_is_linear(scene: Scenes) -> None:
    s = scene()
    away = s.measured.positions + torch.tensor([0.0, 2.0, 0.0], dtype=torch.float64) * torch.eye(3)[:, 1:2]
    lost = replace(s.measured, positions=away, rotation_known=torch.zeros_like(s.measured.rotation_known))
    turned = [geodesic_angle(correct(s.guess, s.variance, lost, root_prior(s), steps).rotations, s.guess).amax(-1)
              for steps in (1, 2)]
    torch.testing.assert_close(turned[0], torch.full_like(turned[0], LONGEST_STEP))
    assert (turned[1] <= 2 * LONGEST_STEP).all() and (turned[1] > LONGEST_STEP).all()
