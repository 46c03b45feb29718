"""A tick's steps fused by torch's compiler before they are recorded: some hundreds of kernels in the place of a
thousand and a half, which pass less through memory.

It takes a minute or two, once, and needs Triton and a C compiler on the machine; so it is asked for, and where it is
not to be had steps are recorded one by one. The steps are traced for any number of rows, two or more, so that graphs of
all sizes are recordings of one compiled function.
"""
from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor
from torch._dispatch.python import enable_python_dispatcher
from torch._guards import TracingContext, tracing
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.fx import GraphModule, Node
from torch.fx.experimental.proxy_tensor import make_fx
from torch.fx.experimental.symbolic_shapes import DimDynamic, ShapeEnv, StatelessSymbolicContext

Function = Callable[..., tuple[Tensor, ...]]
Compiler = Callable[[GraphModule, list[Any]], Any]
NARROW = 9  # products of matrices over no more entries are sums of products, which fuse
aten = torch.ops.aten


def fused(function: Function, examples: Sequence[Tensor], compiler: Compiler | None = None) -> Function:
    """The same function of tensors like the examples, of any number of rows (their first axis) from two on, compiled.
    It must write to none of them. The examples' number of rows must be none of their other sizes. `compiler`: torch's,
    or another, of a graph and stand-ins for its inputs."""
    with torch.inference_mode(False), torch.no_grad():
        mode = FakeTensorMode(shape_env=ShapeEnv(), allow_non_fake_inputs=True)
        function(*(example.clone() for example in examples))  # what the maths keeps must be of numbers, not of a trace
        stand_ins = [_stand_in(mode, example.clone()) for example in examples]
        graph = _traced(function, stand_ins)
        with mode, tracing(TracingContext(mode)):
            compiled = (compiler or _compiled)(graph, stand_ins)

    def run(*values: Tensor) -> tuple[Tensor, ...]:
        with torch.no_grad():
            return tuple(compiled(*values))

    return run


def _compiled(graph: GraphModule, stand_ins: list[Any]) -> Any:
    from torch._inductor.compile_fx import compile_fx  # seconds to load

    return compile_fx(graph, stand_ins)


def _stand_in(mode: FakeTensorMode, example: Tensor) -> Any:
    sizes = [DimDynamic.DUCK, *[DimDynamic.STATIC] * (example.dim() - 1)]
    return mode.from_tensor(example, symbolic_context=StatelessSymbolicContext(dynamic_sizes=sizes))


def _traced(function: Function, stand_ins: list[Any]) -> GraphModule:
    with enable_python_dispatcher():  # for products: whose own way asks for numbers of rows
        graph: GraphModule = make_fx(function, tracing_mode="fake", _allow_non_fake_inputs=True)(*stand_ins)
    for node in list(graph.graph.nodes):
        if node.target in (aten.view.default, aten._unsafe_view.default):
            node.target = aten.reshape.default  # how arrays lie in memory is up to the compiler
        if node.target in (aten.mm.default, aten.bmm.default) and _narrow(node):
            _sum_products(graph, node)
    graph.graph.eliminate_dead_code()
    graph.recompile()
    return graph


def _narrow(product: Node) -> bool:
    count = product.args[0].meta["val"].shape[-1]  # type: ignore[union-attr]
    return isinstance(count, int) and count <= NARROW


def _sum_products(graph: GraphModule, product: Node) -> None:
    """(..., N, K) @ (..., K, M) as the sum of K products (..., N, M)."""
    one, other = product.args
    count = one.meta["val"].shape[-1]  # type: ignore[union-attr]
    with graph.graph.inserting_before(product):
        def call(target: Any, *args: Any) -> Node:
            return graph.graph.call_function(target, args)

        total = None
        for at in range(count):
            column, row = call(aten.slice.Tensor, one, -1, at, at + 1), call(aten.slice.Tensor, other, -2, at, at + 1)
            each = call(aten.mul.Tensor, column, row)
            total = each if total is None else call(aten.add.Tensor, total, each)
    product.replace_all_uses_with(total)  # type: ignore[arg-type]
    graph.graph.erase_node(product)
