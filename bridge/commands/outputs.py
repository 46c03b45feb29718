"""What is left of one solved session: files of all formats asked for, beside each other under one name."""
from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bridge.commands.formats import Formats
from bridge.export.bvh import write_bvh
from bridge.export.character import write_character
from bridge.export.gltf import write_gltf, write_vrma
from bridge.export.npz import write_npz
from bridge.export.usd import write_usd
from bridge.frames import Motion, Session
from bridge.sheet import draw_sheet

USUAL = Formats()
DrawSheet = Callable[[Path], None]


def write_solved(folder: Path, name: str, motion: Motion, session: Session, formats: Formats = USUAL) -> list[Path]:
    """Writes name.KIND for each kind, and name.character.KIND; each is whole or absent."""
    return write_motion(folder, name, motion, formats, lambda path: draw_sheet(path, motion, session, session.truth))


def write_motion(folder: Path, name: str, motion: Motion, formats: Formats, sheet: DrawSheet) -> list[Path]:
    """The same of motion that is no tracker session's; `sheet` draws its contact sheet."""
    written = [folder / f"{name}.{kind}" for kind in formats.kinds]
    for path, kind in zip(written, formats.kinds, strict=True):
        _write(path, kind, motion, formats, sheet)
    if formats.character:
        written += write_character(folder, name, motion, formats.character)
    return written


def _write(path: Path, kind: str, motion: Motion, formats: Formats, sheet: DrawSheet) -> None:
    match kind:
        case "bvh":
            write_bvh(path, motion, formats.bvh)
        case "npz":
            write_npz(path, motion)
        case "png":
            sheet(path)
        case "glb":
            write_gltf(path, motion)
        case "vrma":
            write_vrma(path, motion)
        case _:
            write_usd(path, motion)
