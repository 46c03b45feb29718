"""The regressor's network: a causal transformer from what the trackers say to the body, in one pass.

AvatarPoser and its followers are transformers over past frames. The blocks are the prior's without noise level, and
one more of them, which makes up for the parameters of the noise level's layers.
"""
from __future__ import annotations

import torch
from torch import Tensor, nn

from models.prior.network import NetworkConfig, rotary_tables, rotate


class CausalBlock(nn.Module):
    """Self-attention over this frame and those before, and an MLP."""

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        width = config.width
        self.heads = config.heads
        self.scale = (width // config.heads) ** -0.5
        self.norm_attention = nn.LayerNorm(width)
        self.norm_mlp = nn.LayerNorm(width)
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.mlp_in = nn.Linear(width, config.mlp_ratio * width)
        self.mlp_out = nn.Linear(config.mlp_ratio * width, width)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor, future: Tensor) -> Tensor:
        x = x + self.attend(self.norm_attention(x), cos, sin, future)
        hidden = self.mlp_in(self.norm_mlp(x))
        return x + self.mlp_out(nn.functional.gelu(hidden, approximate="tanh"))

    def attend(self, x: Tensor, cos: Tensor, sin: Tensor, future: Tensor) -> Tensor:
        q, k, v = self.qkv(x).unflatten(-1, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)
        scores = rotate(q, cos, sin) @ rotate(k, cos, sin).transpose(-1, -2) * self.scale
        weights = scores.masked_fill(future, -torch.inf).softmax(dim=-1)
        return self.out((weights @ v).transpose(1, 2).flatten(-2))


class Regressor(nn.Module):
    """What is told (B, frames, condition) -> motion (B, frames, motion); no frame sees a later one."""

    cos: Tensor
    sin: Tensor
    future: Tensor

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        self.config = config
        self.embed = nn.Linear(config.condition, config.width)
        self.blocks = nn.ModuleList(CausalBlock(config) for _ in range(config.blocks))
        self.norm = nn.LayerNorm(config.width)
        self.head = nn.Linear(config.width, config.motion)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)
        cos, sin = rotary_tables(config.frames, config.width // config.heads)
        self.register_buffer("cos", cos, persistent=False)
        self.register_buffer("sin", sin, persistent=False)
        future = torch.ones(config.frames, config.frames, dtype=torch.bool).triu(1)
        self.register_buffer("future", future, persistent=False)

    def forward(self, told: Tensor) -> Tensor:
        x = self.embed(told)
        for block in self.blocks:
            x = block(x, self.cos, self.sin, self.future)
        motion: Tensor = self.head(self.norm(x))
        return motion
