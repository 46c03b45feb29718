"""How much a tracker jitters, from its readings alone.

Bodies move below about 9 Hz, so at 60 Hz a fifth difference of their paths is next to nothing, while it adds up the
noise of six readings. The median of its size does not mind outliers; nor do a few frames without readings.
"""
from __future__ import annotations

import torch
from torch import Tensor

ORDER = 5
OF_NOISE = 252**0.5  # sd of a fifth difference of white noise of sd one: sqrt(1 + 25 + 100 + 100 + 25 + 1)
TO_SD = 1.4826  # from the median size of a normal variable to its sd
FEWEST = 6  # differences that tell a sd


def noise_sd(values: Tensor, known: Tensor) -> Tensor:
    """Noise of values (B, T, K, C) where they are known (B, T, K): its sd per component, (B, K); 0 if nobody can tell.

    Differences of exactly nothing are no readings but repeats of one, and left out.
    """
    if values.shape[1] <= ORDER:
        return values.new_zeros(values.shape[0], values.shape[2])
    runs = known.unfold(1, ORDER + 1, 1).all(-1).unsqueeze(-1)
    sizes = torch.where(known.unsqueeze(-1), values, 0).diff(n=ORDER, dim=1).abs()
    told = runs & (sizes > 0)
    sizes = torch.where(told, sizes, torch.nan).transpose(1, 2).flatten(2)
    middle = sizes.nanmedian(dim=-1).values * (TO_SD / OF_NOISE)
    return torch.where(told.transpose(1, 2).flatten(2).sum(-1) >= FEWEST, middle, 0.0)
