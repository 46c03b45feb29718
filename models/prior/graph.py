"""The prior's network as an ONNX graph at one noise level, made of the operators that a CPU runs in one go.

At a fixed level all modulations are constants: scales and shifts become those of the layer norms, gates go into the
weights behind them. What is left is a plain transformer of some eighty nodes, half the time of the five hundred that
an exporter makes of the module. Biases, GELU, residual sums, rotary turns and attention are fused operators of ONNX
Runtime's own domain (com.microsoft).

In bytes, the blocks multiply integers of eight bits: each column of weights and each row of activations is told in
127ths of its largest entry. So no row is rounded otherwise for those it is together with, and nothing is calibrated.
What goes in, whose cues are of different sizes, and what comes out are left as they are: 5 % of the work.
"""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor
from torch.nn.functional import silu

from models.prior.network import Block, Network

OPSET, IR_VERSION = 17, 10
EPSILON = 1e-5  # torch's own, of a layer norm
INPUTS, CHOSEN, OUTPUT = ("motion", "condition"), "chosen", "answer"
_DOMAIN = "com.microsoft"
_OF_DOMAIN = {"FastGelu", "MatMulIntegerToFloat", "MultiHeadAttention", "RotaryEmbedding"}
MOST = 127  # in bytes, of either sign


class _Graph:
    """Nodes and constants, named as they come."""

    def __init__(self, in_bytes: bool) -> None:
        self.in_bytes = in_bytes
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, value: Tensor | Sequence[int] | NDArray[np.generic] | np.generic) -> str:
        """Tensors as float32, what is numpy's as it is, else int64."""
        array = value.detach().float().contiguous().numpy() if isinstance(value, Tensor) else np.asarray(value)
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(array, name))
        return name

    def add(self, kind: str, *inputs: str, outputs: int = 1, **attributes: Any) -> list[str]:
        """A node; the names of its outputs."""
        names = [f"n{len(self.nodes)}_{place}" for place in range(outputs)]
        domain = _DOMAIN if kind in _OF_DOMAIN else ""
        self.nodes.append(helper.make_node(kind, list(inputs), names, domain=domain, **attributes))
        return names

    def one(self, kind: str, *inputs: str, **attributes: Any) -> str:
        """A node with one output."""
        return self.add(kind, *inputs, **attributes)[0]

    def linear(self, x: str, weight: Tensor, bias: Tensor | None = None) -> str:
        """Rows (N, in) -> (N, out)."""
        constants = [self.constant(weight.T), *([] if bias is None else [self.constant(bias)])]
        return self.one("Gemm", x, *constants)

    def inner(self, x: str, weight: Tensor, bias: Tensor | None = None) -> str:
        """The same within a block, in bytes if so wanted. Bytes of a row of zeros are anything, and count nothing."""
        if not self.in_bytes:
            return self.linear(x, weight, bias)
        columns, middle = weight.detach().float().T.numpy(), self.constant(np.uint8(MOST + 1))
        step = np.maximum(abs(columns).max(0), np.finfo(np.float32).tiny) / MOST
        bytes_ = self.constant(np.ascontiguousarray(np.round(columns / step).astype(np.int8)))
        largest = self.one("ReduceMax", self.one("Abs", x), axes=[1], keepdims=1)
        one = self.constant(np.float32(1 / MOST))
        rows = self.one("QuantizeLinear", self.one("Mul", x, self.one("Reciprocal", largest)), one, middle)
        product = self.one("MatMulIntegerToFloat", rows, bytes_, one, self.constant(step), middle)
        product = self.one("Mul", product, largest)
        return product if bias is None else self.one("Add", product, self.constant(bias))


