"""What is believed of unknown numbers, in information form: evidence is added, in any order.

Zero-mean numbers with covariance P are observed as z = H x + noise of covariance S: their information grows from P^-1
by H^T S^-1 H, and H^T S^-1 z is added to the information's own mean (Maybeck 1979, section 5.7).
"""
from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Belief:
    """About N numbers that are zero as far as was known before. All float64."""

    before: Tensor  # (N, N) information without evidence
    information: Tensor  # (N, N)
    pull: Tensor  # (N,) information times mean

    @staticmethod
    def prior(covariance: Tensor) -> Belief:
        """Nothing seen yet."""
        information = torch.linalg.inv(covariance)
        return Belief(information, information, covariance.new_zeros(len(covariance)))

    def added(self, information: Tensor, pull: Tensor) -> Belief:
        """With more evidence."""
        return Belief(self.before, self.information + information, self.pull + pull)

    def forgotten(self, keep: float) -> Belief:
        """With only the share `keep` of the evidence; what was known before it stays."""
        return Belief(self.before, torch.lerp(self.before, self.information, keep), self.pull * keep)

    @property
    def mean(self) -> Tensor:
        """(N,)."""
        return torch.linalg.solve(self.information, self.pull)

    @property
    def covariance(self) -> Tensor:
        """(N, N)."""
        inverse = torch.linalg.inv(self.information)
        return (inverse + inverse.T) / 2
