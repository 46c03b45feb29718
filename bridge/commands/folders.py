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


def result_name(file: Path) -> str:
    """What the results of an input are called: its stem and, of an archive (`archive.npz#clip`), the clip."""
    name, _, clip = file.name.partition("#")
    return plain_name("-".join(filter(None, [Path(name).stem, clip])))


def plain_name(text: str) -> str:
    """Only what may stand in a file's name on any system; no folders."""
    return "".join(one if one.isalnum() or one in "-_." else "_" for one in text)


def distinct(wanted: list[str]) -> list[str]:
    """The names, with a number where an earlier one is the same."""
    names: list[str] = []
    for plain in wanted:
        name, number = plain, 2
        while name in names:
            name, number = f"{plain}-{number}", number + 1
        names.append(name)
    return names
