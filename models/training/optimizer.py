"""Muon on the hidden matrices, AdamW on the rest, one cosine schedule, an average of the weights.

Muon needs half of AdamW's steps here; it is made for matrices inside the network, so embeddings, the head, the noise
level's layers and all vectors stay with AdamW.
"""
from __future__ import annotations

import copy
import math

import torch
from torch import nn
from torch.optim import AdamW, Optimizer

from models.training.muon import Muon

HIDDEN = ("qkv.weight", "out.weight", "mlp_in.weight", "mlp_out.weight")


def make_optimizers(network: nn.Module, learning_rate: float) -> list[Optimizer]:
    """Muon and AdamW over the network's parameters."""
    named = [(name, value) for name, value in network.named_parameters() if value.requires_grad]
    hidden = [value for name, value in named if name.startswith("blocks.") and name.endswith(HIDDEN)]
    other = [value for name, value in named if not (name.startswith("blocks.") and name.endswith(HIDDEN))]
    return [
        Muon(hidden, learning_rate),
        AdamW(other, lr=learning_rate, betas=(0.9, 0.95), weight_decay=0.01),
    ]


def schedule(done: float, warm_up: float = 0.03, floor: float = 0.01) -> float:
    """Learning rate factor after a share `done` of training: linear up, cosine down."""
    if done < warm_up:
        return done / warm_up
    share = (done - warm_up) / (1 - warm_up)
    return floor + (1 - floor) * (1 + math.cos(math.pi * min(share, 1.0))) / 2


class Average:
    """Exponential moving average of a network's weights; young averages move faster."""

    def __init__(self, network: nn.Module, decay: float = 0.999) -> None:
        self.network = copy.deepcopy(network).eval().requires_grad_(False)
        self.decay = decay

    @torch.no_grad()
    def update(self, network: nn.Module, step: int) -> None:
        keep = min(self.decay, (1 + step) / (10 + step))
        torch._foreach_lerp_([*self.network.parameters()], [*network.parameters()], 1 - keep)
