"""What a batch is of: sessions from files, folders and manifests, each with a name of its own among all."""
from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bridge.capture.suffixes import SESSION_SUFFIXES
from bridge.errors import InputMissing, UsageError
from bridge.export.names import distinct, plain_name, result_name
from bridge.farm.frame_range import FrameRange

KEYS = {"source": str, "name": str, "body": str, "frames": str}


@dataclass(frozen=True)
class Take:
    """One row of a batch. `name`: of its results; empty until `named`. `frames` None: all."""

    source: Path
    name: str = ""
    body: Path | None = None
    frames: FrameRange | None = None


def takes_of(inputs: Sequence[Path], manifest: Path | None, usual: Take) -> list[Take]:
    """All that is asked for, with what a row leaves open as in `usual`. Raises UsageError, InputMissing."""
    found = [replace(usual, source=file) for given in inputs for file in _files(given)]
    found += _rows(manifest, usual) if manifest else []
    if not found:
        raise UsageError("nothing to solve: name session files, folders of them, or a --manifest")
    return named(found)


def named(takes: Sequence[Take]) -> list[Take]:
    """Each with a name that no other has; one asked for stays. Raises UsageError if two ask for the same."""
    wanted = [take.name or _label(result_name(take.source), take) for take in takes]
    asked = [take.name for take in takes if take.name]
    twice = sorted({name for name in asked if asked.count(name) > 1})
    if twice:
        raise UsageError(f"two rows of the manifest are named {twice[0]}")
    order = sorted(range(len(takes)), key=lambda number: not takes[number].name)
    names = dict(zip(order, distinct([wanted[number] for number in order]), strict=True))
    return [replace(take, name=names[number]) for number, take in enumerate(takes)]


def shard(takes: list[Take], part: str) -> list[Take]:
    """Every n-th take: "2/5" is the second of five machines' share. Raises UsageError."""
    first, slash, count = part.partition("/")
    if not (slash and first.isdecimal() and count.isdecimal() and 1 <= int(first) <= int(count)):
        raise UsageError(f"--shard {part}: a share is i/n with i from 1 to n, as 2/5")
    return takes[int(first) - 1::int(count)]


def _label(name: str, take: Take) -> str:
    return f"{name}.{take.frames.label}" if take.frames else name


def _files(given: Path) -> Iterable[Path]:
    """A file as it is, there or not: that is its own row's error."""
    if not given.is_dir():
        return [given]
    inside = sorted(path for path in given.iterdir() if path.suffix.lower() in SESSION_SUFFIXES and path.is_file())
    if not inside:
        raise InputMissing(f"{given}: no {', '.join(SESSION_SUFFIXES)} in this folder")
    return inside


def _rows(manifest: Path, usual: Take) -> list[Take]:
    if not manifest.is_file():
        raise InputMissing(f"{manifest}: no such file")
    try:
        rows = json.loads(manifest.read_text(encoding="utf-8"))
    except ValueError as error:
        raise UsageError(f"{manifest}: not JSON: {error}") from None
    if not isinstance(rows, list):
        raise UsageError(f"{manifest}: a manifest is a list of rows, got {type(rows).__name__}")
    return [_take(f"{manifest}, row {number}", row, manifest.parent, usual) for number, row in enumerate(rows, start=1)]


def _take(where: str, row: Any, folder: Path, usual: Take) -> Take:
    if not isinstance(row, dict) or "source" not in row:
        raise UsageError(f'{where}: a row is an object with a "source"')
    for key, value in row.items():
        if key not in KEYS or not isinstance(value, str) or not value:
            raise UsageError(f"{where}: {key} is {value!r}; allowed are the texts {', '.join(KEYS)}")
    return Take(
        folder / row["source"], plain_name(row["name"]) if "name" in row else "",
        folder / row["body"] if "body" in row else usual.body,
        FrameRange.parse(row["frames"]) if "frames" in row else usual.frames,
    )
