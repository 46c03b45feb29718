"""Which takes a batch is of and where each result goes: decided before anything starts, without Blender.

A take is a session (.mcap, .csv), which is solved first, or a solved motion (.npz). A folder stands for all of these
that lie in it. A manifest is a JSON list of rows, with paths from its own folder on:

    [{"source": "takes/walk.mcap", "armature": "Hero", "out": "shots/walk.blend"}, ...]
"""
from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

SESSIONS, MOTIONS = (".mcap", ".csv"), (".npz",)
RESULTS = (".blend", ".glb", ".fbx")  # the open file; the character alone
FIELDS = ("name", "folder", "rig", "number")  # of an output pattern
KEYS: dict[str, type] = {"source": str, "out": str, "armature": str, "action": str, "bone_map": str, "first_frame": int}
PATHS = ("source", "out", "bone_map")


class BatchError(ValueError):
    """A batch that cannot be begun; one line for the user."""


@dataclass(frozen=True)
class Take:
    """One row of a batch. `armature` None: the file's only one. `action` None: as the source is called."""

    source: Path
    out: Path | None = None
    armature: str | None = None
    action: str | None = None
    bone_map: Path | None = None
    first_frame: int = 1
    solve: bool | None = None  # whether it is a session; None: by its name

    @property
    def is_session(self) -> bool:
        return self.source.suffix.lower() in SESSIONS if self.solve is None else self.solve


def takes_of(inputs: Sequence[Path], manifest: Path | None, usual: Take) -> list[Take]:
    """All that is asked for, with what a row leaves open as in `usual`. Raises BatchError, FileNotFoundError."""
    found = [replace(usual, source=file) for given in inputs for file in _files(given)]
    found += _rows(manifest, usual) if manifest else []
    if not found:
        raise BatchError("nothing to do: name session files, folders of them, or a --manifest")
    odd = [take.source.name for take in found if take.source.suffix.lower() not in SESSIONS + MOTIONS]
    if odd:
        raise BatchError(f"{odd[0]} is no take: a take ends in {', '.join(SESSIONS + MOTIONS)}")
    return found


def placed(takes: Iterable[Take], pattern: str | None, rig: Path) -> list[Take]:
    """With every result's place. Raises BatchError: no place, a wrong pattern, or two results in one place."""
    done = [take if take.out else replace(take, out=_place(take, number, pattern, rig))
            for number, take in enumerate(takes, start=1)]
    owners: dict[Path, Path] = {rig.resolve(): rig}
    for take in done:
        assert take.out is not None
        other = owners.setdefault(take.out.resolve(), take.source)
        if take.out.resolve() == rig.resolve():
            raise BatchError(f"{take.out} is the open file itself: --out must lead elsewhere")
        if other is not take.source:
            raise BatchError(f"{other} and {take.source} would both become {take.out}: "
                             "put {folder} or {number} into --out")
    return done


def shard(takes: list[Take], part: str) -> list[Take]:
    """Every n-th take: "2/5" is the second of five machines' share. Raises BatchError."""
    first, slash, count = part.partition("/")
    if not (slash and first.isdigit() and count.isdigit() and 1 <= int(first) <= int(count)):
        raise BatchError(f"--shard {part}: a share is i/n with i from 1 to n, as 2/5")
    return takes[int(first) - 1::int(count)]


def _files(given: Path) -> list[Path]:
    """A file as it is, there or not: that is its own row's error."""
    if not given.is_dir():
        return [given]
    inside = sorted(path for path in given.iterdir() if path.suffix.lower() in SESSIONS + MOTIONS and path.is_file())
    if not inside:
        raise FileNotFoundError(f"{given}: no {', '.join(SESSIONS + MOTIONS)} in this folder")
    return inside


def _rows(manifest: Path, usual: Take) -> list[Take]:
    if not manifest.is_file():
        raise FileNotFoundError(f"{manifest}: there is no such file")
    try:
        rows = json.loads(manifest.read_text(encoding="utf-8"))
    except ValueError as error:
        raise BatchError(f"{manifest}: not JSON: {error}") from None
    if not isinstance(rows, list):
        raise BatchError(f"{manifest}: a manifest is a list of rows, got {type(rows).__name__}")
    return [_take(f"{manifest}, row {number}", row, manifest.parent, usual) for number, row in enumerate(rows, start=1)]


def _take(where: str, row: Any, folder: Path, usual: Take) -> Take:
    if not isinstance(row, dict) or "source" not in row:
        raise BatchError(f'{where}: a row is an object with a "source"')
    for key, value in row.items():
        kind = KEYS.get(key)
        if kind is None or not isinstance(value, kind) or isinstance(value, bool):
            raise BatchError(f"{where}: {key} is {value!r}; allowed are "
                             f"{', '.join(f'{name} ({kind.__name__})' for name, kind in KEYS.items())}")
    return replace(usual, **{key: folder / value if key in PATHS else value for key, value in row.items()})


def _place(take: Take, number: int, pattern: str | None, rig: Path) -> Path:
    if pattern is None:
        raise BatchError(f"{take.source}: no place for its result: give --out, or an out in its row")
    fields = {"name": take.source.stem, "folder": take.source.absolute().parent.name, "rig": rig.stem, "number": number}
    try:
        name = pattern.format(**fields)
        return Path(name if name.endswith(RESULTS) else f"{name}.blend")
    except (KeyError, IndexError, ValueError, AttributeError):
        allowed = ", ".join(f"{{{name}}}" for name in FIELDS)
        raise BatchError(f"--out {pattern}: a pattern may hold {allowed}") from None
