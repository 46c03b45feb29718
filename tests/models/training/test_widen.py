"""Varied windows: what a body keeps when its motion is varied, and that nothing is varied unasked."""
from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from models.kinematics.forward import global_to_local, local_to_global
from models.kinematics.rotations import about_y, geodesic_angle, rotvec_to_matrix
from models.kinematics.skeleton import FEET, JOINT_COUNT, JOINT_INDEX, PELVIS, neutral_offsets, standing_height
from models.training.balance import UPPER, centre_of_mass, joint_masses, lowest, smooth, upright
from models.training.dataset import Clip, WindowConfig, WindowSet
from models.training.style import with_amplitude
from models.training.widen import WidenConfig, bends_forward, composed, restyled, turned, widen
from models.training.windows import Windows

Wave = Callable[..., Clip]
ALL = WidenConfig(compose=1.0, amplitude=1.0, style=1.0, turn=1.0)
FRAMES = 21


def random_source(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def standing(count: int = 16, knees: float = 0.3, sway: float = 0.2) -> Windows:
    """People on slightly bent knees, feet planted, who move all above the pelvis, each with a heading of their own."""
    random = random_source(5)
    time = torch.linspace(0, 1, FRAMES)[:, None, None]
    turns = torch.zeros(count, FRAMES, JOINT_COUNT, 3)
    phase = torch.rand(count, 1, len(UPPER), 3, generator=random) * 6
    turns[:, :, list(UPPER)] = sway * torch.sin(3 * time + phase)
    for side in "LR":
        for joint, share in (("hip", -1), ("knee", 2), ("ankle", -1)):
            turns[:, :, JOINT_INDEX[f"{side}_{joint}"], 0] = share * knees
        sign = 1 if side == "L" else -1
        turns[:, :, JOINT_INDEX[f"{side}_shoulder"], 2] -= sign * 1.2
        turns[:, :, JOINT_INDEX[f"{side}_elbow"], 1] -= sign * 0.8
    facing = about_y(torch.rand(count, 1, 1, generator=random) * 6)
    rotations = facing @ local_to_global(rotvec_to_matrix(turns))
    made = Windows(rotations, torch.zeros(count, FRAMES, 3), neutral_offsets().expand(count, -1, -1),
                   torch.ones(count, dtype=torch.bool))
    height = 0.02 - made.from_pelvis[..., 1].amin(-1)
    return replace(made, root=height[..., None] * torch.tensor([0.0, 1.0, 0.0]))


def feet(windows: Windows) -> Tensor:
    return (windows.from_pelvis + windows.root[:, :, None])[:, :, list(FEET)]


def changed(one: Windows, other: Windows) -> Tensor:
    return (one.rotations - other.rotations).abs().flatten(1).amax(1) > 1e-4


def test_nothing_is_varied_unasked_nor_is_chance_spent(wave: Wave) -> None:
    random = random_source(2)
    before, windows = random.get_state(), standing()
    assert widen(windows, WidenConfig(), random) is windows
    assert torch.equal(random.get_state(), before)
    plain, wide = (WindowSet([wave()], WindowConfig(frames=9, widen=each)).draw(32)
                   for each in (WidenConfig(), WidenConfig(turn=0.5)))
    assert 0.2 < changed(plain, wide).float().mean() < 0.8


def test_varied_windows_are_rotations_and_the_seed_decides() -> None:
    one, same, other = (widen(standing(), ALL, random_source(seed)) for seed in (1, 1, 2))
    assert all(torch.equal(*pair) for pair in zip(one.parts, same.parts, strict=True))
    assert changed(one, other).all()
    eye = torch.eye(3).expand_as(one.rotations)
    torch.testing.assert_close(one.rotations @ one.rotations.mT, eye, atol=1e-4, rtol=0)
    torch.testing.assert_close(torch.linalg.det(one.rotations), eye[..., 0, 0], atol=1e-4, rtol=0)


@pytest.mark.parametrize("config", [WidenConfig(compose=1.0), WidenConfig(style=1.0), WidenConfig(amplitude=1.0)])
def test_planted_feet_stay_planted(config: WidenConfig) -> None:
    windows = standing()
    made = widen(windows, config, random_source())
    assert changed(windows, made).float().mean() > 0.6
    slid = (feet(made) - feet(made)[:, :1])[..., [0, 2]].norm(dim=-1)
    assert slid.max() < 0.01
    assert (lowest(made.from_pelvis) + made.root[..., 1] - lowest(windows.from_pelvis) - windows.root[..., 1]
            ).abs().max() < 0.005


def test_weight_stays_over_the_feet() -> None:
    windows = standing()
    for made in (composed(windows, 1.0, random_source()), restyled(windows, WidenConfig(style=1.0), random_source())):
        drift = []
        for each in (windows, made):
            places = each.from_pelvis
            drift.append(smooth(centre_of_mass(places) - places[:, :, list(FEET)].mean(2), 9.0))
        moved = (drift[1] - drift[0])[..., [0, 2]].norm(dim=-1)
        assert moved.mean() < 0.015 and moved.max() < 0.05


def test_a_composed_body_has_one_window_s_legs_and_another_s_arms() -> None:
    windows = standing(sway=0.15)
    made = composed(windows, 1.0, random_source())
    apart = changed(windows, made)
    local = [global_to_local(each.rotations) for each in (windows, made)]
    knee, elbow = JOINT_INDEX["L_knee"], JOINT_INDEX["L_elbow"]
    torch.testing.assert_close(local[1][:, :, knee], local[0][:, :, knee], atol=1e-4, rtol=0)
    torch.testing.assert_close(made.rotations[:, :, PELVIS], windows.rotations[:, :, PELVIS])
    angles = geodesic_angle(local[1][:, None, :, elbow], local[0][None, :, :, elbow]).amax(-1)  # (made, given)
    giver = angles.argmin(1)
    assert angles.amin(1).max() < 1e-2
    assert (giver[apart] != torch.arange(len(giver))[apart]).all()


def test_only_upright_bodies_with_calm_legs_give_or_get() -> None:
    lying = standing()
    lying = replace(lying, root=lying.root * 0.2)
    assert not upright(lying).any()
    assert not changed(composed(lying, 1.0, random_source()), lying).any()
    assert not changed(restyled(lying, ALL, random_source()), lying).any()


def test_turning_bends_the_path_and_the_body_alike() -> None:
    """Who walks a straight line with a steady turn goes on along the turned way, at the same speed."""
    windows = standing(sway=0.0)
    angle = torch.linspace(0, 0.8, FRAMES)
    spin = about_y(angle)[None, :, None]
    before = replace(windows, rotations=spin @ windows.rotations)
    made = turned(before, 1.0, random_source())
    gained = geodesic_angle(made.rotations[:, 0, PELVIS], made.rotations[:, -1, PELVIS])
    assert gained.min() < 0.7 and gained.max() > 0.9
    local = [global_to_local(each.rotations)[:, :, 1:] for each in (before, made)]
    torch.testing.assert_close(local[0], local[1], atol=1e-5, rtol=0)


def test_amplitude_scales_the_swing_and_keeps_the_mean() -> None:
    angle = 0.4 * torch.sin(torch.linspace(0, 2 * math.pi, 41)[:-1])
    local = rotvec_to_matrix(angle[None, :, None, None] * torch.tensor([0.0, 0.6, 0.8]).expand(1, 1, JOINT_COUNT, 3))
    for factor in (0.5, 1.0, 1.5):
        made = with_amplitude(local, torch.full((1, JOINT_COUNT), factor))
        expected = rotvec_to_matrix(factor * angle[:, None] * torch.tensor([0.0, 0.6, 0.8]))
        torch.testing.assert_close(made[0, :, 7], expected, atol=1e-3, rtol=0)


@pytest.mark.parametrize(("joint", "turn"), [("L_knee", (-0.3, 0, 0)), ("R_knee", (-0.3, 0, 0)),
                                             ("L_elbow", (0, 0.5, 0)), ("R_elbow", (0, -0.5, 0))])
def test_joints_that_bend_backwards_are_seen(joint: str, turn: tuple[float, float, float]) -> None:
    vectors = torch.zeros(2, 5, JOINT_COUNT, 3)
    vectors[1, 3, JOINT_INDEX[joint]] = torch.tensor(turn)
    assert bends_forward(rotvec_to_matrix(vectors)).tolist() == [True, False]
    assert bends_forward(rotvec_to_matrix(-vectors)).tolist() == [True, True]


def test_varied_knees_and_elbows_bend_forward() -> None:
    made = restyled(standing(64, knees=0.05), ALL, random_source())
    assert bends_forward(global_to_local(made.rotations), slack=0.1).all()


def test_masses_are_a_body_s() -> None:
    masses = joint_masses()
    assert float(masses.sum()) == pytest.approx(1)
    torch.testing.assert_close(masses[[1, 4, 16, 20]], masses[[2, 5, 17, 21]])
    offsets = neutral_offsets()
    flat = Windows(torch.eye(3).expand(1, 1, JOINT_COUNT, 3, 3), torch.zeros(1, 1, 3), offsets[None],
                   torch.tensor([True]))
    height = centre_of_mass(flat.from_pelvis)[0, 0, 1] + standing_height(offsets, PELVIS)
    assert 0.5 < float(height / standing_height(offsets, JOINT_INDEX["head"])) < 0.7


def test_smoothing_keeps_what_is_still_and_spreads_what_is_not() -> None:
    still = torch.full((2, 15, 3), 0.7)
    torch.testing.assert_close(smooth(still, 2.0), still)
    spike = torch.zeros(1, 15)
    spike[0, 7] = 1.0
    spread = smooth(spike, 1.5)[0]
    assert float(spread.sum()) == pytest.approx(1, abs=1e-4)
    assert int(spread.argmax()) == 7 and torch.allclose(spread, spread.flip(0))
