from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor

from models.kinematics.rotations import matrix_to_sixd, rotvec_to_matrix
from models.rivals.posterior import Descent, sample

TRUE = rotvec_to_matrix(torch.tensor([0.3, -0.2, 0.5])).expand(1, 5, 22, 3, 3)


def knowing(x: Tensor, level: float) -> Tensor:
    """A denoiser of a prior that believes in one pose, not surely."""
    mean = matrix_to_sixd(TRUE).flatten(-2)
    return mean + (x - mean) * 0.25 / (0.25 + level**2)


def nothing(x: Tensor, clean: Tensor, level: float) -> Tensor:
    return torch.zeros_like(x)


def test_levels_fall_geometrically_to_nothing() -> None:
    levels = Descent(5, 1.0, 0.01).levels
    assert len(levels) == 6 and levels[0] == 1.0 and levels[-1] == 0.0
    ratios = [lower / level for level, lower in pairwise(levels[:-1])]
    assert max(ratios) - min(ratios) < 1e-9
    assert Descent(1, 1.0).levels == [1.0, 0.0]


def test_draws_spread_as_the_prior_does() -> None:
    random = torch.Generator().manual_seed(0)
    drawn = []

    def kept(x: Tensor, level: float) -> Tensor:
        found = knowing(x, level)
        drawn.append(found.detach())
        return found

    sample(kept, 8.0 * torch.randn(1, 5, 132, generator=random), Descent(100, 8.0), nothing, random)
    spread = (drawn[-1] - matrix_to_sixd(TRUE).flatten(-2)).std()
    assert abs(float(spread) - 0.5) < 0.05


def test_a_push_leads_to_what_fits() -> None:
    random = torch.Generator().manual_seed(0)
    aim = matrix_to_sixd(torch.eye(3).expand(1, 5, 22, 3, 3)).flatten(-2)

    def push(x: Tensor, clean: Tensor, level: float) -> Tensor:
        (gradient,) = torch.autograd.grad((clean - aim).square().sum(), x)
        return -0.2 * gradient

    x = torch.randn(1, 5, 132, generator=random)
    free, led = (sample(knowing, x, Descent(60, 1.0), way, torch.Generator().manual_seed(1)) for way in (nothing, push))
    apart = [float((matrix_to_sixd(found).flatten(-2) - aim).norm()) for found in (free, led)]
    assert apart[1] < 0.3 * apart[0]
