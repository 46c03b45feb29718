"""Readings without their sensors' noise: the most likely path of a tracker, given how much it jitters and how it moves.

Whittaker's smoother (1923) with three penalties: minimise |y - x|^2 / sensor variance + the squares of the path's
first, second and third differences over their variances. What moves fast may change fast, what rests stays: the
standard deviation of each difference is what it is at rest plus a share of the tracker's speed about that frame. So a
tracker at rest is held still, and a moving one does not lag. Frames without a reading are bridged, and how sure the
path is of each frame comes with it.
"""
from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor

SPEED_REACH = 5  # frames before and after that tell the speed at a frame
BARELY = 1e-9  # of a reading's weight where there is none: keeps a path that was never seen solvable
DOUBT = 3.0  # frames from the nearest reading at which a bridge is twice as unsure as it thinks (training split)


@dataclass(frozen=True)
class Manner:
    """How values of a kind move at 60 Hz, per component (measured on the training split)."""

    components: int
    at_rest: tuple[float, float, float]  # sd of the first, second and third difference of what rests
    of_speed: tuple[float, float, float]  # the same of what moves, over its speed per frame
    usual_speed: float  # per frame


PLACES = Manner(3, (2e-4, 1e-4, 1e-4), (4.0, 0.26, 0.073), 1e-2)  # metres
TURNS = Manner(6, (4e-4, 3e-4, 3e-4), (4.0, 0.5, 0.27), 2e-2)  # entries of rotation matrices


@dataclass(frozen=True)
class Path:
    """Where things most likely were."""

    values: Tensor  # (B, T, K, C)
    sd: Tensor  # (B, T, K) per component


def likely_path(values: Tensor, known: Tensor, sensor_sd: Tensor, manners: tuple[Manner, ...]) -> Path:
    """The path behind noisy values.

    Args:
        values: (B, T, K, C); a manner's components come first, what is left over is zero.
        known: (B, T, K) bool; what is not known is bridged.
        sensor_sd: (B, K) noise of the values, per component.
        manners: K, how each of them moves.
    """
    seen, sd = known.transpose(1, 2).double(), sensor_sd.double().clamp(min=1e-6).unsqueeze(-1)
    heard = torch.where(known.unsqueeze(-1), values, 0).transpose(1, 2).double()  # (B, K, T, C)
    centre = heard.sum(2, keepdim=True) / seen.sum(-1)[..., None, None].clamp(min=1)  # wherever the world begins
    heard = (heard - centre) * seen.unsqueeze(-1)
    weight = (seen + BARELY) / sd**2
    system = torch.diag_embed(weight) + _roughness(_speed(heard, seen, sd, manners), manners)
    covariance = torch.linalg.inv_ex(system).inverse
    path = centre + covariance @ (heard * weight.unsqueeze(-1))
    deviation = covariance.diagonal(dim1=-2, dim2=-1).sqrt()
    if not known.all():
        deviation = deviation * (1 + _frames_to_nearest(known).transpose(1, 2) / DOUBT)
    return Path(path.transpose(1, 2).to(values.dtype), deviation.transpose(1, 2).to(values.dtype))


def _speed(heard: Tensor, seen: Tensor, sd: Tensor, manners: tuple[Manner, ...]) -> Tensor:
    """How fast a component moves about each frame, (B, K, T) per frame: the slope of a line fitted to what is near,
    less what noise alone would show; the usual speed where noise would hide even that."""
    near, moments = _near(heard.shape[2])
    sums = (moments * seen.unsqueeze(-2)) @ near  # (B, K, 3, T): how many are near, their frames, those squared
    count = sums[..., 0, :].clamp(min=1)
    spread = sums[..., 2, :] - sums[..., 1, :].square() / count
    total, moment = (near @ torch.cat([heard, heard * moments[1].unsqueeze(-1)], -1)).chunk(2, dim=-1)
    spread = spread.clamp(min=1e-6)
    slope = (moment - total * (sums[..., 1, :] / count).unsqueeze(-1)) / spread.unsqueeze(-1)
    noise = sd**2 / spread
    components, usual = _of_each(manners)
    speed = (slope.square().sum(-1) / components - noise).clamp(min=0).sqrt()
    speed = torch.lerp(speed, usual, noise / (noise + usual**2))
    return (speed.square() @ (near / near.sum(0))).sqrt()  # what turns back is at rest for a moment only


def _roughness(speed: Tensor, manners: tuple[Manner, ...]) -> Tensor:
    """(B, K, T, T): x^T Q x is what the penalties make of a path x."""
    difference, moved, at_rest, of_speed = _differences(speed.shape[-1], manners)
    sd = at_rest + of_speed * speed[..., moved]
    return difference.T @ (difference / sd.square().unsqueeze(-1))


def _frames_to_nearest(known: Tensor) -> Tensor:
    """From each frame to the nearest with a reading, (B, T, K)."""
    frames = known.shape[1]
    at = torch.arange(frames, device=known.device).view(1, -1, 1)
    before = torch.where(known, at, -frames).cummax(1).values
    after = torch.where(known, at, 2 * frames).flip(1).cummin(1).values.flip(1)
    return torch.minimum(at - before, after - at)


@lru_cache(maxsize=32)
def _differences(frames: int, manners: tuple[Manner, ...]) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """All first, second and third differences of `frames` values: the matrix (N, frames) that takes them and the last
    frame of each (N,); their sds at rest and over the speed, (K, N)."""
    eye = torch.eye(frames, dtype=torch.float64)
    orders = [order for order in (1, 2, 3) if order < frames]
    counts = torch.tensor([frames - order for order in orders], dtype=torch.long)
    at_rest, of_speed = (
        torch.tensor([sds[: len(orders)] for sds in table], dtype=torch.float64).repeat_interleave(counts, dim=1)
        for table in ([manner.at_rest for manner in manners], [manner.of_speed for manner in manners])
    )
    rows = [eye[:0], *(eye.diff(n=order, dim=0) for order in orders)]
    moved = [counts[:0], *(torch.arange(order, frames) for order in orders)]
    return torch.cat(rows), torch.cat(moved), at_rest, of_speed


@lru_cache(maxsize=32)
def _of_each(manners: tuple[Manner, ...]) -> tuple[Tensor, Tensor]:
    """How many components move and how fast they usually do, (K, 1) both."""
    table = [(manner.components, manner.usual_speed) for manner in manners]
    components, usual = torch.tensor(table, dtype=torch.float64).T.unsqueeze(-1)
    return components, usual


@lru_cache(maxsize=8)
def _near(frames: int) -> tuple[Tensor, Tensor]:
    """(frames, frames): which frames are within SPEED_REACH of each other; (3, frames): powers of their numbers."""
    at = torch.arange(frames, dtype=torch.float64)
    near = ((at - at.unsqueeze(-1)).abs() <= SPEED_REACH).double()
    return near, torch.stack([torch.ones_like(at), at, at.square()])
