"""Lower precision as a wrapper: the network computes in bfloat16, everything around it stays in float32."""
from __future__ import annotations

import copy
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import linear

Forward = Callable[[Tensor, Tensor, Tensor], Tensor]


class Sparse(ABC):
    """A network as a function, a Forward, that says few frames of a window if no more are asked for."""

    between: NDArray[np.float32]  # (frames, few): how all frames follow from those
    steady_alone = True  # whether few frames are said of windows alone in which no tracker comes or goes

    @abstractmethod
    def __call__(self, motion: Tensor, condition: Tensor, log_level: Tensor) -> Tensor: ...

    @abstractmethod
    def few(self, condition: Tensor, log_level: Tensor) -> Tensor:
        """From nothing, of windows (B, frames, C): (B, few, 132 + said)."""


def multiplies_bfloat16(device: torch.device) -> bool:
    """Whether the chip does; one that does not emulates it, at half of float32's speed or less."""
    if device.type != "cpu":
        return True
    return torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()


def multiplies_bytes(device: torch.device) -> bool:
    """Whether integers of eight bits are multiplied there at several times float32's speed, summed in 32 bits (VNNI).

    CPUs that are not made for it let sums overflow.
    """
    return device.type == "cpu" and bool(torch.cpu._is_vnni_supported())


def in_bfloat16(network: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """The same function computed in bfloat16 where that is safe, with float32 in and out."""

    def forward(*values: Tensor) -> Tensor:
        with torch.autocast(values[0].device.type, torch.bfloat16):
            return network(*values).float()

    return forward


def differentiable_forward(network: nn.Module) -> Callable[..., Tensor]:
    """The quickest way to run this network in torch, gradients and all; what goes in and out may be elsewhere.

    Where the chip multiplies bfloat16 that is bfloat16, with the matrices kept in it: autocast alone would convert
    every one of them in every pass.
    """
    device = next(network.parameters()).device
    if not multiplies_bfloat16(device):
        return network
    halved = copy.deepcopy(network)
    for module in halved.modules():
        if isinstance(module, nn.Linear):
            module.bfloat16()
    return on_device(in_bfloat16(halved), device)


def on_device(network: Callable[..., Tensor], device: torch.device) -> Callable[..., Tensor]:
    """The same function of tensors that are anywhere: around the network are many small steps, best left on the CPU."""

    def forward(*values: Tensor) -> Tensor:
        return network(*(value.to(device) for value in values)).to(values[0].device)

    return forward


@contextmanager
def products_in_tf32(allowed: bool) -> Iterator[None]:
    """Products of float32 matrices by TF32 or not; only the network's, for its rounding would move a body."""
    before = torch.backends.cuda.matmul.allow_tf32
    torch.backends.cuda.matmul.allow_tf32 = allowed
    try:
        yield
    finally:
        torch.backends.cuda.matmul.allow_tf32 = before


@torch.library.custom_op("posebridge::linear_in_tf32", mutates_args=())
def linear_in_tf32(values: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """A linear layer by TF32. An operator of its own, so that a trace of the maths around it keeps that."""
    with products_in_tf32(True):
        return linear(values, weight, bias)


@linear_in_tf32.register_fake
def _(values: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    return values.new_empty(*values.shape[:-1], weight.shape[0])
