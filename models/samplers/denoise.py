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

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from models.kinematics.arrays import Array, alike, as_double, at_least, followed_by_zeros, library, with_type
from models.kinematics.branches import anywhere
from models.kinematics.systems import solve_banded, solve_banded_newest

Numbers = NDArray[np.float64]
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

    values: Array  # (B, T, K, C)
    sd: Array  # (B, T, K) per component


def likely_path(
    values: Array, known: Array, sensor_sd: Array, manners: tuple[Manner, ...], newest: Array | None = None
) -> Path:
    """The path behind noisy values.

    Args:
        values: (B, T, K, C); a manner's components come first, what is left over is zero.
        known: (B, T, K) bool; what is not known is bridged.
        sensor_sd: (B, K) noise of the values, per component.
        manners: K, how each of them moves.
        newest: (B,) bool, with numpy's arrays: windows in which all is known, and of which the newest frame's sd alone
            is asked for, at half the work; those before it are said as large as the sensor's.
    """
    maths = library(values)
    seen = as_double(maths.swapaxes(known, 1, 2))
    sd = at_least(as_double(sensor_sd), 1e-6)[..., None]
    heard = as_double(maths.swapaxes(maths.where(known[..., None], values, 0.0), 1, 2))  # (B, K, T, C)
    centre = (heard.sum(2) / at_least(seen.sum(-1), 1)[..., None])[:, :, None]  # wherever the world begins
    heard = (heard - centre) * seen[..., None]
    weight = (seen + BARELY) / (sd * sd)
    bands, place = _bands(weight, _speed(heard, seen, sd, manners), manners)
    weighted = heard * weight[..., None]
    if newest is None or isinstance(values, Tensor):
        path, variance = solve_banded(bands, weighted, place)
    else:
        path, last = solve_banded_newest(bands, weighted)
        variance = np.repeat(sd * sd, known.shape[1], -1)
        variance[..., -1] = last
        if not newest.all():
            variance[~newest] = solve_banded(bands[~newest], weighted[~newest], place)[1]
    path, deviation = centre + path, maths.sqrt(variance)
    if anywhere(~known, usual=True):
        deviation = deviation * (1 + maths.swapaxes(_frames_to_nearest(known, deviation), 1, 2) / DOUBT)
    return Path(with_type(maths.swapaxes(path, 1, 2), values), with_type(maths.swapaxes(deviation, 1, 2), values))


def _speed(heard: Array, seen: Array, sd: Array, manners: tuple[Manner, ...]) -> Array:
    """How fast a component moves about each frame, (B, K, T) per frame: the slope of a line fitted to what is near,
    less what noise alone would show; the usual speed where noise would hide even that."""
    maths = library(heard)
    near, moments = (alike(part, heard) for part in _near(heard.shape[2]))
    sums = _along(moments * seen[..., None, :], near)  # (B, K, 3, T): how many are near, their frames, those squared
    count, first = at_least(sums[..., 0, :], 1), sums[..., 1, :]
    spread = at_least(sums[..., 2, :] - first * first / count, 1e-6)
    placed = maths.swapaxes(heard, 2, 3)
    total, moment = _along(placed, near), _along(placed * moments[1], near)  # (B, K, C, T)
    slope = (moment - total * (first / count)[..., None, :]) / spread[..., None, :]
    noise = sd * sd / spread
    components, usual = alike(_of_each(manners), heard)
    speed = maths.sqrt(at_least((slope * slope).sum(-2) / components - noise, 0))
    speed = speed + (usual - speed) * (noise / (noise + usual * usual))
    return maths.sqrt((speed * speed) @ (near / near.sum(0)))  # what turns back is at rest for a moment only


def _along(values: Array, matrix: Array) -> Array:
    """Values (..., T) by a matrix (T, T), in one product."""
    return (values.reshape(-1, values.shape[-1]) @ matrix).reshape(values.shape)


