"""Where results go: the folder asked for."""
from __future__ import annotations

from pathlib import Path

from bridge.errors import UsageError


def make_folder(folder: Path) -> Path:
    """The folder, made if need be; UsageError if a file is in its place."""
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file; --out must be a folder")
    folder.mkdir(parents=True, exist_ok=True)
    return folder
