"""The quickest way to run a trained network where it is, with no compiler on the user's machine.

On a CPU that is ONNX Runtime: it fuses what torch runs as some three hundred small steps, and in float32 it is twice
as fast as torch in bfloat16 (measured by tests/benchmarks/solver_speed.py). The graph is made from the weights when
they are loaded, so there is one file of weights and any trained prior will do. It has no gradients.
"""
from __future__ import annotations

import tempfile
import warnings
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from torch import Tensor

from models.prior.network import Network
from models.prior.precision import Forward, differentiable_forward

INPUTS = ("motion", "condition", "log_level")


def fast_forward(network: Network) -> Forward:
    """The network as a function of CPU tensors, without gradients: (B, frames, 132), (B, frames, C), (B,) -> motion."""
    if next(network.parameters()).device.type != "cpu":
        return differentiable_forward(network)
    session = onnxruntime.InferenceSession(to_onnx(network), _options(), providers=["CPUExecutionProvider"])

    def forward(*values: Tensor) -> Tensor:
        feeds = {name: value.numpy() for name, value in zip(INPUTS, values, strict=True)}
        (motion,) = session.run(None, feeds)
        return torch.from_numpy(np.asarray(motion))

    return forward


def to_onnx(network: Network) -> bytes:
    """The network as an ONNX graph with a free batch size."""
    config = network.config
    like = next(network.parameters())
    example = (
        like.new_zeros(2, config.frames, config.motion), like.new_zeros(2, config.frames, config.condition),
        like.new_zeros(2),
    )
    with warnings.catch_warnings(), tempfile.TemporaryDirectory() as folder:
        warnings.simplefilter("ignore")  # the exporter warns of its own successor, which needs more packages
        graph = Path(folder) / "network.onnx"
        torch.onnx.export(
            network, example, graph, dynamo=False, input_names=list(INPUTS), output_names=["x0"],
            dynamic_axes={name: {0: "batch"} for name in (*INPUTS, "x0")}, opset_version=17,
        )
        return graph.read_bytes()


def _options() -> onnxruntime.SessionOptions:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # the sockets need the cores too
    return options
