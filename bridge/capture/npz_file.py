"""Open a NumPy archive somebody else wrote: no pickles, and one clear error for whatever is wrong with it."""
from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bridge.errors import InputInvalid, InputMissing, NotFinite

Arrays = dict[str, NDArray[Any]]
BROKEN = (zipfile.BadZipFile, zlib.error, ValueError, EOFError, OSError, KeyError)


def npz_keys(path: Path) -> frozenset[str]:
    """Names of the arrays in the archive, without reading them. Raises InputMissing or InputInvalid."""
    if not path.is_file():
        raise InputMissing(f"{path}: no such file")
    try:
        with zipfile.ZipFile(path) as archive:
            return frozenset(name.removesuffix(".npy") for name in archive.namelist())
    except BROKEN as error:
        raise InputInvalid(f"{path}: not a NumPy .npz archive ({error})") from error


def read_arrays(path: Path, names: Iterable[str]) -> Arrays:
    """The named arrays. Raises InputMissing, or InputInvalid where the archive lacks one or is damaged."""
    missing = sorted(set(names := tuple(names)) - npz_keys(path))
    if missing:
        raise InputInvalid(f"{path}: lacks {', '.join(missing)}")
    try:
        with np.load(path, allow_pickle=False) as archive:
            return {name: archive[name] for name in names}
    except BROKEN as error:
        raise InputInvalid(f"{path}: damaged archive ({error})") from error


def require_finite(path: Path, name: str, values: NDArray[Any]) -> None:
    """Raise NotFinite, naming the first offending row, unless every value is a number."""
    if np.isfinite(values).all():
        return
    row = int(np.argwhere(~np.isfinite(values))[0][0])
    raise NotFinite(f"{path}: {name} holds NaN or infinity, first in row {row} of {len(values)}")
