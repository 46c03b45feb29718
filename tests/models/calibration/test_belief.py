"""Information adds up: in any order, to the least squares of everything at once."""
from __future__ import annotations

import torch
from torch import Tensor

from models.calibration.belief import Belief

Piece = tuple[Tensor, Tensor]


def prior() -> Tensor:
    root = torch.randn(5, 5, generator=torch.Generator().manual_seed(9), dtype=torch.float64)
    return root @ root.T + torch.eye(5)


def pieces(count: int = 4) -> list[tuple[Tensor, Tensor, float]]:
    """Observations H (3, 5), z (3,) and their noise's sd."""
    random = torch.Generator().manual_seed(1)
    return [(torch.randn(3, 5, generator=random, dtype=torch.float64),
             torch.randn(3, generator=random, dtype=torch.float64), 0.5 + index) for index in range(count)]


def told(belief: Belief, observed: list[tuple[Tensor, Tensor, float]]) -> Belief:
    for moves, seen, sd in observed:
        belief = belief.added(moves.T @ moves / sd**2, moves.T @ seen / sd**2)
    return belief


def test_without_evidence_the_prior_is_believed() -> None:
    belief = Belief.prior(prior())
    assert torch.equal(belief.mean, torch.zeros(5, dtype=torch.float64))
    torch.testing.assert_close(belief.covariance, prior())


def test_evidence_counts_the_same_in_any_order() -> None:
    one, other = told(Belief.prior(prior()), pieces()), told(Belief.prior(prior()), pieces()[::-1])
    torch.testing.assert_close(one.mean, other.mean)
    torch.testing.assert_close(one.covariance, other.covariance)


def test_it_is_the_least_squares_of_everything_at_once() -> None:
    rows = torch.cat([moves / sd for moves, _, sd in pieces()] + [torch.linalg.cholesky(torch.linalg.inv(prior())).T])
    seen = torch.cat([seen / sd for _, seen, sd in pieces()] + [torch.zeros(5, dtype=torch.float64)])
    expected = torch.linalg.lstsq(rows, seen).solution
    torch.testing.assert_close(told(Belief.prior(prior()), pieces()).mean, expected)


def test_evidence_makes_surer_in_every_direction() -> None:
    belief = Belief.prior(prior())
    for piece in pieces():
        after = told(belief, [piece])
        assert torch.linalg.eigvalsh(after.covariance).min() > 0
        assert torch.linalg.eigvalsh(belief.covariance - after.covariance).min() > -1e-12
        belief = after


def test_what_is_forgotten_is_evidence_and_never_the_prior() -> None:
    belief = told(Belief.prior(prior()), pieces())
    torch.testing.assert_close(belief.forgotten(1.0).mean, belief.mean)
    nothing = belief.forgotten(0.0)
    torch.testing.assert_close(nothing.covariance, prior())
    assert float(nothing.mean.abs().max()) == 0
    half = belief.forgotten(0.5)
    assert (half.covariance.diagonal() > belief.covariance.diagonal()).all()
    assert (half.covariance.diagonal() < prior().diagonal()).all()