def _bands(weight: Array, speed: Array, manners: tuple[Manner, ...]) -> tuple[Array, Array]:
    """Of Q, where x^T Q x is what misses of readings of such weight and the penalties make of a path x: its bands
    (B, K, 4 T + 1), as no difference reaches farther than three frames, and their places, see systems.solve_banded."""
    moved, at_rest, of_speed, to_bands, place = _differences(weight.shape[-1], manners)
    sd = alike(at_rest, speed) + alike(of_speed, speed) * speed[..., moved]
    bands = (1 / (sd * sd)) @ alike(to_bands, speed)
    return bands + followed_by_zeros(weight, bands.shape[-1] - weight.shape[-1]), place


def _frames_to_nearest(known: Array, like: Array) -> Array:
    """From each frame to the nearest with a reading, (B, T, K), in the number type of another array."""
    frames = known.shape[1]
    if isinstance(known, Tensor) and known.device.type != "cpu":
        return with_type(_frames_to_nearest_by_sweeps(known, torch.arange(frames, device=known.device)[:, None]), like)
    maths, away = library(known), alike(_away(frames), like)
    return maths.amin(maths.where(known[:, None], away[..., None], float(frames)), 2)


def _frames_to_nearest_by_sweeps(known: Tensor, at: Tensor) -> Tensor:
    """The same by sweeps both ways: windows of thousands of sessions are too many for all pairs of frames."""
    frames = len(at)
    before = torch.where(known, at, -frames).cummax(1).values
    after = torch.where(known, at, 2 * frames).flip(1).cummin(1).values.flip(1)
    return torch.minimum(at - before, after - at).clamp(max=frames)


@lru_cache(maxsize=8)
def _away(frames: int) -> Numbers:
    """(frames, frames): how far frames are from each other."""
    at = np.arange(frames, dtype=np.float64)
    return abs(at[:, None] - at)


@lru_cache(maxsize=32)
def _differences(
    frames: int, manners: tuple[Manner, ...]
) -> tuple[NDArray[np.intp], Numbers, Numbers, Numbers, NDArray[np.intp]]:
    """All N first, second and third differences of `frames` values: the last frame of each (N,); their sds at rest and
    over the speed, (K, N) both; what each adds to the bands of the system in its inverse variance, (N, 4 T + 1),
    diagonal first, zero last; where among the bands each entry of the system is, (T T,)."""
    orders = [order for order in (1, 2, 3) if order < frames]
    kinds = np.repeat(orders, [frames - order for order in orders]).astype(np.intp) - 1
    taken = np.concatenate([np.zeros((0, frames)), *(np.diff(np.eye(frames), order, 0) for order in orders)])
    moved = np.concatenate([np.arange(0), *(np.arange(order, frames) for order in orders)])
    at_rest, of_speed = np.array([[manner.at_rest, manner.of_speed] for manner in manners]).swapaxes(0, 1)[..., kinds]
    to_bands = np.zeros((len(taken), 4 * frames + 1))
    for band in range(min(4, frames)):
        to_bands[:, band * frames : (band + 1) * frames - band] = taken[:, : frames - band] * taken[:, band:]
    one, other = np.indices((frames, frames))
    away = abs(one - other)
    place = np.where(away < 4, away * frames + np.minimum(one, other), 4 * frames).reshape(-1)
    return moved, at_rest, of_speed, to_bands, place


@lru_cache(maxsize=32)
def _of_each(manners: tuple[Manner, ...]) -> Numbers:
    """How many components move and how fast they usually do, (2, K, 1)."""
    table = [(manner.components, manner.usual_speed) for manner in manners]
    return np.array(table, np.float64).T[..., None]


@lru_cache(maxsize=8)
def _near(frames: int) -> tuple[Numbers, Numbers]:
    """(frames, frames): which frames are within SPEED_REACH of each other; (3, frames): powers of their numbers."""
    at = np.arange(frames, dtype=np.float64)
    return (abs(at - at[:, None]) <= SPEED_REACH).astype(np.float64), np.stack([np.ones_like(at), at, at * at])
