"""Hands that look exchanged are one line: throughout, for a while, or not at all."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from bridge.engine.swapped import swap_evidence, swap_warning
from bridge.engine.tensors import body_of, readings_of
from bridge.frames import JOINT_INDEX, Motion, Session, Setup, Skeleton, Tracker
from bridge.simulate import as_session, simulate_trackers
from models import swap


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


def test_it_is_what_the_solver_sees(swaying: Callable[..., Motion]) -> None:
    """With another body, trackers worn askew, hands exchanged for a while, and readings that are not there."""
    rng = np.random.default_rng(2)
    askew = [Tracker(JOINT_INDEX[name], rng.normal(0, 0.05, 3).astype("f4"), turn / np.linalg.norm(turn))
             for name in ("R_wrist", "pelvis", "head", "L_wrist") for turn in [rng.normal(size=4).astype("f4")]]
    setup = Setup(Skeleton(np.float32(0.9) * Setup().skeleton.offsets_m), tuple(askew))
    clip = simulate_trackers(swaying(seconds=5), setup, seed=3)
    for column, (first, last) in enumerate(((20, 40), (0, 9), (100, 130), (250, 300))):
        clip.position_valid[first:last, column] = False
        clip.rotation_valid[first + 5 : last + 5, column] = False
        clip.positions_m[first:last, column] = np.nan
    clip.positions_m[180:240] = clip.positions_m[180:240][:, [3, 1, 2, 0]]
    expected = swap.swap_evidence(body_of(setup), readings_of(clip)).numpy()
    assert np.abs(expected).max() > 1 and (expected == 0).any()
    np.testing.assert_allclose(swap_evidence(setup, clip), expected, atol=2e-4)
    none = replace(setup, trackers=setup.trackers[:3])
    assert not swap_evidence(none, simulate_trackers(swaying(seconds=1), none, seed=0)).any()
