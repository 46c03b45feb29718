"""What a result was made of, in a file beside it: the same again need not be made again."""
from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

Parts = dict[str, Any]  # what a result depends on; JSON


def sha256_of(files: Iterable[Path]) -> str:
    """Of all of these, in this order. OSError if one cannot be read."""
    whole = hashlib.sha256()
    for file in files:
        with file.open("rb") as stream:
            whole.update(hashlib.file_digest(stream, "sha256").digest())
    return whole.hexdigest()


def receipt_path(out: Path) -> Path:
    return out.with_name(f"{out.name}.json")


def what_changed(out: Path, parts: Parts) -> str | None:
    """Why the result must be made, as words; None: it is there, and made of these parts."""
    if not out.is_file():
        return "not made yet"
    try:
        kept = json.loads(receipt_path(out).read_text(encoding="utf-8"))["parts"]
        other = [name for name in parts if kept.get(name) != parts[name]]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return "what it was made of is not known"
    return f"another {', '.join(other)}" if other else None


def write_receipt(out: Path, parts: Parts) -> None:
    write_whole(receipt_path(out), json.dumps({"schema": 1, "parts": parts}, indent=1, sort_keys=True))


def forget_receipt(out: Path) -> None:
    """Before its result changes."""
    receipt_path(out).unlink(missing_ok=True)


def write_whole(path: Path, text: str) -> None:
    """The file appears whole or not at all."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.unfinished")
    try:
        unfinished.write_text(f"{text}\n", encoding="utf-8")
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)
