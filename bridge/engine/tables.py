"""Evaluation rows for people (a Markdown table) and for programs (JSON)."""
from __future__ import annotations

import math
from typing import Any

from bridge.commands.console import table
from models.evaluation.benchmark import Row

COLUMNS = {
    "MPJPE cm": "mpjpe_cm", "UPE": "upe_cm", "LPE": "lpe_cm", "HandPE": "handpe_cm", "MPJRE deg": "mpjre_deg",
    "jitter": "jitter", "truth's": "jitter_truth", "live MPJPE": "live_mpjpe_cm", "live MPJRE": "live_mpjre_deg",
    "live HandPE": "live_handpe_cm", "live jitter": "live_jitter",
    "p50 ms": "latency_p50_ms", "p95 ms": "latency_p95_ms", "p99 ms": "latency_p99_ms", "frames/s": "frames_per_second",
}
ABOUT = """
Means weighted by frames. Positions in cm: all 22 joints, upper body, lower body, wrists; MPJRE over the 21 local
rotations; jitter in 100 m/s^3, beside the truth's own. Offline unless it says live (no look ahead). Latency: one
answer alone, of the smallest thing the method can answer (ours: one live frame; the others: a window of 41 frames).
The root is the solver's own estimate for ours, the measured head less the head's place in the body for the others."""


def evaluation_table(rows: list[Row]) -> str:
    """One line for each method on each body."""
    cells = [[row.body, row.method, *(_cell(row.values.get(name)) for name in COLUMNS.values())] for row in rows]
    return table(["body", "method", *COLUMNS], cells)


def _cell(value: float | None) -> str:
    if value is None or math.isnan(value):
        return "-"
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.2f}"


def row_json(row: Row) -> dict[str, Any]:
    """Every metric of a row; what could not be measured is null."""
    sources = {source: _numbers(values) for source, values in row.sources.items()}
    about = {"method": row.method, "body": row.body, "clips": row.clips, "frames": row.frames}
    return {**about, **_numbers(row.values), "sources": sources}


def _numbers(values: dict[str, float]) -> dict[str, float | None]:
    return {name: _number(value) for name, value in values.items()}


def _number(value: float) -> float | None:
    return None if math.isnan(value) else round(value, 4)
