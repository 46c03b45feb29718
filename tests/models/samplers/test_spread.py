"""The spread of joints against a Monte Carlo of the same posterior, and the laws that it keeps."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor

from models.kinematics.forward import positions_from_pelvis
from models.kinematics.rotations import about_y, rotvec_to_matrix
from models.kinematics.skeleton import JOINT_COUNT, JOINT_INDEX, chain_to
from models.samplers.guidance import Estimate, correct
from models.samplers.measurement import Measurement
from models.samplers.rows import tracker_rows
from models.samplers.spread import Spread, posterior_spread
from models.samplers.system import RootPrior

Scenes = Callable[..., Any]
Lose = Callable[..., Measurement]
TRACKED = (15, 20, 21)
KNOWN_WELL = (9.0, 400.0, 25.0)  # of the root, 1 / m^2 per axis


def root_prior(scene: Any, information: tuple[float, float, float] = KNOWN_WELL) -> RootPrior:
    spread = torch.tensor(information, dtype=scene.root.dtype)
    return RootPrior(scene.root, spread.expand_as(scene.root).clone())


def spread_of(scene: Any, measured: Measurement, root: RootPrior) -> tuple[Estimate, Spread]:
    estimate = correct(scene.guess, scene.variance, measured, root, 2)
    return estimate, posterior_spread(estimate, tracker_rows(measured), root, scene.joint_levers)


def sampled_places(estimate: Estimate, scene: Any, root: RootPrior, count: int = 10_000) -> tuple[Tensor, Tensor]:
    """One frame's believed bodies before positions are seen: joints' places (count, 22, 3) and how far the trackers
    are from where the estimate has them (count, 3M), for small turns."""
    random = torch.Generator().manual_seed(3)
    turns = torch.randn(count, JOINT_COUNT, 3, generator=random, dtype=torch.float64)
    rotations = rotvec_to_matrix(turns * estimate.variance[0, 0, :, None].sqrt()) @ estimate.rotations[0, 0]
    shift = torch.randn(count, 3, generator=random, dtype=torch.float64) / root.information[0, 0].sqrt()
    places = positions_from_pelvis(rotations, scene.offsets[0]) + shift[:, None]
    arms = torch.einsum("nixy,miy->nmx", rotations - estimate.rotations[0, 0], scene.measured.levers[0])
    return places, (arms + shift[:, None]).flatten(1)




def test_places_spread_as_sampled_bodies_do_once_the_trackers_are_known(scene: Scenes) -> None:
    s = scene(batch=1, frames=1)
    s = replace(s, variance=1e-4 * s.variance, measured=replace(s.measured, rotation_known=torch.zeros(1, 1, 3) > 0))
    s = replace(s, measured=replace(s.measured, position_sd=torch.full_like(s.measured.position_sd, 4e-4)))
    root = root_prior(s, (9e4, 4e6, 25e4))
    estimate, spread = spread_of(s, s.measured, root)
    places, rows = sampled_places(estimate, s, root)
    read = rows + 4e-4 * torch.randn(rows.shape, generator=torch.Generator().manual_seed(4), dtype=torch.float64)
    centred = (places - places.mean(0)).flatten(1)
    known = read @ torch.linalg.lstsq(read, centred).solution  # what the readings say of the places
    left = (centred - known).square().mean(0).reshape(JOINT_COUNT, 3).mean(-1).sqrt()
    torch.testing.assert_close(spread.position[0, 0], left, rtol=0.05, atol=0)


def test_without_a_row_it_is_the_belief_s_own(scene: Scenes, lose: Lose) -> None:
    s = scene()
    root, nothing = root_prior(s), lose(s.measured, slice(None))
    _, spread = spread_of(s, nothing, root)
    torch.testing.assert_close(spread.rotation, s.variance.sqrt())
    own = (1 / root.information).mean(-1).sqrt()
    torch.testing.assert_close(spread.position[..., 0], own, rtol=1e-5, atol=0)
    for joint in range(1, JOINT_COUNT):
        chain = chain_to(joint)
        above = [0, *chain[:-1]]
        bones = s.offsets[:, None, list(chain)].square().sum(-1)
        free = own.square() + 2 / 3 * (s.variance[..., above] * bones).sum(-1)
        torch.testing.assert_close(spread.position[..., joint], free.sqrt(), rtol=1e-5, atol=0)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_tracked_joints_are_as_sure_as_their_trackers(scene: Scenes, dtype: torch.dtype) -> None:
    s = scene(mount=0.0, dtype=dtype)
    _, spread = spread_of(s, s.measured, root_prior(s, (0.0, 0.0, 0.0)))
    tracked = list(TRACKED)
    assert (spread.position[..., tracked] <= 0.00205).all()
    assert (spread.position[..., tracked] > 0.0015).all()
    assert (spread.rotation[..., tracked] < 0.0101).all()


def test_it_grows_down_a_chain_that_nothing_sees(scene: Scenes) -> None:
    s = scene()
    _, spread = spread_of(s, s.measured, root_prior(s))
    for side in ("L", "R"):
        leg = [JOINT_INDEX[f"{side}_{part}"] for part in ("hip", "knee", "ankle", "foot")]
        assert (spread.position[..., leg].diff(dim=-1) > 0).all()


def test_a_tracker_more_never_makes_it_wider(scene: Scenes, lose: Lose) -> None:
    s = scene((*TRACKED, 7))
    root = root_prior(s)
    estimate, more = spread_of(s, s.measured, root)
    without = replace(s.measured, position_known=lose(s.measured, 3).position_known)
    fewer = posterior_spread(estimate, tracker_rows(without), root, s.joint_levers)
    assert (more.position <= fewer.position + 1e-9).all() and (more.rotation <= fewer.rotation + 1e-9).all()
    assert (more.position[..., 7] < 0.1 * fewer.position[..., 7]).all()


def test_a_turned_world_spreads_alike(scene: Scenes) -> None:
    s = scene()
    turn, root = about_y(torch.tensor(2.0, dtype=torch.float64)), root_prior(s, (25.0, 400.0, 25.0))
    estimate, plain = spread_of(s, s.measured, root)
    turned = replace(estimate, rotations=turn @ estimate.rotations)
    again = posterior_spread(turned, tracker_rows(s.measured), root, s.joint_levers)
    torch.testing.assert_close(again.position, plain.position, rtol=1e-9, atol=0)
    torch.testing.assert_close(again.rotation, plain.rotation, rtol=1e-9, atol=0)