def graph_at(network: Network, log_level: float, in_bytes: bool = False, chosen: int = 0) -> bytes:
    """The network as a function of motion (B, frames, 132) and condition (B, frames, C) at one log noise level.
    `chosen`: so many frames of each window are asked about, a third input (B, chosen) says which."""
    graph, config = _Graph(in_bytes), network.config
    frames = chosen or config.frames
    x = graph.one("Concat", *INPUTS, axis=2)
    x = graph.one("Reshape", x, graph.constant([-1, config.motion + config.condition]))
    x = graph.linear(x, network.embed.weight, network.embed.bias)
    first = CHOSEN if chosen else graph.constant([0])  # from the first frame on
    tables = first, graph.constant(network.cos), graph.constant(network.sin)
    added: str | None = None  # what the layer before adds to x
    for block, modulation in zip(network.blocks, modulations(network, log_level), strict=True):
        assert isinstance(block, Block)
        shift_a, scale_a, gate_a, shift_m, scale_m, gate_m = modulation
        x, normed = _norm(graph, x, added, 1 + scale_a, shift_a)
        added = _attend(graph, normed, block, gate_a, tables, frames)
        x, normed = _norm(graph, x, added, 1 + scale_m, shift_m)
        hidden = graph.one("FastGelu", graph.inner(normed, block.mlp_in.weight), graph.constant(block.mlp_in.bias))
        added = graph.inner(hidden, gate_m[:, None] * block.mlp_out.weight, gate_m * block.mlp_out.bias)
    _, normed = _norm(graph, x, added, network.norm.weight, network.norm.bias)
    wide = config.motion + config.said
    rows = graph.linear(normed, network.head.weight, network.head.bias)
    graph.one("Reshape", rows, graph.constant([-1, frames, wide]))
    graph.nodes[-1].output[0] = OUTPUT
    return _model(graph, frames, (config.motion, config.condition), wide, bool(chosen))


def _model(graph: _Graph, frames: int, widths: tuple[int, int], wide: int, chosen: bool) -> bytes:
    """The graph with a free batch size."""
    inputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", frames, width])
              for name, width in zip(INPUTS, widths, strict=True)]
    if chosen:
        inputs.append(helper.make_tensor_value_info(CHOSEN, TensorProto.INT64, ["batch", frames]))
    output = helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, ["batch", frames, wide])
    body = helper.make_graph(graph.nodes, "prior", inputs, [output], graph.constants)
    versions = [helper.make_opsetid("", OPSET), helper.make_opsetid(_DOMAIN, 1)]
    return bytes(helper.make_model(body, opset_imports=versions, ir_version=IR_VERSION).SerializeToString())


@torch.no_grad()
def modulations(network: Network, log_level: float) -> list[tuple[Tensor, ...]]:
    """At a fixed level: of each block, (width,) each: shift, scale and gate of attention, then of the MLP."""
    angles = log_level * network.frequencies
    level = network.level_out(silu(network.level_in(torch.cat([angles.cos(), angles.sin()])))).unflatten(-1, (6, -1))
    return [(level + block.modulation).unbind(0) for block in network.blocks if isinstance(block, Block)]


def _norm(graph: _Graph, x: str, added: str | None, scale: Tensor, shift: Tensor) -> tuple[str, str]:
    """x with what is added to it, and that normed."""
    total = x if added is None else graph.one("Add", x, added)  # the fused operator of sum and norm is slower
    constants = graph.constant(scale), graph.constant(shift)
    return total, graph.one("LayerNormalization", total, *constants, axis=-1, epsilon=EPSILON)


def _attend(
    graph: _Graph, x: str, block: Block, gate: Tensor, tables: tuple[str, str, str], frames: int
) -> str:
    """Attention of rows (B frames, width), gated: queries and keys are turned together, as heads of one tensor."""
    width = block.out.weight.shape[0]
    qkv = graph.inner(x, block.qkv.weight, block.qkv.bias)
    windows = graph.one("Reshape", qkv, graph.constant([-1, frames, 3 * width]))
    to_turn, values = graph.add("Split", windows, graph.constant([2 * width, width]), outputs=2, axis=2)
    both = graph.one("RotaryEmbedding", to_turn, *tables, num_heads=2 * block.heads)
    queries, keys = graph.add("Split", both, graph.constant([width, width]), outputs=2, axis=2)
    heard = graph.one("MultiHeadAttention", queries, keys, values, num_heads=block.heads, scale=block.scale)
    rows = graph.one("Reshape", heard, graph.constant([-1, width]))
    return graph.inner(rows, gate[:, None] * block.out.weight, gate * block.out.bias)
