"""Where results go: the folder asked for, and a name for each input's."""
from __future__ import annotations

from pathlib import Path

from bridge.errors import UsageError


def make_folder(folder: Path) -> Path:
    """The folder, made if need be; UsageError if a file is in its place."""
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file; --out must be a folder")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def distinct_names(files: list[Path]) -> list[str]:
    """A name for each file's outputs: its stem, with a number where an earlier one has it."""
    names: list[str] = []
    for file in files:
        name, number = file.stem, 2
        while name in names:
            name, number = f"{file.stem}-{number}", number + 1
        names.append(name)
    return names
