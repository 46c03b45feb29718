from __future__ import annotations

import math

import torch
from torch import Tensor

from models.kinematics.camera import project
from models.samplers.linear_rows import FREEDOMS, points_of
from models.samplers.measurement_heatmaps import EPSILON, Heatmaps, heatmap_rows, log_likelihood
from tests.models.samplers.test_linear_rows import JOINTS, SMALL, B, T, body, camera, moved

HIGH, WIDE = 30, 40
CELL = 48.0  # pixels: the whole picture and more


def maps(kind: str = "random") -> Heatmaps:
    if kind == "random":
        values = torch.rand(B, T, len(JOINTS), HIGH, WIDE, generator=torch.Generator().manual_seed(5)).double()
    else:
        y, x = torch.meshgrid(torch.arange(HIGH), torch.arange(WIDE), indexing="ij")
        bump = torch.exp(-((x - 17.3).square() + (y - 12.6).square()) / (2 * 3.0**2)).double()
        values = bump.expand(B, T, len(JOINTS), HIGH, WIDE)
    corner = torch.tensor([-300.0, -400.0]).double().expand(B, T, 2)
    return Heatmaps(values, corner, torch.full((B, T), CELL).double(), 3.0)


def seen(rotations: Tensor, root: Tensor, lever: Tensor) -> Tensor:
    places, _ = points_of(rotations, root, lever)
    return project(camera(), places.flatten(0, 1)).unflatten(0, (B, T))


def test_rows_pull_as_finite_differences_of_the_likelihood_say() -> None:
    rotations, root, _, lever = body()
    heatmaps = maps()
    rows = heatmap_rows(camera(), heatmaps, rotations, root, lever)
    pull = ((rows.weight * rows.residual)[..., None] * rows.moves).sum(2)  # (B, T, 69)
    for freedom in range(FREEDOMS):
        one, other = (log_likelihood(heatmaps, seen(*moved(rotations, root, freedom, by), lever))[0].sum(-1)
                      for by in (SMALL, -SMALL))
        torch.testing.assert_close(pull[..., freedom], (one - other) / (2 * SMALL), atol=1e-4, rtol=1e-4)


def test_a_map_is_read_as_a_plain_loop_reads_it() -> None:
    _, _, _, lever = body()
    heatmaps, pixels = maps(), seen(*body()[:2], lever)
    value, rise = log_likelihood(heatmaps, pixels)
    assert rise.any()
    for window in range(B):
        for frame in range(T):
            for point in range(len(JOINTS)):
                x, y = ((pixels[window, frame, point] - heatmaps.corner[window, frame]) / CELL).tolist()
                left, top = math.floor(x), math.floor(y)
                table, read = heatmaps.maps[window, frame, point], 0.0
                for column, share_x in ((left, left + 1 - x), (left + 1, x - left)):
                    for line, share_y in ((top, top + 1 - y), (top + 1, y - top)):
                        read += share_x * share_y * float(table[line, column])
                assert math.isclose(float(value[window, frame, point]), math.log(read + EPSILON), rel_tol=1e-9)


def test_a_step_leads_to_the_middle_of_a_bump() -> None:
    """The bump is no parabola between its cells, nearly."""
    heatmaps = maps("bump")
    middle = torch.tensor([17.3, 12.6]).double() * CELL + heatmaps.corner[0, 0]
    off = middle + torch.tensor([100.0, -80.0]).double()
    _, rise = log_likelihood(heatmaps, off.expand(B, T, len(JOINTS), 2), epsilon=0.0)
    reached = off + rise[0, 0, 0] * (heatmaps.sd * CELL) ** 2
    assert (reached - middle).norm() < 0.1 * (off - middle).norm()


def test_blurring_widens_a_bump_and_keeps_its_peak() -> None:
    heatmaps = maps("bump")
    wide = heatmaps.blurred(4.0)
    assert wide.sd == 5.0 and heatmaps.blurred(0.0) is heatmaps
    y, x = torch.meshgrid(torch.arange(HIGH), torch.arange(WIDE), indexing="ij")
    expected = torch.exp(-((x - 17.3).square() + (y - 12.6).square()) / (2 * 25.0)).double()
    torch.testing.assert_close(wide.maps[0, 0, 0], expected, atol=0.02, rtol=0)


def test_outside_a_map_nothing_pulls() -> None:
    heatmaps = maps()
    value, rise = heatmaps.read(torch.full((B, T, len(JOINTS), 2), 1e6).double())
    assert not value.any() and not rise.any()
    rotations, root, _, lever = body()
    rows = heatmap_rows(camera(), Heatmaps(heatmaps.maps, heatmaps.corner - 1e6, heatmaps.cell, 3.0), rotations, root,
                        lever)
    assert not rows.weight.any() and rows.residual.isfinite().all()
