"""Simulated trackers: free of body size, noisy and lost as often as asked."""
from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from models.kinematics.rotations import geodesic_angle, rotvec_to_matrix
from models.kinematics.scaling import GROUPS
from models.kinematics.skeleton import (
    HEAD,
    JOINT_COUNT,
    L_WRIST,
    MIRRORED,
    R_WRIST,
    arm_length,
    leg_length,
    neutral_offsets,
    standing_heights,
)
from models.prior.condition import OTHER_JOINTS, Cues
from models.training.dataset import Windows
from models.training.simulate import CueConfig, _kits, exact_cues, simulate_cues, vary_proportions

FRAMES = 9
SILENT = CueConfig(
    rotations_only=0, height_known=0, hands_known=0, path_known=0, hand_lost=0, head_lost=0, noisy=0, unsteady=0,
    others_worn=0,
)


def windows(count: int = 400, size: float = 0.4) -> Windows:
    turns = size * torch.randn(count, 1, JOINT_COUNT, 3, generator=torch.Generator().manual_seed(0))
    rotations = rotvec_to_matrix(turns).expand(count, FRAMES, JOINT_COUNT, 3, 3)
    offsets = neutral_offsets().expand(count, JOINT_COUNT, 3)
    return Windows(rotations, torch.full((count, FRAMES, 3), 0.9), offsets, torch.arange(count) % 2 == 0)


def simulated(config: CueConfig) -> Cues:
    drawn = windows()
    return simulate_cues(drawn, drawn.offsets, config, torch.Generator().manual_seed(1))


def share(flags: Tensor) -> float:
    return float(flags.float().mean())


def test_a_standing_t_pose_is_one_head_high_with_hands_an_arm_away() -> None:
    upright = windows(2, size=0.0)
    upright = replace(upright, root=standing_heights(upright.offsets)[:, :1, None].expand(2, FRAMES, 3))
    cues = exact_cues(upright, upright.offsets)
    torch.testing.assert_close(cues.height, torch.ones(2, FRAMES))
    sideways = cues.hands[..., 0] * arm_length(upright.offsets)[:, None, None]
    joints = torch.eye(3).expand(JOINT_COUNT, 3, 3)
    assert (sideways[..., 0] > 0.5).all() and (sideways[..., 1] < -0.5).all()
    assert torch.equal(cues.rotations[0, 0], joints[[HEAD, L_WRIST, R_WRIST]])


def test_cues_of_a_whole_body_scaled_are_the_same() -> None:
    drawn = windows()
    usual, big = exact_cues(drawn, drawn.offsets), exact_cues(drawn, 1.4 * drawn.offsets)
    torch.testing.assert_close(usual.hands, big.hands)
    torch.testing.assert_close(usual.path, big.path)
    torch.testing.assert_close(big.height, usual.height)


def test_proportions_vary_by_parts_and_by_as_much_as_asked() -> None:
    offsets = neutral_offsets().expand(2000, JOINT_COUNT, 3)
    varied = vary_proportions(offsets, 0.12, torch.Generator().manual_seed(2))
    logs = (varied[:, 1:].norm(dim=-1) / offsets[:, 1:].norm(dim=-1)).log()
    arms, legs = logs[:, 17], logs[:, 3]  # joints 18 and 4
    for group in (GROUPS["Arm"], (4, 5, 7, 8)):
        columns = logs[:, [joint - 1 for joint in group]]
        torch.testing.assert_close(columns, columns[:, :1].expand_as(columns), atol=1e-5, rtol=0)
    assert float(arms.std()) == pytest.approx(0.12, abs=0.01)
    assert abs(float(torch.corrcoef(torch.stack([arms, legs]))[0, 1])) < 0.1
    assert torch.equal(vary_proportions(offsets, 0.0, torch.Generator()), offsets)
    assert float((leg_length(varied) / leg_length(offsets)).log().std()) == pytest.approx(0.12, abs=0.01)


def test_cues_are_told_as_often_as_asked() -> None:
    cues = simulated(replace(SILENT, height_known=0.6, hands_known=0.3, path_known=0.8))
    floor = windows().floor
    assert bool(cues.rotation_known.all())
    assert share(cues.height_known[floor]) == pytest.approx(0.6, abs=0.07)
    assert not cues.height_known[~floor].any()
    assert share(cues.hands_known) == pytest.approx(0.3, abs=0.06)
    assert share(cues.path_known) == pytest.approx(0.8, abs=0.06)
    assert not simulated(SILENT).hands_known.any()
    half = simulated(replace(SILENT, rotations_only=0.5, hands_known=1.0, path_known=1.0))
    assert share(half.hands_known) == pytest.approx(0.5, abs=0.07)
    assert torch.equal(half.hands_known[:, 0, 0], half.path_known[:, 0])  # all or nothing


