"""A GPU that is none: tensors "on" it lie on the CPU and are marked, and whatever mixes them with others is refused,
as a GPU refuses it. Finds constants and random numbers that were made on the wrong device, where no GPU is at hand.
"""
from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode

CPU, GPU = torch.device("cpu"), torch.device("cuda")
INDEXING = (Tensor.__getitem__, Tensor.__setitem__)  # a GPU takes an index from the CPU
ARRIVING = (Tensor.cpu, Tensor.numpy, Tensor.tolist, Tensor.item, Tensor.__bool__, Tensor.__float__, Tensor.__int__)
MOVING = (Tensor.to, Tensor.cpu)


class PretendGenerator(torch.Generator):
    """torch.Generator("cuda")."""

    @property
    def device(self) -> torch.device:
        return GPU


class PretendGpu(TorchFunctionMode):
    """While it is entered, device="cuda" is to be had."""

    def __torch_function__(
        self, func: Callable[..., Any], types: Any, args: Sequence[Any] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        kwargs, given = dict(kwargs or {}), list(_tensors((args, kwargs)))
        marked = [tensor for tensor in given if on_gpu(tensor)]
        if getattr(func, "__self__", None) is Tensor.device:
            return GPU if marked else CPU
        if func is torch.device:
            return func(*args, **kwargs)
        there = self._goes_there(func, args, kwargs, bool(marked))
        strangers = [tuple(tensor.shape) for tensor in given if not on_gpu(tensor) and tensor.dim()]
        allowed = func is Tensor.to or (func in INDEXING and on_gpu(args[0]))
        if marked and strangers and not allowed:
            raise RuntimeError(f"{func.__name__}: tensors on both devices, {strangers} on the CPU")
        made = func(*(CPU if isinstance(part, torch.device) and part == GPU else part for part in args), **kwargs)
        if func in MOVING and there != on_gpu(given[0]):
            made = made.detach()  # one of its own: here it would be the same
        if there:
            mark(made)
        return made

    def _goes_there(
        self, func: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any], marked: bool
    ) -> bool:
        """Where the answer lies; takes what a CPU does not understand out of `kwargs`."""
        asked = kwargs.get("device")
        if asked is not None:
            kwargs["device"] = CPU
            return torch.device(asked) == GPU
        if isinstance(kwargs.get("generator"), torch.Generator) and not marked:
            return bool(kwargs["generator"].device == GPU)
        if func is Tensor.to:
            targets = [part for part in args[1:] if isinstance(part, (torch.device, str, Tensor))]
            return any(on_gpu(part) if isinstance(part, Tensor) else torch.device(part) == GPU for part in targets) or (
                marked and not targets)
        return marked and func not in ARRIVING


def mark(tree: Any) -> None:
    """Put all tensors of a tree there."""
    for tensor in _tensors(tree):
        tensor.pretends = True


def on_gpu(tensor: Tensor) -> bool:
    return getattr(tensor, "pretends", False)


def _tensors(tree: Any) -> Iterator[Tensor]:
    if isinstance(tree, Tensor):
        yield tree
    elif isinstance(tree, dict):
        yield from _tensors(list(tree.values()))
    elif isinstance(tree, (list, tuple)):
        for part in tree:
            yield from _tensors(part)
