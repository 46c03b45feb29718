"""What a batch says to the places of work of a cluster, and what they answer (workplace.py, on_ray.py)."""
from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from bridge.farm.receipt import About
from bridge.farm.unit import Prepare


@dataclass(frozen=True)
class Equipment:
    """What every place is to have. `identity`: who solves, as bridge.farm.identity says it where the batch began."""

    identity: str
    engine: str
    weights: Path | None
    threads: int
    prepare: Prepare
    processes: int = 0  # that read and write; 0: threads do


@dataclass(frozen=True)
class Ended:
    """What became of a unit, as its row will say it."""

    state: str
    code: int = 0
    said: str = ""
    about: About = field(default_factory=dict)
    seconds: float = 0.0