def test_a_lost_tracker_is_lost_for_one_stretch_with_all_it_would_say() -> None:
    cues = simulated(replace(SILENT, hand_lost=0.5, head_lost=0.5, height_known=1.0, hands_known=1.0,
                             path_known=1.0))
    seen = cues.rotation_known
    changes = (seen[:, 1:] != seen[:, :-1]).sum(1)
    assert changes.max() <= 2
    assert 0.3 < share(~seen.all(1)) < 0.5  # a stretch may lie outside of its window
    assert not cues.height_known[~seen[..., 0]].any()
    assert torch.equal(cues.path_known, seen[..., 0])
    assert not cues.hands_known[~seen[..., :1].expand_as(cues.hands_known)].any()
    assert not cues.hands_known[~seen[..., 1:]].any()


def test_noise_is_of_the_size_asked_for_and_only_where_asked() -> None:
    drawn, exact = windows(), exact_cues(windows(), windows().offsets)
    cues = simulated(replace(SILENT, noisy=0.5, rotation_noise_rad=0.02, place_noise=0.003))
    angle = geodesic_angle(cues.rotations, exact.rotations).flatten(1)
    noisy = (cues.height != exact.height).any(1)
    assert share(noisy) == pytest.approx(0.5, abs=0.07)
    mixed = (4 / 3) ** 0.5  # windows are from not at all to twice as noisy
    assert float(angle[noisy].square().mean().sqrt()) == pytest.approx(0.02 * mixed * 3**0.5, rel=0.1)
    for told, truth in ((cues.height, exact.height), (cues.hands, exact.hands), (cues.path, exact.path)):
        assert float((told - truth)[noisy].std()) == pytest.approx(0.003 * mixed, rel=0.15)
        assert torch.equal(told[~noisy], truth[~noisy])
    assert drawn.floor.any()


def test_places_wander_together_as_far_as_asked() -> None:
    drawn, exact = windows(), exact_cues(windows(), windows().offsets)
    cues = simulated(replace(SILENT, unsteady=0.5, wander=(0.02, 0.02)))
    off = cues.path - exact.path
    astray = off.any(-1).any(-1)
    assert share(astray) == pytest.approx(0.5, abs=0.07)
    assert float(off[astray][..., [0, 2]].std()) == pytest.approx(0.02, rel=0.15)
    rise = (cues.height - exact.height) * standing_heights(drawn.offsets)[:, None, HEAD]
    reach = (cues.hands - exact.hands) * arm_length(drawn.offsets)[:, None, None, None]
    legs = leg_length(drawn.offsets)[:, None]
    assert float((rise / legs)[astray].std()) == pytest.approx(0.02, rel=0.15)
    assert float((reach / legs[..., None, None])[astray].std()) == pytest.approx(0.02 * 2**0.5, rel=0.15)
    both = torch.stack([rise[astray].flatten(), -reach[astray][..., 0, 1].flatten()])  # the head's error is in both
    assert float(torch.corrcoef(both)[0, 1]) == pytest.approx(0.5**0.5, abs=0.1)
    assert float(off[astray].diff(dim=1).std()) < 0.01  # smoothly
    assert torch.equal(cues.rotations, exact.rotations)


def test_other_joints_carry_trackers_as_often_as_asked_half_of_them_in_the_usual_sets() -> None:
    assert not simulated(SILENT).others_known.any()
    worn = simulated(replace(SILENT, others_worn=1.0)).others_known
    assert torch.equal(worn, worn[:, :1].expand_as(worn))
    in_kits = (worn[:, 0, None] == _kits()).all(-1).any(-1)
    assert share(in_kits) == pytest.approx(0.55, abs=0.1)  # chance makes some of them too
    sides = [OTHER_JOINTS.index(MIRRORED[joint]) for joint in OTHER_JOINTS]
    assert torch.equal(_kits()[:, sides], _kits()) and _kits().any(1).all()
    sometimes = simulated(replace(SILENT, others_worn=0.3)).others_known[:, 0].any(-1)
    assert share(sometimes) == pytest.approx(0.28, abs=0.07)


def test_other_joints_are_told_truly() -> None:
    drawn = windows()
    told = simulated(SILENT)
    assert torch.equal(told.others, drawn.rotations[:, :, list(OTHER_JOINTS)] @ torch.eye(3))
    angle = geodesic_angle(simulated(replace(SILENT, noisy=1.0)).others, told.others)
    assert 0.003 < float(angle.mean()) < 0.03


def test_the_seed_decides() -> None:
    one, same = simulated(CueConfig()), simulated(CueConfig())
    assert torch.equal(one.rotations, same.rotations) and torch.equal(one.hands_known, same.hands_known)
