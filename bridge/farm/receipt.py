"""What results were made of, in a file beside them (NAME.solved.json): the same again need not be made again.

It is written when all results are there and removed before any of them changes, so whoever is killed in between leaves
whole files that are made anew.
"""
from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from bridge.errors import InputMissing
from bridge.export.atomic import replacing

SCHEMA = 1
ENDING = ".solved.json"
Parts = dict[str, Any]  # what results depend on; JSON
About = dict[str, Any]  # what is known of them beside that; JSON


def receipt_path(folder: Path, name: str) -> Path:
    return folder / f"{name}{ENDING}"


def sha256_of(path: Path) -> str:
    """Of a file's bytes, read once while it stays as it is. InputMissing if it is not there or not to be read."""
    try:
        about = path.stat()
        return _sha256(path, about.st_size, about.st_mtime_ns)
    except FileNotFoundError:
        raise InputMissing(f"{path}: no such file") from None
    except OSError as error:
        raise InputMissing(f"{path}: cannot be read: {error.strerror}") from error


def sha256_of_session(path: Path) -> str:
    """Of `archive.npz#clip` the archive's."""
    name, mark, _ = path.name.partition("#")
    return sha256_of(path.with_name(name) if mark and not path.exists() else path)


def digest_of(parts: Parts) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def read_receipt(folder: Path, name: str) -> dict[str, Any] | None:
    """None if there is none, or it does not fit the results that are there."""
    try:
        kept = json.loads(receipt_path(folder, name).read_text(encoding="utf-8"))
        there = all((folder / one["name"]).stat().st_size == one["size"] for one in kept["outputs"])
        return kept if there and kept["schema"] == SCHEMA and isinstance(kept["parts"], dict) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def what_changed(kept: dict[str, Any] | None, parts: Parts) -> str | None:
    """Why results must be made, as words; None: they are there, and made of these parts."""
    if kept is None:
        return "not made yet"
    if kept.get("hash") == digest_of(parts):
        return None
    other = sorted(name for name in {*parts, *kept["parts"]} if kept["parts"].get(name) != parts.get(name))
    return f"another {', '.join(other)}" if other else "its receipt is not whole"


def write_receipt(folder: Path, name: str, parts: Parts, outputs: Iterable[Path], about: About) -> None:
    told = {
        "schema": SCHEMA, "hash": digest_of(parts), "parts": parts, "about": about,
        "outputs": [{"name": path.name, "size": path.stat().st_size, "sha256": sha256_of(path)} for path in outputs],
    }
    with replacing(receipt_path(folder, name)) as unfinished:
        unfinished.write_text(json.dumps(told, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def begin_anew(folder: Path, name: str) -> None:
    """Before results change: their receipt goes, and what a killed process left half written of them."""
    receipt_path(folder, name).unlink(missing_ok=True)
    ours = rf"\.{re.escape(name)}(\.solved|\.character)?(\.[a-z0-9]+)?\.\d+\.unfinished(\.[a-z0-9]+)?"
    left = re.compile(ours)
    for path in folder.iterdir() if folder.is_dir() else ():
        if left.fullmatch(path.name):
            path.unlink(missing_ok=True)


@lru_cache(maxsize=4096)
def _sha256(path: Path, size: int, mtime_ns: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
