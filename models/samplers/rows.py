"""Rows of the guidance's linear system: something on the body that should be somewhere, axis by axis."""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from torch import Tensor

from models.kinematics.arrays import Array, alike, finite_or_zero, library
from models.samplers.measurement import Measurement, arms_in_world


@dataclass(frozen=True)
class Rows:
    """M points of the body in T frames of B windows, and where they should be."""

    levers: Array  # (B, M, 22, 3) metres, see measurement.py
    places: Array  # (B, T, 3, M) metres
    known: Array  # (B, T, 3, M) bool
    variance: Array  # (B, T, 3, M) m^2
    only_height: int = 0  # this many of the points, the last ones, have no row but the vertical one

    def joined(self, other: Rows) -> Rows:
        """These and more, of which only heights count."""
        join = library(self.places).concat
        return Rows(
            join([self.levers, other.levers], 1),
            join([self.places, other.places], -1),
            join([self.known, other.known], -1),
            join([self.variance, other.variance], -1),
            only_height=self.only_height + other.levers.shape[1],
        )


@dataclass(frozen=True)
class Floor:
    """What feet may not go through."""

    levers: Array  # (B, feet, 22, 3) of the joints that stand on it
    resting_height: Array  # (B, feet) of those joints when they do, metres in the world; NaN: no floor is known
    sd: float  # metres: how deep soles and carpets give

    def single(self, who: Tensor) -> Floor:
        """Of chosen bodies (B',)."""
        return Floor(self.levers[who], self.resting_height[who], self.sd)


def tracker_rows(measured: Measurement) -> Rows:
    """Three rows for each tracker."""
    places, spread = measured.positions.mT, library(measured.positions).broadcast_to
    known = spread(measured.position_known[..., None, :], places.shape)
    variance = spread((measured.position_sd * measured.position_sd)[..., None, :], places.shape)
    return Rows(measured.levers, places, known, variance)


_VERTICAL = np.array([[False], [True], [False]])


def floor_rows(rotations: Array, root: Array, floor: Floor) -> Rows:
    """One vertical row for each foot joint that is below where it rests; feet above it are free."""
    maths = library(rotations)
    feet = arms_in_world(rotations, floor.levers).sum(2) + root[..., None]
    unknown = maths.isnan(floor.resting_height)
    resting = finite_or_zero(floor.resting_height)[:, None, None]
    below = (feet < resting) & ~unknown[:, None, None]
    vertical = alike(_VERTICAL, below)
    places = maths.where(vertical, resting, feet)
    return Rows(floor.levers, places, below & vertical, maths.full_like(feet, floor.sd**2))
