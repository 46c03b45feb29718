"""Muon: singular values made alike, and steps of AdamW's size."""
from __future__ import annotations

import copy

import pytest
import torch
from torch import nn

from models.prior.precision import multiplies_bfloat16
from models.training.muon import Muon, orthogonalised


@pytest.mark.parametrize("shape", [(3, 16, 40), (3, 40, 16), (1, 24, 24)])
def test_singular_values_become_about_one_and_vectors_stay(shape: tuple[int, int, int]) -> None:
    matrices = torch.randn(shape, generator=torch.Generator().manual_seed(0))
    left, values, right = torch.linalg.svd(matrices, full_matrices=False)
    made = orthogonalised(matrices)
    turned = left.mT @ made @ right.mT
    diagonal = turned.diagonal(dim1=-2, dim2=-1)
    assert ((diagonal > 0.5) & (diagonal < 1.3))[values > 0.05 * values.amax(-1, keepdim=True)].all()
    torch.testing.assert_close(turned, torch.diag_embed(diagonal), atol=0.02, rtol=0)


def test_each_matrix_is_orthogonalised_by_itself() -> None:
    matrices = torch.randn(4, 8, 12, generator=torch.Generator().manual_seed(0))
    scaled = matrices * torch.tensor([1.0, 10.0, 0.1, 5.0])[:, None, None]
    rounding = 0.05 if multiplies_bfloat16(torch.device("cpu")) else 0.001
    torch.testing.assert_close(orthogonalised(scaled), orthogonalised(matrices), atol=rounding, rtol=0)


def test_steps_have_the_size_of_adamws_and_go_downhill() -> None:
    matrix = nn.Parameter(torch.randn(64, 128, generator=torch.Generator().manual_seed(0)))
    other, target = nn.Parameter(torch.ones(8, 8)), torch.zeros(64, 128)
    before, optimizer = matrix.detach().clone(), Muon([matrix, other], lr=1e-2, weight_decay=0.0)
    (matrix - target).square().sum().backward()
    optimizer.step()
    moved = (matrix - before).detach()
    assert 0.1e-2 < moved.square().mean().sqrt() < 0.3e-2
    assert (moved * before).sum() < 0
    assert torch.equal(other, torch.ones(8, 8))  # no gradient, no step


def test_momentum_survives_a_save() -> None:
    def stepped(optimizer: Muon, matrix: nn.Parameter) -> None:
        matrix.grad = torch.arange(12.0).view(3, 4) * matrix.detach().sum()
        optimizer.step()

    one, two = (nn.Parameter(torch.ones(3, 4)) for _ in range(2))
    first, second = Muon([one], 0.1), Muon([two], 0.1)
    stepped(first, one)
    second.load_state_dict(copy.deepcopy(first.state_dict()))
    two.data.copy_(one.data)
    stepped(first, one)
    stepped(second, two)
    assert torch.equal(one, two)
