"""What lift, complete, inbetween, clean and generate work with: the prior, loaded once the first file needs it, and who
hears how far they are."""
from __future__ import annotations

import argparse
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bridge.commands.console import OnShare, progress_argument, sharing
from bridge.errors import UsageError

if TYPE_CHECKING:
    from bridge.engine.lift import Lifter
    from bridge.engine.mending import Mender

Sharing = Callable[[str], AbstractContextManager[OnShare]]  # of what is being done


class Workshop:
    """One prior on one device."""

    def __init__(
        self, weights: Path | None = None, device: str = "cpu", threads: int = 2, share: Sharing = sharing
    ) -> None:
        self._weights, self._device, self._threads, self.sharing = weights, device, threads, share
        self._mender: Mender | None = None
        self._lifter: Lifter | None = None

    def mender(self) -> Mender:
        """Raises ModelMissing, DeviceFailed."""
        if self._mender is None:
            from bridge.engine.mending import Mender

            self._mender = Mender(self._weights, self._device, self._threads)
        return self._mender

    def lifter(self) -> Lifter:
        """Raises ModelMissing, DeviceFailed."""
        if self._lifter is None:
            from bridge.engine.lift import load_lifter

            self._lifter = load_lifter(self._weights, self._device, self._threads)
        return self._lifter


def arguments(group: argparse._ArgumentGroup) -> None:
    """Where a command works that does it by itself; a daemon has a place of its own."""
    group.add_argument("--weights", type=Path, metavar="FILE", help="a prior of your own instead of the shipped one")
    group.add_argument("--device", default="cpu", metavar="NAME", help="auto, cpu, cuda or cuda:N")
    group.add_argument("--threads", type=int, default=2, metavar="N", help="CPU threads")
    progress_argument(group)


def workshop_of(args: argparse.Namespace) -> Workshop:
    """Raises UsageError."""
    if args.threads < 1:
        raise UsageError(f"--threads {args.threads}: there must be one or more")
    return Workshop(args.weights, args.device, args.threads, partial(sharing, kind=args.progress))
