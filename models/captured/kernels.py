"""Our own kernels for a device's many small linear systems (kernels.cu), where they can be had.

They are compiled by what comes with torch for CUDA, so that no compiler is needed; torch marks the way there as its own
and may change it. Where that fails torch's own solvers are used, and the log says so.
"""
from __future__ import annotations

import logging
import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

SOURCE = Path(__file__).with_name("kernels.cu")
THREADS, SHARED_BYTES, MOST_FRAMES = 64, 48 << 10, 64
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Kernels:
    """The kernels of one device, compiled."""

    banded: Any
    small: Any

    def solve_banded(self, bands: Tensor, columns: Tensor) -> tuple[Tensor, Tensor]:
        """See systems.solve_banded; without the zero."""
        batch, frames = bands.shape[:-1], columns.shape[-2]
        systems, solved = math.prod(batch), torch.empty_like(columns, memory_format=torch.contiguous_format)
        variance = bands.new_empty(*batch, frames)
        self.banded(
            grid=(-(-systems // THREADS), 1, 1), block=(THREADS, 1, 1),
            args=[bands.contiguous(), columns.contiguous(), solved, variance, systems, frames, columns.shape[-1]])
        return solved, variance

    def solve(self, systems: Tensor, columns: Tensor) -> Tensor:
        """See systems.solve; of systems that are symmetric, and definite but for the sign of a last part."""
        size, count = columns.shape[-2:]
        shared = 8 * size * (size + count)
        if shared > SHARED_BYTES:
            return torch.linalg.solve_ex(systems, columns).result
        solved, threads = torch.empty_like(columns, memory_format=torch.contiguous_format), 256 if count > 1 else 128
        self.small(
            grid=(math.prod(columns.shape[:-2]), 1, 1), block=(threads, 1, 1),
            args=[systems.contiguous(), columns.contiguous(), solved, size, count], shared_mem=shared)
        return solved


@lru_cache(maxsize=8)
def kernels_for(device: torch.device) -> Kernels | None:
    """Of a CUDA device; None for others, and where they cannot be compiled."""
    if device.type != "cuda":
        return None
    try:
        source = SOURCE.read_text()
        made = [torch.cuda._compile_kernel(source, name) for name in ("solve_banded", "solve_small")]
        kernels = Kernels(*made)
        _check(kernels, device)
        return kernels
    except Exception as error:  # whatever a way that torch may change comes to
        log.warning("no kernels of our own on %s: %s", device, str(error).splitlines()[0] if str(error) else error)
        return None


def _check(kernels: Kernels, device: torch.device) -> None:
    """That they answer, and right. RuntimeError."""
    eye = torch.eye(4, device=device)
    bands, columns = torch.zeros(1, 32, dtype=torch.float64, device=device), eye.double().repeat(2, 1)[None]
    bands[:, :8] = 2.0
    solved, variance = kernels.solve_banded(bands, columns)
    right = torch.equal(solved, columns / 2) and bool((variance == 0.5).all())
    if not (right and torch.equal(kernels.solve(eye, eye), eye)):
        raise RuntimeError("they answer wrongly")
