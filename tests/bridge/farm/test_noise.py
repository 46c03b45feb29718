"""The same as the solver's, which is tested against noise that is known."""
from __future__ import annotations

import numpy as np
import pytest
import torch

from bridge.farm.noise import noise_sd
from models.samplers import noise


@pytest.mark.parametrize("frames", [3, 5, 6, 12, 200])
def test_it_is_what_the_solver_sees(frames: int) -> None:
    rng = np.random.default_rng(frames)
    values = rng.normal(0, [[[[0.01]], [[0.5]]]], (1, 2, frames, 3)).swapaxes(1, 2)  # (1, T, 2, 3)
    known = rng.random((1, frames, 2)) > 0.05
    values[:, ::7] = values[:, :1]  # some come twice
    values[~known] = np.nan
    expected = noise.noise_sd(torch.from_numpy(values), torch.from_numpy(known)).numpy()
    np.testing.assert_allclose(noise_sd(values, known), expected, rtol=1e-9)
    assert frames < 100 or 0.009 < expected[0, 0] < 0.012
