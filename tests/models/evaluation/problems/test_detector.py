from __future__ import annotations

import math

import pytest
import torch

from models.evaluation.problems.cameras import camera_of
from models.evaluation.problems.detector import (
    JOINTS,
    SIDES,
    DetectorConfig,
    detected,
    heatmaps_of,
    keypoints_of,
    lost_keypoints,
    mounts,
    refocused,
    sizes_of,
)
from models.kinematics.camera import Camera, project
from models.kinematics.forward import positions_from_pelvis
from models.kinematics.skeleton import neutral_offsets
from models.samplers.measurement import levers
from models.samplers.measurement_heatmaps import log_likelihood

FRAMES = 1800
CLEAN = DetectorConfig(noise=0.0, wander=0.0)


def standing(frames: int = FRAMES) -> tuple[Camera, torch.Tensor]:
    rotations = torch.eye(3).expand(frames, 22, 3, 3)
    root = torch.tensor([0.0, 0.95, 0.0]).expand(frames, 3)
    places = positions_from_pelvis(rotations, neutral_offsets()) + root[:, None]
    return camera_of("eye level", root, 0, "a"), keypoints_of(rotations, places)


def test_keypoints_are_where_the_levers_of_lifting_have_them() -> None:
    _, points = standing(2)
    lever = levers(neutral_offsets(), JOINTS, mounts())
    torch.testing.assert_close(points[0], lever.sum(1) + torch.tensor([0.0, 0.95, 0.0]))


def test_without_faults_pixels_are_the_projections() -> None:
    camera, points = standing(30)
    seen = detected(camera, points, CLEAN, "a")
    torch.testing.assert_close(seen.points, project(camera, points))
    assert (seen.confidence > 0).all() and (seen.confidence <= 1).all()


def test_noise_is_a_share_of_the_person_and_the_surer_the_smaller() -> None:
    camera, points = standing()
    config = DetectorConfig()
    seen = detected(camera, points, config, "a")
    error = seen.points - project(camera, points)
    size = float(sizes_of(camera, points).mean())
    uneven = math.exp(config.uneven**2)  # root mean square of a lognormal's
    assert float(error.square().mean().sqrt()) / size == pytest.approx(
        math.hypot(config.noise, config.wander) * uneven, rel=0.25)
    paired = torch.stack([error.norm(dim=-1).log().flatten(), seen.confidence.flatten()])
    assert float(torch.corrcoef(paired)[0, 1]) < -0.3
    slow = error.unfold(0, 30, 30).mean(-1).square().mean().sqrt()  # of half a second: white noise is gone, nearly
    assert float(slow) / size > 0.5 * config.wander


@pytest.mark.parametrize("share", [0.2, 0.4])
def test_so_many_keypoints_are_lost_some_a_limb_at_a_time(share: float) -> None:
    lost = torch.cat([lost_keypoints(FRAMES, len(JOINTS), DetectorConfig(lost=share), clip) for clip in "abcd"])
    assert float(lost.float().mean()) == pytest.approx(share, abs=0.04)
    together = float((lost[:, 13] & lost[:, 15]).float().mean())
    assert together > 1.3 * share**2  # elbow and wrist go together
    assert float((lost[:, 13] & lost[:, 6]).float().mean()) < together - 0.05
    camera, points = standing(60)
    seen = detected(camera, points, DetectorConfig(lost=share), "a")
    assert torch.equal(seen.confidence == 0, lost_keypoints(60, len(JOINTS), DetectorConfig(lost=share), "a"))


def test_sides_are_swapped_so_often() -> None:
    camera, points = standing()
    true = project(camera, points)
    seen = detected(camera, points, DetectorConfig(noise=0.0, wander=0.0, swapped=0.2), "a").points
    for left, right in SIDES:
        swapped = (seen[:, left] - true[:, right]).norm(dim=-1) < 1e-3
        assert 0.1 < float(swapped.float().mean()) < 0.3
        torch.testing.assert_close(seen[swapped, right], true[swapped, left])
        torch.testing.assert_close(seen[~swapped, right], true[~swapped, right])
    assert torch.equal(seen[:, 0], true[:, 0])


def test_faults_draw_each_by_itself() -> None:
    """More of one leaves the others as they were."""
    camera, points = standing(60)
    seen, lossy = (detected(camera, points, DetectorConfig(lost=lost), "a") for lost in (0.0, 0.4))
    assert torch.equal(seen.points, lossy.points)
    kept = lossy.confidence > 0
    assert torch.equal(seen.confidence[kept], lossy.confidence[kept])


def test_another_focal_length_leaves_the_picture() -> None:
    camera, points = standing(10)
    seen = detected(camera, points, CLEAN, "a")
    told = refocused(seen, 1.1)
    assert torch.equal(told.points, seen.points) and float(told.camera.focal[0]) == pytest.approx(1650)


def test_heatmaps_peak_where_keypoints_are() -> None:
    camera, points = standing(20)
    seen = detected(camera, points, DetectorConfig(lost=0.3), "a")
    heatmaps = heatmaps_of(seen)
    value, rise = log_likelihood(heatmaps, seen.points[None])
    off, _ = log_likelihood(heatmaps, (seen.points + 4 * heatmaps.cell[0, :, None, None])[None])
    known = seen.confidence > 0.3
    assert (value[0][known] > off[0][known] + 1).all()
    assert not heatmaps.maps[0][seen.confidence == 0].any()
    assert heatmaps.maps.isfinite().all() and rise.isfinite().all()
    blind = heatmaps_of(detected(camera, points, DetectorConfig(lost=0.999999), "a"))
    assert blind.maps.isfinite().all() and blind.cell.isfinite().all()
