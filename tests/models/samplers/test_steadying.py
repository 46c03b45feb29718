"""Limbs that nobody tracks change their mind smoothly; tracked ones, the trunk and true motion are not touched."""
from __future__ import annotations

import pytest
import torch
from torch import Tensor

from models.kinematics.forward import positions_from_pelvis
from models.kinematics.rotations import rotvec_to_matrix
from models.kinematics.skeleton import HEAD, JOINT_COUNT, JOINT_INDEX, L_WRIST, R_WRIST, neutral_offsets
from models.samplers.handover import PAUSE_S, RECENT_S
from models.samplers.steadying import FASTEST, LASTS_S, LIMBS, SUDDEN, Steadied, steady

OFFSETS = neutral_offsets()
HIP, KNEE, SHOULDER = (JOINT_INDEX[name] for name in ("L_hip", "L_knee", "L_shoulder"))
THREE = (HEAD, L_WRIST, R_WRIST)


def posed(**turns: tuple[float, float, float]) -> Tensor:
    rotvecs = torch.zeros(JOINT_COUNT, 3)
    for name, turn in turns.items():
        rotvecs[JOINT_INDEX[name]] = torch.tensor(turn)
    return rotvec_to_matrix(rotvecs)


def answers(
    poses: list[Tensor], tracked: tuple[int, ...] = THREE, step_s: float = 1 / 60
) -> tuple[list[Steadied], Tensor]:
    given: list[Steadied] = []
    for frame, pose in enumerate(poses):
        given.append(next_one(pose, tracked, frame * step_s, given[-1] if given else None))
    return given, torch.cat([positions_from_pelvis(one.answered, OFFSETS) for one in given])


def next_one(pose: Tensor, tracked: tuple[int, ...], time_s: float, before: Steadied | None) -> Steadied:
    """Of one session."""
    now_s, counting = torch.tensor([time_s], dtype=torch.float64), torch.zeros(1, JOINT_COUNT, dtype=torch.bool)
    counting[:, list(tracked)] = True
    return steady(pose[None], OFFSETS[None], counting, now_s, before or Steadied.none(now_s, pose))


def test_a_leg_that_changes_its_mind_goes_over_smoothly_and_arrives() -> None:
    before, after = posed(L_hip=(0.6, 0, 0), L_knee=(0.6, 0, 0)), posed(L_hip=(-0.5, 0, 0), L_knee=(-0.5, 0, 0))
    given, places = answers([before] * 5 + [after] * 90)
    assert places.diff(n=2, dim=0).norm(dim=-1).max() < SUDDEN / 3600
    assert places.diff(dim=0).norm(dim=-1).max() * 60 < 1.3 * FASTEST
    torch.testing.assert_close(given[-1].answered[0], after)
    assert not torch.equal(given[round(LASTS_S * 30)].answered[0, HIP], after[HIP])


def test_only_that_limb_is_held_back() -> None:
    before, after = posed(), posed(L_hip=(0.8, 0, 0), spine1=(0.3, 0, 0), R_elbow=(0, 0.1, 0))
    given, _ = answers([before] * 3 + [after])
    held = ~torch.isclose(given[-1].answered[0], after, atol=1e-6).flatten(1).all(1)
    assert held.nonzero().flatten().tolist() == [HIP]  # its shank and foot were solved as they were


@pytest.mark.parametrize(("tracked", "held"), [(THREE, False), ((HEAD, R_WRIST), True), ((HEAD, 18, R_WRIST), False)])
def test_an_arm_is_held_back_while_no_tracker_of_it_counts(tracked: tuple[int, ...], held: bool) -> None:
    before, after = posed(), posed(L_shoulder=(0, 0, 1.0), L_elbow=(0, 0, 1.0))
    given, _ = answers([before] * 3 + [after], tracked)
    assert torch.equal(given[-1].answered[0, SHOULDER], after[SHOULDER]) == (not held)


def test_just_after_a_tracker_returns_its_limb_is_not_held_yet_and_less_is_sudden() -> None:
    before, after = posed(), posed(L_shoulder=(0, 0, 0.06), L_elbow=(0, 0, 0.06))  # 3 cm of the wrist

    def turned(since: int) -> bool:
        last = None
        for frame in range(40 + since):
            last = next_one(before, (HEAD, R_WRIST) if frame < 40 else THREE, frame / 60, last)
        return torch.equal(next_one(after, THREE, (40 + since) / 60, last).answered[0], after)

    assert not turned(0) and not turned(10) and turned(round(60 * RECENT_S) + 1)
    calm, _ = answers([before] * 40 + [after], (HEAD, R_WRIST))
    assert torch.equal(calm[-1].answered[0], after)  # 3 cm are not sudden while nothing changes


def test_motion_that_is_only_fast_is_not_touched() -> None:
    swing = [posed(L_hip=(0.6 * float(torch.tensor(0.25 * frame).sin()), 0, 0)) for frame in range(60)]
    given, _ = answers(swing)
    for pose, answer in zip(swing[3:], given[3:], strict=True):
        torch.testing.assert_close(answer.answered[0], pose)


def test_a_guess_that_flickers_does_not_run_away() -> None:
    one, other = posed(L_hip=(0.5, 0, 0)), posed(L_hip=(-0.5, 0, 0))
    given, places = answers([one] * 5 + [other, one] * 40 + [one] * 90)
    ankle = JOINT_INDEX["L_ankle"]
    away = (places[:, ankle] - places[0, ankle]).norm(dim=-1)
    assert away.max() < 1.1 * float((positions_from_pelvis(other, OFFSETS) - places[0])[ankle].norm())
    torch.testing.assert_close(given[-1].answered[0], one)


def test_after_a_pause_or_a_clock_gone_back_it_starts_afresh() -> None:
    first = next_one(posed(), THREE, 5.0, None)
    far = posed(L_hip=(1.0, 0, 0))
    for now_s in (5.0 + PAUSE_S + 0.1, 5.0, 3.0):
        assert torch.equal(next_one(far, THREE, now_s, first).answered[0], far)


def test_a_slower_session_may_change_more_from_frame_to_frame() -> None:
    poses = [posed(L_hip=(0.09 * (frame % 2), 0, 0)) for frame in range(6)]  # 7 cm of the ankle, there and back
    calm, _ = answers(poses, step_s=1 / 25)
    for pose, answer in zip(poses, calm, strict=True):
        torch.testing.assert_close(answer.answered[0], pose)
    held, _ = answers(poses, step_s=1 / 60)
    assert not torch.equal(held[-1].answered[0, HIP], poses[-1][HIP])


def test_every_limb_hangs_from_a_joint_that_is_in_none() -> None:
    joints = [joint for limb in LIMBS for joint in limb]
    assert len(joints) == len(set(joints)) == 14 and KNEE in joints
