"""What the daemon tells the process that keeps jobs, before anything else."""
from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bridge.config import Limits
from bridge.security import Connection


@dataclass(frozen=True)
class Orders:
    """How to reach the daemon, where jobs may go, what is allowed, and what solves what is no session."""

    connection: Connection
    roots: tuple[Path, ...]
    folder: Path
    solver: str
    limits: Limits
    kept_s: float
    log_format: str
    prior: str
    weights: Path | None
    device: str
    threads: int

    def to_json(self) -> bytes:
        return json.dumps(asdict(self), default=str).encode()


def orders_from_json(data: bytes) -> Orders:
    told: dict[str, Any] = json.loads(data)
    roots = tuple(Path(root) for root in told["roots"])
    weights = Path(told["weights"]) if told["weights"] else None
    return Orders(Connection(**told["connection"] | {"others": ()}), roots, Path(told["folder"]), told["solver"],
                  Limits(**told["limits"]), told["kept_s"], told["log_format"], told["prior"], weights,
                  told["device"], told["threads"])
