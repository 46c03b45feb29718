"""The few-step sampler with priors that are right, wrong, or watch what they are asked."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor

from models.guess import Guess, Guesser
from models.kinematics.rotations import geodesic_angle, matrix_to_sixd, sixd_to_matrix
from models.kinematics.skeleton import JOINT_COUNT
from models.samplers.guidance import Estimate
from models.samplers.measurement import Measurement
from models.samplers.root import unknown_root
from models.samplers.samplers import SamplerConfig, guided, refine
from models.samplers.schedules import NOTHING
from models.samplers.system import RootPrior

Scenes = Callable[..., Any]
JOINT_SD = torch.full((JOINT_COUNT,), 0.2)


def no_root(rotations: Tensor) -> RootPrior:
    return unknown_root((rotations.shape[0], rotations.shape[1]), rotations)


def says(sixd: Tensor) -> Guess:
    return Guess(sixd, JOINT_SD.expand(*sixd.shape[:2], -1))


def always(rotations: Tensor) -> Guesser:
    """A prior that knows its answer."""
    guess = says(matrix_to_sixd(rotations).flatten(-2))
    return lambda x, sigma: guess


def still(scene: Scenes, frames: int = 20, **options: Any) -> Any:
    """A scene whose every frame is its first one: the band's filter leaves it alone."""
    s = scene(frames=1, dtype=torch.float32, **options)
    held = {name: getattr(s, name).expand(-1, frames, *getattr(s, name).shape[2:]).contiguous()
            for name in ("rotations", "root", "guess", "variance")}
    parts = ("positions", "position_known", "rotations", "rotation_known")
    measured = {name: getattr(s.measured, name).expand(-1, frames, *getattr(s.measured, name).shape[2:]).contiguous()
                for name in parts}
    return replace(s, measured=replace(s.measured, **measured), **held)


def solved(guesser: Guesser, measured: Measurement, config: SamplerConfig) -> Estimate:
    guess = refine(guesser, measured, no_root, config)
    return guided(guess, measured, no_root, config.steps(len(measured.joints)))


@pytest.mark.parametrize("passes", [1, 2, 3])
def test_a_prior_that_is_right_is_left_right(scene: Scenes, passes: int) -> None:
    s = still(scene)
    estimate = solved(always(s.rotations), s.measured, SamplerConfig(passes=passes))
    torch.testing.assert_close(estimate.rotations, s.rotations, atol=2e-4, rtol=0)
    torch.testing.assert_close(estimate.root, s.root, atol=2e-4, rtol=0)


@pytest.mark.parametrize("passes", [1, 2])
def test_a_prior_that_is_wrong_still_gets_the_trackers_right(scene: Scenes, passes: int) -> None:
    s = still(scene, away=0.3)
    config = SamplerConfig(passes=passes, polish=4)
    estimate = solved(always(s.guess), s.measured, config)
    missed = (s.tracker_places(estimate.rotations, estimate.root) - s.measured.positions).norm(dim=-1)
    assert missed.max() < 0.005
    assert geodesic_angle(estimate.rotations[:, :, list(s.measured.joints)], s.measured.rotations).max() < 0.01
    before, after = (geodesic_angle(part, s.rotations).mean() for part in (s.guess, estimate.rotations))
    assert after < before


def test_each_pass_is_asked_at_its_level_from_what_the_last_one_found(scene: Scenes) -> None:
    s, asked = still(scene), []

    def watch(x: Tensor, sigma: float) -> Guess:
        asked.append((x, sigma))
        return says(matrix_to_sixd(s.guess).flatten(-2))

    clean = refine(watch, s.measured, no_root, SamplerConfig(passes=3))
    assert [sigma for _, sigma in asked] == pytest.approx([NOTHING, 0.4, 0.1])
    assert not asked[0][0].any()
    assert torch.equal(clean.poses, matrix_to_sixd(s.guess).flatten(-2))
    found = sixd_to_matrix(asked[1][0].unflatten(-1, (JOINT_COUNT, 6)))
    error = [geodesic_angle(part[:, :, [15, 20, 21]], s.measured.rotations).max() for part in (found, s.guess)]
    assert error[0] < error[1] / 10


def test_more_trackers_than_three_take_more_steps() -> None:
    config = SamplerConfig(polish=2)
    assert [config.steps(trackers) for trackers in (1, 3, 4, 6)] == [3, 3, 4, 6]
