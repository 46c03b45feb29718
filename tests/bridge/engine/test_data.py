"""Motion archives as clips at 60 Hz, by split."""
from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from bridge.engine.data import load_clips
from bridge.errors import InputInvalid


def test_clips_are_at_60_hz_and_know_their_source(small_archive: Callable[..., Path]) -> None:
    clips = load_clips([small_archive(clips=4, rate_hz=30.0, seconds=2.0)], split=0)
    assert [len(clip.root) for clip in clips] == [119] * 4
    assert {clip.source for clip in clips} == {"archive"}
    torch.testing.assert_close(clips[0].local_xyzw.norm(dim=-1), torch.ones(119, 22))


def test_a_split_is_kept_apart(small_archive: Callable[..., Path]) -> None:
    archive = small_archive(clips=5, splits=(0, 1, 2, 2, 0))
    assert [len(load_clips([archive], split)) for split in range(3)] == [2, 1, 2]
    with pytest.raises(InputInvalid, match="no clip of that split"):
        load_clips([small_archive(clips=1, splits=(0,))], split=2)


def test_a_limit_is_spread_evenly_over_each_file(small_archive: Callable[..., Path]) -> None:
    archive = small_archive(clips=9)
    told: list[tuple[int, int]] = []
    every = load_clips([archive], 0)
    some = load_clips([archive, archive], 0, limit=3, progress=lambda done, total: told.append((done, total)))
    starts = [clip.root[0, 0].item() for clip in every]
    assert [starts.index(clip.root[0, 0].item()) for clip in some] == [1, 4, 7, 1, 4, 7]
    assert told == [(0, 2), (1, 2)]
