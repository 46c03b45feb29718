"""Synthesised motion: feet stay, bones keep their lengths, joints bend as they can, the weight is over the feet."""
from __future__ import annotations

import math
from functools import cache

import pytest
import torch
from torch import Tensor

from models.kinematics.forward import local_to_global, positions_from_pelvis
from models.kinematics.rotations import about_y, matrix_to_xyzw, rotvec_to_matrix, xyzw_to_matrix
from models.kinematics.skeleton import FEET, JOINT_COUNT, JOINT_INDEX, TOES, leg_length, neutral_offsets
from models.training.balance import UPPER, centre_of_mass
from models.training.dataset import Clip
from models.training.limbs import bend_leg, reach_hand
from models.training.limits import humanly_possible, within_limits
from models.training.plans import KINDS, Plan
from models.training.stance import find_stance, smooth_step
from models.training.synthesis import SynthesisConfig, perform, synthesise

HIP, KNEE, ANKLE = (JOINT_INDEX[f"L_{name}"] for name in ("hip", "knee", "ankle"))


def standing(frames: int = 300, facing: float = 0.7, sway: float = 0.1) -> Clip:
    """Someone who stands on soft knees, arms down, and moves a little above the pelvis."""
    time = torch.arange(frames)[:, None, None] / 60
    turns = torch.zeros(frames, JOINT_COUNT, 3)
    turns[:, list(UPPER)] = sway * torch.sin(2 * time + torch.arange(3 * len(UPPER)).unflatten(0, (-1, 3)))
    for side, sign in (("L", 1), ("R", -1)):
        for joint, bend in (("hip", -0.2), ("knee", 0.4), ("ankle", -0.2)):
            turns[:, JOINT_INDEX[f"{side}_{joint}"], 0] = bend
        turns[:, JOINT_INDEX[f"{side}_shoulder"], 2] -= sign * 1.2
        turns[:, JOINT_INDEX[f"{side}_elbow"], 1] -= sign * 0.6
    local = rotvec_to_matrix(turns)
    local[:, 0] = about_y(torch.tensor(facing)) @ local[:, 0]
    offsets = neutral_offsets()
    height = 0.02 - float(positions_from_pelvis(local_to_global(local[0]), offsets)[:, 1].min())
    return Clip(matrix_to_xyzw(local), torch.tensor([0.3, height, -1.0]).expand(frames, 3), offsets, "made")


def places(clip: Clip) -> Tensor:
    rotations = local_to_global(xyzw_to_matrix(clip.local_xyzw))
    return positions_from_pelvis(rotations, clip.offsets) + clip.root[:, None]


@cache
def made() -> list[Clip]:
    return synthesise([standing(), standing(200, facing=-2.0)], SynthesisConfig(clips=4, tries=20), seed=3)


def one(plan: Plan, seed: int = 0) -> Clip:
    stance = find_stance(standing())
    assert stance is not None
    clip = perform(stance, plan, torch.Generator().manual_seed(seed))
    assert clip is not None
    return clip


def test_every_kind_is_made_and_the_seed_decides() -> None:
    assert {clip.source for clip in made()} == {f"synthesis/{kind}" for kind in KINDS}
    few = SynthesisConfig(clips=1, kinds=("crouch",))
    first, same, other = (synthesise([standing()], few, seed)[0] for seed in (1, 1, 2))
    assert torch.equal(first.root, same.root)
    assert first.root.shape != other.root.shape or not torch.equal(first.root, other.root)
    assert synthesise([standing()], SynthesisConfig()) == []


def test_feet_that_do_not_step_stay() -> None:
    for clip in made():
        if clip.action in ("crouch", "bend", "reach"):
            toes = places(clip)[:, list(TOES)]
            assert (toes - toes[0]).norm(dim=-1).max() < 0.006


def test_bodies_stay_above_the_floor_and_within_their_limits() -> None:
    for clip in made():
        assert humanly_possible(local_to_global(xyzw_to_matrix(clip.local_xyzw)), clip)
        assert places(clip)[..., 1].min() > -0.03


def test_the_weight_stays_over_the_feet() -> None:
    before = places(standing())
    for plan in (Plan(0.5, flexed=0.3, bent=0.3), Plan(0.1, flexed=0.8, bent=0.6), Plan(0.1, aside=0.4, twisted=0.5)):
        over = [(centre_of_mass(body) - body[:, list(FEET)].mean(1))[:, [0, 2]] for body in (before, places(one(plan)))]
        assert (over[1] - over[0]).norm(dim=-1).max() < 0.01


