"""The quickest way to run a trained network where it is, with no compiler on the user's machine.

On a CPU that is ONNX Runtime: it fuses what torch runs as some three hundred small steps, and in float32 it is twice
as fast as torch in bfloat16 (measured by tests/benchmarks/solver_speed.py). The graph is made from the weights when
they are loaded, so there is one file of weights and any trained prior will do. It has no gradients. A prior is asked at
one noise level again and again, and has a graph of its own for it (graph.py): another quarter less.

Integers of eight bits take half the time again and err no more, but their rounding trembles more than people do: with
fixed, evened-out steps (SmoothQuant) the jitter of live answers on validation clips rose from 252 to 570 m/s^3; that of
the truth is 480. So live frames do without. A whole sequence is answered by several windows at each frame and smoothed:
there nothing is left of it (rough_forward; 61 validation clips: 3.774 cm for 3.770, jitter 71 m/s^3 either way).
"""
from __future__ import annotations

import tempfile
import warnings
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from models.prior.graph import CHOSEN, INPUTS, graph_at
from models.prior.network import Network
from models.prior.precision import Forward, differentiable_forward

USUAL_LEVELS = 2  # each has its own copy of the weights
ChosenForward = Callable[[Tensor, float, NDArray[np.int64]], Tensor]


def fast_forward(network: Network) -> Forward:
    """The network as a function of CPU tensors, without gradients: (B, frames, 132), (B, frames, C), (B,) -> motion.

    As the network itself, it may be told more than it was trained to hear.
    """
    if next(network.parameters()).device.type != "cpu":
        return differentiable_forward(network)
    return _AtLevels(network, graph_at)


def rough_forward(network: Network) -> Forward:
    """The same of CPU tensors in bytes, where it may tremble; see `multiplies_bytes`."""
    return _AtLevels(network, partial(graph_at, in_bytes=True))


def chosen_forward(network: Network, count: int) -> ChosenForward | None:
    """The network on a CPU as a function of so many frames of each window, from nothing: condition (B, count, C), one
    log noise level, which frames (B, count). None elsewhere."""
    if next(network.parameters()).device.type != "cpu":
        return None
    session_at = cache(lambda level: _session(graph_at(network, level, chosen=count)))

    def forward(condition: Tensor, log_level: float, chosen: NDArray[np.int64]) -> Tensor:
        condition = condition[..., : network.config.condition]
        nothing = np.zeros((*chosen.shape, network.config.motion), np.float32)
        feeds = {**dict(zip(INPUTS, (nothing, condition.numpy()), strict=True)), CHOSEN: chosen}
        (answer,) = session_at(log_level).run(None, feeds)
        return torch.from_numpy(np.asarray(answer))

    return forward


class _AtLevels:
    """Graphs for the noise levels that are asked for first, and one for all others, made when they are needed."""

    def __init__(self, network: Network, graph_of: Callable[[Network, float], bytes]) -> None:
        self._network, self._config, self._graph_of = network, network.config, graph_of
        self._usual: dict[float, onnxruntime.InferenceSession] = {}
        self._any: Callable[..., Tensor] | None = None

    def __call__(self, motion: Tensor, condition: Tensor, log_level: Tensor) -> Tensor:
        condition, levels = condition[..., : self._config.condition], set(log_level.tolist())
        session = self._at(levels.pop()) if len(levels) == 1 else None
        if session is None:
            return self._at_any(motion, condition, log_level)
        (answer,) = session.run(None, dict(zip(INPUTS, (motion.numpy(), condition.numpy()), strict=True)))
        return torch.from_numpy(np.asarray(answer))

    def _at(self, level: float) -> onnxruntime.InferenceSession | None:
        if level not in self._usual and len(self._usual) < USUAL_LEVELS:
            self._usual[level] = _session(self._graph_of(self._network, level))
        return self._usual.get(level)

    def _at_any(self, *inputs: Tensor) -> Tensor:
        config = self._config
        if self._any is None:
            shapes = (config.frames, config.motion), (config.frames, config.condition), ()
            self._any = fast_function(self._network, *shapes)
        return self._any(*inputs)


def fast_function(network: nn.Module, *shapes: tuple[int, ...]) -> Callable[..., Tensor]:
    """Any network as a function of CPU tensors, without gradients; the shapes of its inputs without their batch."""
    if next(network.parameters()).device.type != "cpu":
        return differentiable_forward(network)
    session, names = _session(to_onnx(network, shapes)), _names(shapes)

    def forward(*values: Tensor) -> Tensor:
        feeds = {name: value.numpy() for name, value in zip(names, values, strict=True)}
        (answer,) = session.run(None, feeds)
        return torch.from_numpy(np.asarray(answer))

    return forward


def to_onnx(network: nn.Module, shapes: tuple[tuple[int, ...], ...]) -> bytes:
    """The network as an ONNX graph with a free batch size."""
    like, names = next(network.parameters()), _names(shapes)
    example = tuple(like.new_zeros(2, *shape) for shape in shapes)
    with warnings.catch_warnings(), tempfile.TemporaryDirectory() as folder:
        warnings.simplefilter("ignore")  # the exporter warns of its own successor, which needs more packages
        graph = Path(folder) / "network.onnx"
        torch.onnx.export(
            network, example, graph, dynamo=False, input_names=names, output_names=["answer"],
            dynamic_axes={name: {0: "batch"} for name in (*names, "answer")}, opset_version=17,
        )
        return graph.read_bytes()


def _names(shapes: tuple[tuple[int, ...], ...]) -> list[str]:
    return [f"input{place}" for place in range(len(shapes))]


def _session(graph: bytes) -> onnxruntime.InferenceSession:
    return onnxruntime.InferenceSession(graph, _options(), providers=["CPUExecutionProvider"])


def _options() -> onnxruntime.SessionOptions:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # the sockets need the cores too
    return options
