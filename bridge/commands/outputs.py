"""What is left of one solved session: BVH, NPZ and a picture, beside each other under one name."""
from __future__ import annotations

from pathlib import Path

from bridge.export.bvh import write_bvh
from bridge.export.npz import write_npz
from bridge.frames import Motion, Session
from bridge.sheet import draw_sheet

SUFFIXES = (".bvh", ".npz", ".png")


def write_solved(folder: Path, name: str, motion: Motion, session: Session) -> list[Path]:
    """Writes name.bvh, name.npz and name.png; each is whole or absent."""
    bvh, npz, png = (folder / f"{name}{suffix}" for suffix in SUFFIXES)
    write_bvh(bvh, motion)
    write_npz(npz, motion)
    draw_sheet(png, motion, session, session.truth)
    return [bvh, npz, png]
