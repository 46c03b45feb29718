"""The steps of a function of tensors, noted while it runs once.

Steps whose outcome depends on the sources are noted, as torch's operators with their arguments; what is the same
whenever they are repeated is a constant, and a view of what is there already is no step. The tensors' own memory says
who is a part of whom.
"""
from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

MADE_ANEW = {"new_zeros", "new_ones", "new_full", "new_empty", "zeros_like", "ones_like", "full_like", "empty_like",
             "detach_"}
OUTSIDE = "outside"
_tape: ContextVar[Tape | None] = ContextVar("tape", default=None)
_PRODUCTS = (torch.matmul, Tensor.matmul, Tensor.__matmul__)


@dataclass(frozen=True)
class Step:
    """What was done, with what, and what came of it."""

    name: str  # of torch's operator
    function: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    outcome: Any

    @property
    def written(self) -> list[Tensor]:
        """What is filled when it is repeated."""
        return list(tensors_of(self.outcome))

    @property
    def read(self) -> list[Tensor]:
        return list(tensors_of((self.args, self.kwargs)))


class Tape(TorchDispatchMode):
    """Notes steps while it is entered."""

    def __init__(self, sources: Iterable[Tensor]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.steps: list[Step] = []
        self.changing = {place_of(source) for source in sources}  # memory that holds something else whenever repeated
        self._kept: list[Any] = []  # outcomes that are no steps' too: so that no other gets their memory
        self.asleep = False
        self._functions = _Functions(self)

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        """Not to be wrapped by a compiler that takes seconds to load, and is not used here."""
        return False

    def __enter__(self) -> Tape:
        self._token = _tape.set(self)
        super().__enter__()  # type: ignore[no-untyped-call]
        self._functions.__enter__()  # type: ignore[no-untyped-call]
        return self

    def __exit__(self, *error: Any) -> None:
        self._functions.__exit__(*error)  # type: ignore[no-untyped-call]
        super().__exit__(*error)  # type: ignore[no-untyped-call]
        _tape.reset(self._token)

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        kwargs = kwargs or {}
        name = func._schema.name.partition("::")[2]
        if self.asleep or name in MADE_ANEW:
            return self._keep(func(*args, **kwargs))
        return self.note(name, func, args, kwargs, func._schema.is_mutable)

    def note(
        self, name: str, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any],
        in_place: bool = False,
    ) -> Any:
        """What a function makes of its arguments."""
        if in_place and place_of(args[0]) not in self.changing:
            self._restore(args[0])
        outcome = self._keep(self._quietly(function, args, kwargs))
        places = {place_of(each) for each in tensors_of((args, kwargs))}
        made = {place_of(each) for each in tensors_of(outcome)}
        if in_place or (self.changing & places and not made <= places):
            self.changing |= made
            self.steps.append(Step(name, function, args, kwargs, outcome))
        return outcome

    def _restore(self, value: Tensor) -> None:
        """What is written to, and was a constant before, is that constant first whenever this is repeated."""
        before = self._quietly(torch.clone, (value,), {})
        self.changing.add(place_of(value))
        self.steps.append(Step("copy_", Tensor.copy_, (value, before), {}, value))

    def _quietly(self, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        self.asleep = True
        try:
            return function(*args, **kwargs)
        finally:
            self.asleep = False

    def _keep(self, outcome: Any) -> Any:
        self._kept.append(outcome)
        return outcome


def noted(name: str, function: Callable[..., Any], *args: Any) -> Any:
    """What a function makes of its arguments, as one step of that name for whoever records."""
    tape = _tape.get()
    return function(*args) if tape is None else tape.note(name, function, args, {})


def outside(function: Callable[..., Tensor], *args: Tensor) -> Tensor:
    """What a function says that is no step of the maths; whoever repeats the steps calls it as it is."""
    told: Tensor = noted(OUTSIDE, function, *args)
    return told


class _Functions(TorchFunctionMode):
    """Products of matrices, before torch takes them apart."""

    def __init__(self, tape: Tape) -> None:
        super().__init__()
        self._tape = tape

    def __torch_function__(
        self, func: Callable[..., Any], types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        if func in _PRODUCTS and args[0].dim() > 1 < args[1].dim() and not self._tape.asleep:
            return self._tape.note("matmul", _product, args, {})
        return func(*args, **(kwargs or {}))


def _product(one: Tensor, other: Tensor) -> Tensor:
    return torch.matmul(one, other).contiguous()


def place_of(value: Tensor) -> int:
    """Which memory it is a part of."""
    return value.untyped_storage().data_ptr()


def tensors_of(value: Any) -> Iterator[Tensor]:
    """All in nested arguments that have numbers."""
    if isinstance(value, Tensor):
        if value.numel():
            yield value
    elif isinstance(value, dict):
        yield from tensors_of(list(value.values()))
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for each in value:
            yield from tensors_of(each)
