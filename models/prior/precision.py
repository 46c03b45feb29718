"""Lower precision as a wrapper: the network computes in bfloat16, everything around it stays in float32."""
from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

Forward = Callable[[Tensor, Tensor, Tensor], Tensor]


def in_bfloat16(network: Forward) -> Forward:
    """The same function computed in bfloat16 where that is safe, with float32 in and out."""

    def forward(motion: Tensor, condition: Tensor, log_level: Tensor) -> Tensor:
        with torch.autocast(motion.device.type, torch.bfloat16):
            return network(motion, condition, log_level).float()

    return forward


def fast_forward(network: torch.nn.Module) -> Forward:
    """The quickest way without a compiler to run this network where it is: bfloat16 where the chip multiplies it."""
    device = next(network.parameters()).device
    fast = device.type == "cuda" or torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()
    return in_bfloat16(network) if fast else network
