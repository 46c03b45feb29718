"""One door for every file with motion or readings in it: by suffix and content to the reader that knows the format."""
from __future__ import annotations

from pathlib import Path

from bridge.capture.motion_npz import is_archive, read_archive
from bridge.capture.npz_file import npz_keys
from bridge.errors import InputInvalid
from bridge.frames import Motion


def load_motions(path: Path, split: int | None = None) -> list[Motion]:
    """Every clip of a motion archive (of one split: 0 train, 1 validation, 2 test).

    Raises InputMissing, InputInvalid, NotFinite.
    """
    if is_archive(npz_keys(path)):
        return read_archive(path, lambda name, clip_split: split is None or clip_split == split)
    raise InputInvalid(f"{path}: not a motion archive")
