"""Evaluation rows for programs. What could not be measured is null."""
from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from models.evaluation.benchmark import Row
from models.evaluation.records import Record, intervals, joint_means, means, split_by
from models.kinematics.smpl22 import JOINT_NAMES

HEADLINE = ("mpjpe_cm", "upe_cm", "lpe_cm", "handpe_cm", "mpjre_deg", "mpjre_l1_deg", "jitter", "live_mpjpe_cm",
            "live_lpe_cm", "live_mpjre_deg", "live_jitter")


def row_json(row: Row) -> dict[str, Any]:
    """A method in a case: what was simulated, every metric, intervals, each source, group of actions and joint."""
    joints = {name: round(value, 4) for name, value in zip(JOINT_NAMES, joint_means(row.records), strict=True)}
    return {
        "case": row.case.name, "method": row.method, "at": row.case.at, "series": row.case.series,
        **asdict(row.case.setup), **_records_json(row.records), **numbers(row.cost), "joints_cm": joints,
        "sources": _parts_json(split_by(row.records, lambda record: record.source)),
        "actions": _parts_json(split_by(row.records, lambda record: record.group)),
    }


def numbers(values: Mapping[str, float]) -> dict[str, float | None]:
    """Rounded; NaN as null."""
    return {name: None if math.isnan(value) else round(value, 4) for name, value in values.items()}


def _parts_json(parts: Mapping[str, Sequence[Record]]) -> dict[str, Any]:
    return {name: _records_json(records) for name, records in parts.items()}


def _records_json(records: Sequence[Record]) -> dict[str, Any]:
    values = means(records)
    spans = intervals(records, [name for name in HEADLINE if name in values])
    return {
        "clips": len(records), "frames": sum(record.frames for record in records), **numbers(values),
        "intervals": {name: [round(low, 4), round(high, 4)] for name, (low, high) in spans.items()},
    }