def test_the_pelvis_goes_where_the_plan_says() -> None:
    clip = one(Plan(0.45, back=0.45, flexed=0.1, held=True))
    body, leg = places(clip), float(leg_length(clip.offsets))
    ahead = about_y(torch.tensor(0.7))[:, 2]
    behind = (body[:, list(FEET[:2])].mean(1) - body[:, 0]) @ ahead
    torch.testing.assert_close(behind, torch.full_like(behind, 0.45 * leg), atol=0.02, rtol=0)
    assert float(clip.root[0, 1]) == pytest.approx(float(standing().root[0, 1]) - 0.45 * leg, abs=1e-4)


def test_a_hand_reaches_its_target() -> None:
    clip = one(Plan(0.5, flexed=0.7, bent=0.6, hands={"L": (0.2, 0.6, 0.6)}, held=True))
    leg = float(leg_length(clip.offsets))
    ankles = places(standing())[0, list(FEET[:2])].mean(0) * torch.tensor([1.0, 0.0, 1.0])
    target = ankles + about_y(torch.tensor(0.7)) @ (leg * torch.tensor([0.2, 0.6, 0.6]))
    assert (places(clip)[:, JOINT_INDEX["L_wrist"]] - target).norm(dim=-1).max() < 0.02


def test_motion_that_no_body_does_is_refused() -> None:
    stance = find_stance(standing())
    assert stance is not None
    for plan in (Plan(0.5, back=1.6, held=True), Plan(0.9, held=True), Plan(0.1, flexed=2.6, bent=1.5, held=True)):
        assert perform(stance, plan, torch.Generator().manual_seed(0)) is None


def test_only_clips_that_stand_on_a_floor_are_used() -> None:
    walking = standing()
    away = walking.root + torch.linspace(0, 1, 300)[:, None]
    for other in (Clip(walking.local_xyzw, away, walking.offsets, "made"), standing(60),
                  Clip(walking.local_xyzw, walking.root, walking.offsets, "made", floor=False)):
        assert find_stance(other) is None


@pytest.mark.parametrize("side", ["L", "R"])
def test_a_leg_meets_its_ankle_with_the_knee_ahead(side: str) -> None:
    random = torch.Generator().manual_seed(0)
    offsets, frames = neutral_offsets(), 50
    ankle = torch.tensor([0.0, -0.55, 0.0]) + 0.06 * torch.randn(frames, 3, generator=random)
    ahead = torch.tensor([0.0, 0.0, 1.0]).expand(frames, 3)
    leg = bend_leg(torch.zeros(frames, 3), ankle, ahead, offsets, side)
    knee = leg.thigh @ offsets[JOINT_INDEX[f"{side}_knee"]]
    torch.testing.assert_close(knee + leg.shank @ offsets[JOINT_INDEX[f"{side}_ankle"]], ankle, atol=1e-5, rtol=0)
    assert leg.missed.max() < 1e-5
    bend = (leg.thigh.mT @ leg.shank)[:, 1, 2]
    assert bend.max() < 0  # the shank is behind
    torch.testing.assert_close(leg.thigh.mT @ leg.thigh, torch.eye(3).expand(frames, 3, 3), atol=1e-5, rtol=0)
    far = bend_leg(torch.zeros(1, 3), torch.tensor([[0.0, -2.0, 0.0]]), ahead[:1], offsets, side)
    assert float(far.missed) > 0.5


@pytest.mark.parametrize("side", ["L", "R"])
def test_an_arm_reaches_and_keeps_its_bones(side: str) -> None:
    clip = standing(50)
    rotations = local_to_global(xyzw_to_matrix(clip.local_xyzw))
    way = torch.tensor([0.1, 0.1, 0.3]) + 0.05 * torch.randn(50, 3, generator=torch.Generator().manual_seed(1))
    body = positions_from_pelvis(reach_hand(rotations, clip.offsets, way, side), clip.offsets)
    shoulder, wrist = (body[:, JOINT_INDEX[f"{side}_{name}"]] for name in ("shoulder", "wrist"))
    torch.testing.assert_close(wrist - shoulder, way, atol=0.015, rtol=0)


def test_backward_knees_and_overbent_hips_are_seen() -> None:
    for joint, angle, fine in ((KNEE, -0.3, False), (KNEE, 1.5, True), (HIP, -2.6, False), (HIP, -1.5, True),
                               (ANKLE, -1.2, False)):
        turns = torch.zeros(3, JOINT_COUNT, 3)
        turns[1, joint, 0] = angle
        assert within_limits(local_to_global(rotvec_to_matrix(turns))) == fine


def test_a_smooth_step_starts_and_ends_at_rest() -> None:
    share = smooth_step(torch.linspace(-0.5, 1.5, 2001, dtype=torch.float64))
    assert share[0] == 0 and share[-1] == 1
    slope = share.diff() * 1000
    assert float(slope.max()) == pytest.approx(1.875, abs=1e-3)
    assert slope.min() >= 0 and math.isclose(float(share[1000]), 0.5)
