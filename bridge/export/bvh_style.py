"""What may be asked of a BVH; the writer (bvh.py) takes scipy, and who only asks does without."""
from __future__ import annotations

from dataclasses import dataclass

PER_M = {"cm": 100.0, "m": 1.0, "mm": 1000.0, "in": 1 / 0.0254}
UPS = ("y", "z")


@dataclass(frozen=True)
class BvhStyle:
    """How a program wants its BVH: a key of PER_M, one of UPS, one of euler.ORDERS."""

    unit: str = "cm"
    up: str = "y"
    order: str = "ZXY"
