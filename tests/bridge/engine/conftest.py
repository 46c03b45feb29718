"""A motion archive small enough to train and evaluate on in a test; torch's threads are put back after each."""
from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
import torch

from bridge.frames import Motion


@pytest.fixture
def small_archive(tmp_path: Path, swaying: Callable[..., Motion]) -> Callable[..., Path]:
    """small_archive(clips, rate_hz, seconds, splits, called): clips that differ in where they start along X."""

    def write(
        clips: int = 3, rate_hz: float = 60.0, seconds: float = 2.0, splits: Sequence[int] | None = None,
        called: str = "clip",
    ) -> Path:
        motion = swaying(rate_hz, seconds)
        frames = len(motion)
        wxyz = np.round(motion.local_xyzw[..., [3, 0, 1, 2]] * 32767).astype(np.int16)
        away = np.repeat(np.arange(clips, dtype=np.float32), frames)[:, None] * np.array([1, 0, 0], np.float32)
        names = np.array([f"{called}{number}" for number in range(clips)])
        path = tmp_path / "archive.npz"
        np.savez(
            path, quat=np.tile(wxyz, (clips, 1, 1)), trans=np.tile(motion.root_position_m, (clips, 1)) + away,
            offsets=motion.skeleton.offsets_m[None], clip_start=np.arange(clips, dtype=np.int32) * frames,
            clip_len=np.full(clips, frames, np.int32), clip_skeleton=np.zeros(clips, np.int16),
            fps=np.full(clips, rate_hz, np.float32), clip_name=names, clip_subject=names, clip_style=names,
            split=np.array(splits if splits is not None else [0] * clips, np.int8),
        )
        return path

    return write


@pytest.fixture(autouse=True)
def threads() -> Iterator[None]:
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)
