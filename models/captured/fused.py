"""A tick's steps fused by torch's compiler before they are recorded: fewer and larger kernels.

It takes minutes where it has not been done before, and needs Triton and a C compiler on the machine; so it is asked
for, and what it is not to be had for is recorded as it is.
"""
from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.fx.experimental.proxy_tensor import make_fx

Function = Callable[..., tuple[Tensor, ...]]


def fused(function: Function, *examples: Tensor) -> Function:
    """The same function of tensors of the examples' shapes, compiled. It must not write to them."""
    with torch.inference_mode(False), torch.no_grad():
        inputs = [example.clone() for example in examples]
        traced = make_fx(function)(*inputs)
        compiled: Function = torch.compile(traced, fullgraph=True, dynamic=False)
        compiled(*inputs)

    def run(*values: Tensor) -> tuple[Tensor, ...]:
        with torch.no_grad():
            return compiled(*values)

    return run
