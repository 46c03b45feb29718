"""The prior's network from nothing, for a device that repeats it: no motion in, one noise level, few and large steps.

As in graph.py the level's modulations are folded into norms and weights. What is added up from block to block stays in
float32; the matrices are multiplied in float32, in TF32, in float16, which has as many digits as TF32 in half the room,
or in bfloat16.
"""
from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, get_args

import torch
from torch import Tensor
from torch.nn.functional import gelu, layer_norm, linear, scaled_dot_product_attention

from models.prior.denoiser import SIGMA_MAX
from models.prior.graph import modulations
from models.prior.network import Block, Network
from models.prior.precision import linear_in_tf32

Precision = Literal["float32", "tf32", "float16", "bfloat16"]
TYPES = {"float16": torch.float16, "bfloat16": torch.bfloat16}  # of weights and products; float32 for the others
ALIGNED = 8  # tensor cores take rows of so many numbers, and a multiple of it
FROM_NOTHING = math.log(SIGMA_MAX) / 4  # the log noise level that a first pass is asked at


@dataclass(frozen=True)
class _Layer:
    """A block's weights: of a norm (2, width), and of linear layers, each with its bias."""

    norm_a: tuple[Tensor, Tensor]
    qkv: tuple[Tensor, Tensor]
    out: tuple[Tensor, Tensor]
    norm_m: tuple[Tensor, Tensor]
    mlp_in: tuple[Tensor, Tensor]
    mlp_out: tuple[Tensor, Tensor]


class FoldedNetwork:
    """condition (B, frames, C or more) -> what the network says of it at the level of nothing, (B, frames, 132 + said)
    in float32."""

    def __init__(self, network: Network, precision: Precision = "float32") -> None:
        if precision not in get_args(Precision):
            raise ValueError(f"precision {precision!r}; allowed: {', '.join(get_args(Precision))}")
        config, motion = network.config, network.config.motion
        self._config, self._linear = config, linear_in_tf32 if precision == "tf32" else linear
        self._dtype = TYPES.get(precision, torch.float32)
        self._beside = -config.condition % ALIGNED
        told = torch.nn.functional.pad(network.embed.weight[:, motion:], (0, self._beside))
        self._embed = self._pair(told, network.embed.bias)
        self._norm = network.norm.weight, network.norm.bias
        self._head = self._pair(network.head.weight, network.head.bias)
        cos, sin = network.cos, network.sin  # (frames, half)
        self._cos = torch.cat([cos, cos], -1)[:, None, None].to(self._dtype)
        self._sin = torch.cat([-sin, sin], -1)[:, None, None].to(self._dtype)
        blocks = [block for block in network.blocks if isinstance(block, Block)]
        self._layers = [self._layer(*each) for each in zip(blocks, modulations(network, FROM_NOTHING), strict=True)]

    def _pair(self, weight: Tensor, bias: Tensor) -> tuple[Tensor, Tensor]:
        return weight.detach().to(self._dtype).contiguous(), bias.detach().to(self._dtype)

    def _layer(self, block: Block, modulation: tuple[Tensor, ...]) -> _Layer:
        shift_a, scale_a, gate_a, shift_m, scale_m, gate_m = modulation
        return _Layer(
            ((1 + scale_a).contiguous(), shift_a.contiguous()), self._pair(block.qkv.weight, block.qkv.bias),
            self._pair(gate_a[:, None] * block.out.weight, gate_a * block.out.bias),
            ((1 + scale_m).contiguous(), shift_m.contiguous()), self._pair(block.mlp_in.weight, block.mlp_in.bias),
            self._pair(gate_m[:, None] * block.mlp_out.weight, gate_m * block.mlp_out.bias),
        )

    def __call__(self, condition: Tensor) -> Tensor:
        told = condition[..., : self._config.condition].to(self._dtype)
        told = torch.cat([told, told.new_zeros(*told.shape[:-1], self._beside)], -1)
        x = self._linear(told, *self._embed).float()
        for layer in self._layers:
            x = x + self._attend(self._normed(x, layer.norm_a), layer)
            hidden = gelu(self._linear(self._normed(x, layer.norm_m), *layer.mlp_in), approximate="tanh")
            x = x + self._linear(hidden, *layer.mlp_out)
        return self._linear(self._normed(x, self._norm), *self._head).float()

    def _normed(self, x: Tensor, norm: tuple[Tensor, Tensor]) -> Tensor:
        return layer_norm(x, x.shape[-1:], *norm).to(self._dtype)

    def _attend(self, x: Tensor, layer: _Layer) -> Tensor:
        count, frames, width = x.shape
        heads = self._config.heads
        qkv = self._linear(x, *layer.qkv).view(count, frames, 3, heads, width // heads)
        both = qkv[:, :, :2]  # queries and keys are turned together; halves exchanged, see network.rotate
        both = both * self._cos + both.roll(width // heads // 2, -1) * self._sin
        q, k, v = both[:, :, 0].transpose(1, 2), both[:, :, 1].transpose(1, 2), qkv[:, :, 2].transpose(1, 2)
        heard = scaled_dot_product_attention(q, k, v)
        return self._linear(heard.transpose(1, 2).reshape(count, frames, width), *layer.out)
