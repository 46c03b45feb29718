"""Muon (Jordan 2024): momentum whose singular values are made alike, for the matrices inside a network.

torch has it too, but computes in bfloat16 whatever the chip, which took longer than the network itself on processors
that have to emulate it. Here matrices of one shape go through the Newton-Schulz iteration together, in bfloat16 only
where that is fast.
"""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import overload

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from models.prior.precision import multiplies_bfloat16

QUINTIC, ROUNDS = (3.4445, -4.7750, 2.0315), 5  # Jordan's: steep at zero, all within 0.7 to 1.2 after five rounds


def orthogonalised(matrices: Tensor) -> Tensor:
    """(N, rows, columns): the same singular vectors, all singular values about one."""
    half = multiplies_bfloat16(matrices.device)
    tall = matrices.shape[-2] > matrices.shape[-1]
    x = (matrices.mT if tall else matrices).to(torch.bfloat16 if half else torch.float32)
    x = x / torch.linalg.matrix_norm(x, keepdim=True).clamp(min=1e-7)
    one, three, five = QUINTIC
    for _ in range(ROUNDS):
        gram = x @ x.mT
        x = torch.baddbmm(x, torch.baddbmm(gram, gram, gram, beta=three, alpha=five), x, beta=one)
    return (x.mT if tall else x).to(matrices)


class Muon(Optimizer):
    """Nesterov momentum, orthogonalised; steps of the size that AdamW's have, so that one learning rate serves both."""

    def __init__(
        self, matrices: Iterable[nn.Parameter], lr: float, momentum: float = 0.95, weight_decay: float = 0.01
    ) -> None:
        super().__init__(matrices, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})

    @overload
    def step(self, closure: None = None) -> None: ...
    @overload
    def step(self, closure: Callable[[], float]) -> float: ...

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> float | None:
        """One step along the gradients there are."""
        loss = None if closure is None else torch.enable_grad()(closure)()
        for group in self.param_groups:
            alike: dict[torch.Size, list[nn.Parameter]] = defaultdict(list)
            for matrix in group["params"]:
                if matrix.grad is not None:
                    alike[matrix.shape].append(matrix)
            for matrices in alike.values():
                self._move(matrices, **{name: group[name] for name in ("lr", "momentum", "weight_decay")})
        return loss

    def _move(self, matrices: list[nn.Parameter], lr: float, momentum: float, weight_decay: float) -> None:
        gradients = [matrix.grad for matrix in matrices if matrix.grad is not None]
        held = [self._held(matrix) for matrix in matrices]
        torch._foreach_lerp_(held, gradients, 1 - momentum)
        ahead = torch.stack(torch._foreach_lerp(gradients, held, momentum))
        size = 0.2 * max(matrices[0].shape) ** 0.5
        moved: list[Tensor] = [*matrices]
        torch._foreach_mul_(moved, 1 - lr * weight_decay)
        torch._foreach_sub_(moved, [*orthogonalised(ahead)], alpha=lr * size)

    def _held(self, matrix: nn.Parameter) -> Tensor:
        """The momentum of a matrix."""
        state = self.state[matrix]
        if "momentum_buffer" not in state:
            state["momentum_buffer"] = torch.zeros_like(matrix)
        momentum: Tensor = state["momentum_buffer"]
        return momentum
