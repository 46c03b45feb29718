"""Feet that stand are found for many clips at once as for each alone."""
from __future__ import annotations

import pytest
import torch
from torch import Tensor

from models.samplers.planted import Stands, find_stands
from models.samplers.planted_crowd import find_all_stands

LENGTHS = (70, 44, 3, 1, 58)


def steps(seed: int) -> tuple[Tensor, Tensor]:
    """Contact (T, 4) that comes and goes, sure or less, and feet (T, 4, 3) that stand, slide and run."""
    random = torch.Generator().manual_seed(seed)
    frames = max(LENGTHS)
    wave = torch.sin(torch.arange(frames)[:, None] * (0.1 + 0.5 * torch.rand(4, generator=random)))
    contact = (0.5 + 0.7 * wave + 0.1 * torch.randn(frames, 4, generator=random)).clamp(0, 1)
    speed = 0.02 * torch.rand(4, 3, generator=random) * (torch.rand(frames, 4, 1, generator=random) < 0.7)
    return contact, speed.cumsum(0) + 0.003 * torch.randn(frames, 4, 3, generator=random)


@pytest.mark.parametrize("seed", range(4))
def test_as_each_alone(seed: int) -> None:
    clips = [steps(10 * seed + clip) for clip in range(len(LENGTHS))]
    contact, places = (torch.stack(parts) for parts in zip(*clips, strict=True))
    found = find_all_stands(contact, places, torch.tensor(LENGTHS))
    assert found.held.any() and not found.held.all()
    for clip, frames in enumerate(LENGTHS):
        alone = find_stands(contact[clip, :frames], places[clip, :frames])
        mine = Stands(*(part[clip, :frames] for part in vars(found).values()))
        assert torch.equal(mine.held, alone.held)
        torch.testing.assert_close(mine.places, alone.places)
        torch.testing.assert_close(mine.sd, alone.sd)
        assert not found.held[clip, frames:].any()
