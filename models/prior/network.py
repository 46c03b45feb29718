"""The prior's network: a diffusion transformer over the frames of one window.

One token a frame, rotary position encoding (the published code leaves its positions at zero, so that its network
cannot tell the frames' order), adaptive layer norm on the noise level, one modulation shared by all blocks
(PixArt-alpha's adaLN-single) to keep the network small enough for a frame in milliseconds on a CPU.
"""
from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import silu

from models.prior.condition import CUE_WIDTH


@dataclass(frozen=True)
class NetworkConfig:
    """Sizes of the network. motion: numbers a frame in and out; condition: numbers a frame of what is known.

    said: numbers a frame out besides the motion, see denoiser.py.
    """

    motion: int = 132
    condition: int = CUE_WIDTH
    said: int = 0
    frames: int = 41
    width: int = 256
    blocks: int = 6
    heads: int = 4
    mlp_ratio: int = 2


OPEN_GATES = torch.tensor([0.0, 0.0, 1.0, 0.0, 0.0, 1.0])  # shift, scale and gate of attention, then of the MLP


def rotary_tables(frames: int, head_width: int) -> tuple[Tensor, Tensor]:
    """cos and sin, (frames, head_width / 2): Su et al. 2021, wavelengths from 2 pi to 100 times that."""
    frequencies = 100.0 ** (-torch.arange(0, head_width, 2) / head_width)
    angles = torch.arange(frames)[:, None] * frequencies
    return angles.cos(), angles.sin()


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Turn pairs (x_i, x_{i + half}) by the frame's angle. (B, heads, frames, head_width)."""
    one, two = x.chunk(2, dim=-1)
    return torch.cat([one * cos - two * sin, two * cos + one * sin], dim=-1)


def modulate(x: Tensor, shift: Tensor, scale: Tensor) -> Tensor:
    """Adaptive layer norm's affine part, (B, frames, width) with (B, 1, width)."""
    return x * (1 + scale) + shift


class Block(nn.Module):
    """Self-attention and MLP, each modulated and gated by the noise level."""

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        width = config.width
        self.heads = config.heads
        self.scale = (width // config.heads) ** -0.5
        self.norm_attention = nn.LayerNorm(width, elementwise_affine=False)
        self.norm_mlp = nn.LayerNorm(width, elementwise_affine=False)
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.mlp_in = nn.Linear(width, config.mlp_ratio * width)
        self.mlp_out = nn.Linear(config.mlp_ratio * width, width)
        self.modulation = nn.Parameter(torch.randn(6, width) / math.sqrt(width) + OPEN_GATES[:, None])

    def forward(self, x: Tensor, level: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        shift_a, scale_a, gate_a, shift_m, scale_m, gate_m = (level + self.modulation).unsqueeze(-2).unbind(-3)
        x = x + gate_a * self.attend(modulate(self.norm_attention(x), shift_a, scale_a), cos, sin)
        hidden = self.mlp_in(modulate(self.norm_mlp(x), shift_m, scale_m))
        return x + gate_m * self.mlp_out(nn.functional.gelu(hidden, approximate="tanh"))

    def attend(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        """Written out: a window is 41 frames, too short for the fused kernels to pay (their backward is slower)."""
        q, k, v = self.qkv(x).unflatten(-1, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)
        scores = rotate(q, cos, sin) @ rotate(k, cos, sin).transpose(-1, -2) * self.scale
        return self.out((scores.softmax(dim=-1) @ v).transpose(1, 2).flatten(-2))


class Network(nn.Module):
    """(motion, condition, log noise level) -> motion and what is said of it, raw: denoiser.py preconditions it."""

    cos: Tensor
    sin: Tensor
    frequencies: Tensor

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        self.config = config
        width = config.width
        self.embed = nn.Linear(config.motion + config.condition, width)
        self.level_in = nn.Linear(width, width)
        self.level_out = nn.Linear(width, 6 * width)
        self.blocks = nn.ModuleList(Block(config) for _ in range(config.blocks))
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, config.motion + config.said)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)
        cos, sin = rotary_tables(config.frames, width // config.heads)
        self.register_buffer("cos", cos, persistent=False)
        self.register_buffer("sin", sin, persistent=False)
        self.register_buffer("frequencies", torch.exp(torch.linspace(-2, 4, width // 2)), persistent=False)

    def forward(self, motion: Tensor, condition: Tensor, log_level: Tensor) -> Tensor:
        """motion (B, frames, 132), condition (B, frames, C or more), log_level (B,) -> (B, frames, 132 + said)."""
        angles = log_level[:, None] * self.frequencies
        level = self.level_out(silu(self.level_in(torch.cat([angles.cos(), angles.sin()], dim=-1))))
        level = level.unflatten(-1, (6, -1))
        x = self.embed(torch.cat([motion, condition[..., : self.config.condition]], dim=-1))
        for block in self.blocks:
            x = block(x, level, self.cos, self.sin)
        head: Tensor = self.head(self.norm(x))
        return head
