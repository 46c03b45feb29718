"""One door for every file with motion or readings in it: by suffix and content to the reader that knows the format."""
from __future__ import annotations

from pathlib import Path

from bridge.capture.amass import RestJoints, is_amass, read_recording, read_tree
from bridge.capture.motion_npz import KEYS, is_archive, read_archive
from bridge.capture.npz_file import npz_keys
from bridge.errors import InputInvalid
from bridge.frames import Motion


def load_motions(path: Path, split: int | None = None, bodies: RestJoints | None = None) -> list[Motion]:
    """Every clip of a motion archive or of a folder of AMASS recordings (of one split: 0 train, 1 validation, 2 test).

    A single AMASS file is one clip and in whatever split is asked for. `bodies` shapes AMASS bodies; without it they
    are the neutral one. Raises InputMissing, InputInvalid, NotFinite, TooShort.
    """
    if path.is_dir():
        return list(read_tree(path, split, bodies))
    keys = npz_keys(path)
    if is_archive(keys):
        return read_archive(path, lambda name, clip_split: split is None or clip_split == split)
    if is_amass(keys):
        return [read_recording(path, bodies)]
    raise InputInvalid(f"{path}: neither a motion archive ({', '.join(KEYS[:3])}, ...) nor AMASS (poses, trans, ...)")
