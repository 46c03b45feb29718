"""2D heatmaps: two rows for each keypoint, in pixels, whose pull is the gradient of log(H(pi(l)) + eps).

A map is read between its cells (bilinear). Where it is a bump of standard deviation s, log H falls by |u - m|^2 / 2s^2,
so that rows which miss by s^2 grad log(H + eps) and weigh 1 / s^2 lead to the bump's middle m in one step and pull, for
a map of any shape, as its likelihood says. Beyond a bump there is nothing to go by: maps are blurred first, and less
and less (coarse to fine). Guidance by heatmaps: arXiv 2602.03126.
"""
from __future__ import annotations

import math
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from models.kinematics.camera import Camera, projected
from models.samplers.linear_rows import LinearRows, points_of

EPSILON = 1e-3  # of a map whose peak is one


@dataclass(frozen=True)
class Heatmaps:
    """K maps of T frames of B windows, each a crop of the picture."""

    maps: Tensor  # (B, T, K, H, W) not negative
    corner: Tensor  # (B, T, 2) pixels: where the middle of the first cell is
    cell: Tensor  # (B, T) pixels from one cell to the next
    sd: float  # cells: of a sure keypoint's bump

    def blurred(self, sd: float) -> Heatmaps:
        """With bumps wider by so many cells; their peaks stay as high."""
        if sd <= 0:
            return self
        reach = math.ceil(3 * sd)
        kernel = torch.exp(-(torch.arange(-reach, reach + 1).to(self.maps) / sd).square() / 2)
        wider = math.sqrt(self.sd**2 + sd**2)
        kernel = kernel / kernel.sum() * (wider / self.sd)  # a bump's height falls so much in each direction
        flat = self.maps.flatten(0, 2)[:, None]
        flat = torch.nn.functional.conv2d(flat, kernel[None, None, :, None], padding=(reach, 0))
        flat = torch.nn.functional.conv2d(flat, kernel[None, None, None], padding=(0, reach))
        return replace(self, maps=flat[:, 0].reshape(self.maps.shape), sd=wider)

    def read(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        """The maps at pixels (B, T, K, 2), (B, T, K), and how they go with them, (B, T, K, 2) a pixel; zero outside."""
        size = self.cell[..., None, None]
        at = (pixels - self.corner[..., None, :]) / size
        high, wide = self.maps.shape[-2:]
        limits = torch.tensor([wide - 1.0, high - 1.0]).to(at)
        inside = ((at >= 0) & (at <= limits)).all(-1)
        first = torch.minimum(at.detach().floor().clamp(min=0), limits - 1)
        x, y = (at - first).unbind(-1)
        index = (first[..., 1] * wide + first[..., 0]).long()
        flat = self.maps.flatten(-2)
        near, right, below, across = (flat.gather(-1, (index + step)[..., None])[..., 0]
                                      for step in (0, 1, wide, wide + 1))
        upper, lower = near + x * (right - near), below + x * (across - below)
        rise = torch.stack([(right - near) * (1 - y) + (across - below) * y, lower - upper], -1) / size
        return (upper + y * (lower - upper)) * inside, rise * inside[..., None]


def log_likelihood(heatmaps: Heatmaps, pixels: Tensor, epsilon: float = EPSILON) -> tuple[Tensor, Tensor]:
    """log(H + eps) at pixels (B, T, K, 2), (B, T, K), and its gradient, (B, T, K, 2) a pixel."""
    value, rise = heatmaps.read(pixels)
    return (value + epsilon).log(), rise / (value + epsilon)[..., None]


def heatmap_rows(
    camera: Camera, heatmaps: Heatmaps, rotations: Tensor, root: Tensor, levers: Tensor, epsilon: float = EPSILON
) -> LinearRows:
    """Rows of one camera's heatmaps in B windows.

    Args:
        camera: of B T frames, or at rest.
        rotations, root: the body as it is, (B, T, 22, 3, 3) and (B, T, 3).
        levers: (B, K, 22, 3) of the keypoints' points on the body.
    """
    places, moves = points_of(rotations, root, levers)
    pixels, by_place = (part.unflatten(0, places.shape[:2]) for part in projected(camera, places.flatten(0, 1)))
    _, rise = log_likelihood(heatmaps, pixels, epsilon)
    variance = (heatmaps.sd * heatmaps.cell).square()[..., None, None].expand(*pixels.shape)
    weight = (rise != 0).any(-1, keepdim=True) / variance
    return LinearRows((variance * rise).flatten(2), (by_place @ moves).flatten(2, 3), weight.flatten(2))
