"""Hands that look exchanged are one line: throughout, for a while, or not at all."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from bridge.engine.swapped import swap_warning
from bridge.frames import Motion, Session
from bridge.simulate import as_session


def exchanged(session: Session, first: int) -> Session:
    """The hands' readings change places from a frame on."""
    clip = session.clip
    parts = {}
    for name in ("positions_m", "rotations_xyzw", "position_valid", "rotation_valid"):
        rows = getattr(clip, name).copy()
        rows[first:] = rows[first:][:, [0, 2, 1]]
        parts[name] = np.ascontiguousarray(rows)
    return replace(session, clip=replace(clip, **parts))


def test_what_is_said_of_hands(swaying: Callable[..., Motion]) -> None:
    session = as_session(swaying(seconds=8))
    assert swap_warning(session) is None
    assert "throughout" in str(swap_warning(exchanged(session, 0)))
    assert "as they are" in str(swap_warning(exchanged(session, 300)))
