"""Windows: their shapes, where they come from, mirror images, and play at other speeds."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace

import pytest
import torch

from models.kinematics.forward import local_to_global, positions_from_pelvis
from models.kinematics.rotations import geodesic_angle, rotvec_to_matrix, xyzw_to_matrix
from models.kinematics.skeleton import JOINT_COUNT, MIRRORED, neutral_offsets
from models.training.dataset import Clip, WindowConfig, Windows, WindowSet, mirror

Wave = Callable[..., Clip]
AS_IS = WindowConfig(frames=9, mirror=0.0, speed_share=0.0)


def test_windows_have_the_shapes_they_say(wave: Wave, drawing: WindowConfig) -> None:
    drawn = WindowSet([wave(), wave(60, seed=1)], drawing).draw(5)
    assert drawn.rotations.shape == (5, 9, 22, 3, 3)
    assert drawn.root.shape == (5, 9, 3)
    assert drawn.offsets.shape == (5, 22, 3)
    assert drawn.floor.tolist() == [True] * 5
    assert all(getattr(drawn, field.name).dtype in (torch.float32, torch.bool) for field in fields(drawn))
    one = torch.eye(3).expand(5, 9, 22, 3, 3)
    torch.testing.assert_close(drawn.rotations @ drawn.rotations.mT, one, atol=1e-5, rtol=0)


def test_a_window_is_a_stretch_of_one_clip(wave: Wave) -> None:
    clips = [wave(40, seed=0), wave(50, seed=1, floor=False)]
    worlds = [local_to_global(xyzw_to_matrix(clip.local_xyzw)) for clip in clips]
    drawn = WindowSet(clips, AS_IS, seed=3).draw(64)
    for rotations, root, floor in zip(drawn.rotations, drawn.root, drawn.floor, strict=True):
        clip, world = (clips[0], worlds[0]) if floor else (clips[1], worlds[1])
        start = int((world[:, 15] - rotations[0, 15]).abs().sum((-1, -2)).argmin())
        torch.testing.assert_close(rotations, world[start : start + 9], atol=1e-5, rtol=0)
        torch.testing.assert_close(root, clip.root[start : start + 9])
    assert 0 < int(drawn.floor.sum()) < 64


def test_every_start_is_reached_and_none_outside(wave: Wave) -> None:
    clip = wave(15)
    windows = WindowSet([clip], replace(AS_IS, fastest=1.25), seed=1)
    drawn = windows.draw(400)
    starts = {int((clip.root - root[0]).norm(dim=-1).argmin()) for root in drawn.root}
    assert starts == set(range(15 - windows.reach + 1))


def test_the_seed_decides(wave: Wave, drawing: WindowConfig) -> None:
    one, same, other = (WindowSet([wave()], drawing, seed).draw(8).rotations for seed in (1, 1, 2))
    assert torch.equal(one, same)
    assert not torch.equal(one, other)


def test_other_speeds_take_other_stretches_of_time(wave: Wave) -> None:
    config = WindowConfig(frames=9, mirror=0.0, speed_share=1.0, slowest=0.8, fastest=1.25)
    steady = replace(wave(200), local_xyzw=wave(200, size=0.0).local_xyzw)
    ramp = replace(steady, root=torch.arange(200)[:, None].expand(200, 3).float())
    steps = WindowSet([ramp], config).draw(200).root[..., 1].diff(dim=1)
    torch.testing.assert_close(steps, steps[:, :1].expand_as(steps), atol=1e-3, rtol=0)
    assert 0.8 <= steps.min() < 0.85 and 1.2 < steps.max() <= 1.2501
    assert steps[:, 0].log().mean().abs() < 0.03


def test_faster_play_passes_between_frames_along_the_shortest_way(wave: Wave) -> None:
    clip = wave(120, size=1.0)
    fast = WindowConfig(frames=9, mirror=0.0, speed_share=1.0, slowest=1.2, fastest=1.2)
    drawn = WindowSet([clip], fast).draw(16).rotations
    usual = WindowSet([clip], AS_IS).draw(16).rotations
    angle, calm = (geodesic_angle(each[:, 1:], each[:, :-1]).mean() for each in (drawn, usual))
    assert angle / calm == pytest.approx(1.2, rel=0.2)


def test_sources_are_heard_by_a_power_of_their_size(wave: Wave) -> None:
    """Two clips of the one source share its weight; 0 makes sources equal, 1 makes windows equal."""
    clips = [wave(112, source="big", floor=True), wave(212, source="big", floor=True),
             wave(42, source="small", floor=False)]
    rooms = [100.0, 200.0, 30.0]
    for power in (0.0, 0.7, 1.0):
        windows = WindowSet(clips, WindowConfig(frames=9, source_power=power))
        assert windows.room.tolist() == rooms
        weights = windows.weights / windows.weights.sum()
        big = 300**power / (300**power + 30**power)
        assert weights.tolist() == pytest.approx([big / 3, 2 * big / 3, 1 - big])
        share = windows.draw(2000).floor.float().mean()
        assert float(share) == pytest.approx(big, abs=0.05)


def test_actions_are_heard_by_a_power_of_their_size_within_their_source(wave: Wave) -> None:
    clips = [replace(wave(212), action="wave"), replace(wave(112), action="wave"), replace(wave(42), action="walk"),
             replace(wave(62, source="other"), action="walk")]
    for power in (0.0, 0.5, 1.0):
        weights = WindowSet(clips, WindowConfig(frames=9, action_power=power)).weights
        assert float(weights[:3].sum() / weights[3]) == pytest.approx((330 / 50) ** 0.7)
        assert float(weights[:2].sum() / weights[2]) == pytest.approx(10**power)
        assert float(weights[0] / weights[1]) == pytest.approx(2)


def test_short_clips_are_left_out_and_nothing_left_is_refused(wave: Wave, drawing: WindowConfig) -> None:
    assert len(WindowSet([wave(12), wave(13)], drawing).offsets) == 1
    with pytest.raises(ValueError, match="13 frames a window needs; got 1 clips"):
        WindowSet([wave(12)], drawing)


def lopsided() -> Windows:
    random = torch.Generator().manual_seed(4)
    rotations = rotvec_to_matrix(torch.randn(3, 9, JOINT_COUNT, 3, generator=random))
    offsets = neutral_offsets() * (1 + 0.2 * torch.randn(3, JOINT_COUNT, 1, generator=random))
    return Windows(rotations, torch.rand(3, 9, 3, generator=random), offsets, torch.tensor([True, False, True]))


def test_the_mirror_image_is_the_body_reflected() -> None:
    windows, chosen = lopsided(), torch.tensor([True, True, False])
    image = mirror(windows, chosen)
    flip = torch.tensor([-1.0, 1.0, 1.0])
    places = positions_from_pelvis(windows.rotations, windows.offsets[:, None])
    expected = torch.where(chosen[:, None, None, None], places[:, :, list(MIRRORED)] * flip, places)
    torch.testing.assert_close(positions_from_pelvis(image.rotations, image.offsets[:, None]), expected)
    torch.testing.assert_close(torch.linalg.det(image.rotations), torch.ones(3, 9, JOINT_COUNT))
    assert torch.equal(image.root, torch.where(chosen[:, None, None], windows.root * flip, windows.root))


def test_mirroring_twice_is_nothing() -> None:
    windows, all_of_them = lopsided(), torch.ones(3, dtype=torch.bool)
    again = mirror(mirror(windows, all_of_them), all_of_them)
    assert torch.equal(again.rotations, windows.rotations)
    assert torch.equal(again.offsets, windows.offsets)


def test_the_share_of_mirror_images_is_the_one_asked_for(wave: Wave) -> None:
    clip = replace(wave(), offsets=neutral_offsets() * torch.linspace(1, 2, JOINT_COUNT)[:, None])
    drawn = WindowSet([clip], WindowConfig(frames=9, mirror=0.25)).draw(2000)
    share = (drawn.offsets[:, 1] != clip.offsets[1]).any(-1).float().mean()
    assert float(share) == pytest.approx(0.25, abs=0.03)
