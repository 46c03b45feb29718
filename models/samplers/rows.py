"""Rows of the guidance's linear system: something on the body that should be somewhere, axis by axis."""
from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from models.samplers.measurement import Measurement, arms_in_world


@dataclass(frozen=True)
class Rows:
    """M points of the body in T frames of B windows, and where they should be."""

    levers: Tensor  # (B, M, 22, 3) metres, see measurement.py
    places: Tensor  # (B, T, 3, M) metres
    known: Tensor  # (B, T, 3, M) bool
    variance: Tensor  # (B, T, 3, M) m^2
    only_height: int = 0  # this many of the points, the last ones, have no row but the vertical one

    def joined(self, other: Rows) -> Rows:
        """These and more, of which only heights count."""
        return Rows(
            torch.cat([self.levers, other.levers], dim=1),
            torch.cat([self.places, other.places], dim=-1),
            torch.cat([self.known, other.known], dim=-1),
            torch.cat([self.variance, other.variance], dim=-1),
            only_height=self.only_height + other.levers.shape[1],
        )


@dataclass(frozen=True)
class Floor:
    """What feet may not go through."""

    levers: Tensor  # (B, feet, 22, 3) of the joints that stand on it
    resting_height: Tensor  # (B, feet) of those joints when they do, metres in the world; NaN: no floor is known
    sd: float  # metres: how deep soles and carpets give


def tracker_rows(measured: Measurement) -> Rows:
    """Three rows for each tracker."""
    places = measured.positions.mT
    known = measured.position_known.unsqueeze(-2).expand_as(places)
    return Rows(measured.levers, places, known, measured.position_sd.square().unsqueeze(-2).expand_as(places))


def floor_rows(rotations: Tensor, root: Tensor, floor: Floor) -> Rows:
    """One vertical row for each foot joint that is below where it rests; feet above it are free."""
    feet = arms_in_world(rotations, floor.levers).sum(2) + root.unsqueeze(-1)
    resting = floor.resting_height.nan_to_num().unsqueeze(1)
    below = (feet[..., 1, :] < resting) & ~floor.resting_height.isnan().unsqueeze(1)
    places, known = feet.clone(), torch.zeros_like(feet, dtype=torch.bool)
    places[..., 1, :] = resting.expand_as(below)
    known[..., 1, :] = below
    return Rows(floor.levers, places, known, torch.full_like(feet, floor.sd**2))
