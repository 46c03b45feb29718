"""Memory that is free, back to the system: the C library keeps it for what comes next, which may be nothing."""
from __future__ import annotations

import ctypes
import sys
from functools import lru_cache
from typing import Any

LONG = 20_000  # frames of a clip after which it is worth the millisecond


def give_back(frames: int) -> None:
    """After work on so many frames; nothing happens after few, or where the C library is not GNU's."""
    trim = _trim() if frames >= LONG else None
    if trim is not None:
        trim(0)


@lru_cache(maxsize=1)
def _trim() -> Any:
    return getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
