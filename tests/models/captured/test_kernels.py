"""The device's kernels, compiled for the host: one thread after the other they must answer as torch does."""
from __future__ import annotations

import ctypes
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from models.captured.kernels import SOURCE, kernels_for
from models.kinematics.systems import solve_banded_whole
from models.samplers.denoise import PLACES, TURNS, _differences


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> ctypes.CDLL:
    compiler = shutil.which("c++")
    if compiler is None:
        pytest.skip("no C++ compiler on this machine")
    library = tmp_path_factory.mktemp("kernels") / "kernels.so"
    command = [compiler, "-x", "c++", "-O1", "-Wall", "-Werror", "-DON_HOST", "-shared", "-fPIC", str(SOURCE), "-o",
               str(library)]
    subprocess.run(command, check=True, timeout=60)
    return ctypes.CDLL(str(library))


def pointers(*tensors: Tensor) -> list[ctypes.c_void_p]:
    return [ctypes.c_void_p(tensor.data_ptr()) for tensor in tensors]



@pytest.mark.parametrize("frames", [41, 14, 3])
def test_banded_systems(compiled: ctypes.CDLL, frames: int) -> None:
    random = torch.Generator().manual_seed(frames)
    manners = (PLACES, TURNS)
    moved, at_rest, _, to_bands, place = _differences(frames, manners)
    sd = torch.from_numpy(at_rest) * (1 + 9 * torch.rand(2, len(moved), generator=random, dtype=torch.float64))
    bands = (1 / (sd * sd)) @ torch.from_numpy(to_bands)
    weight = torch.where(torch.rand(2, frames, generator=random) < 0.2, 1e-9, 1.0).double() / 0.002**2
    bands[:, :frames] += weight
    columns = torch.randn(2, frames, 6, generator=random, dtype=torch.float64)
    solved, variance, given = torch.empty_like(columns), torch.empty(2, frames).double(), bands[:, :-1].contiguous()
    size = len(given[0]) // frames
    assert size == 4
    for system in range(2):
        parts = (given[system], columns[system], solved[system], variance[system])
        compiled.solve_banded(*pointers(*parts), 1, frames, 6)
    expected, expected_variance = solve_banded_whole(bands, columns, place)
    torch.testing.assert_close(solved, expected, rtol=1e-7, atol=1e-12)
    torch.testing.assert_close(variance, expected_variance, rtol=1e-7, atol=0)


@pytest.mark.parametrize(("size", "columns"), [(9, 66), (12, 144), (14, 1), (1, 1)])
def test_small_systems(compiled: ctypes.CDLL, size: int, columns: int) -> None:
    random = torch.Generator().manual_seed(size)
    arms = torch.randn(size, size + 3, generator=random)
    system = arms @ arms.T + 0.01 * torch.eye(size)
    if size > 3:
        system[-3:] *= -1  # the part that is a body's root
        system[:, -3:] = system[-3:].T
        system[-3:, -3:] = -0.5 * torch.eye(3)
    given, solved = torch.randn(size, columns, generator=random), torch.empty(size, columns)
    compiled.solve_small(*pointers(system, given, solved), size, columns)
    expected = np.linalg.solve(system.double().numpy(), given.double().numpy())
    np.testing.assert_allclose(solved.numpy(), expected, rtol=1e-4, atol=1e-4)


def test_a_cpu_has_none_of_them() -> None:
    assert kernels_for(torch.device("cpu")) is None and Path(SOURCE).is_file()
