"""Evaluation rows for people: a Markdown table for every section."""
from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from bridge.commands.console import table
from models.evaluation.actions import GROUPS, LOW, OTHER, WALKING
from models.evaluation.benchmark import QUANTILES, Row
from models.evaluation.records import Record, change, intervals, joint_means, means, split_by
from models.kinematics.smpl22 import JOINT_NAMES

Latencies = Mapping[str, Mapping[str, float]]  # by method

COLUMNS = {
    "MPJPE cm": "mpjpe_cm", "UPE": "upe_cm", "LPE": "lpe_cm", "HandPE": "handpe_cm", "MPJRE deg": "mpjre_deg",
    "jitter": "jitter", "truth's": "jitter_truth", "live MPJPE": "live_mpjpe_cm", "live MPJRE": "live_mpjre_deg",
    "live HandPE": "live_handpe_cm", "live jitter": "live_jitter",
}
SPEED = {"p50 ms": "latency_p50_ms", "p95 ms": "latency_p95_ms", "p99 ms": "latency_p99_ms",
         "frames/s": "frames_per_second"}
RETURNS = {"return jump": "return_jump_cm", "live return jump": "live_return_jump_cm"}
BY_GROUP = ("group", "clips", "method", "MPJPE cm", "LPE", "MPJRE deg", "HandPE", "LPE / walking's")
REAL, MADE = "real", "made"  # clips recorded; clips synthesised
WITH_INTERVAL = ("mpjpe_cm", "lpe_cm", "mpjre_deg")
CHANGES = ("MPJPE %", "LPE %", "MPJRE %")
ABOUT = """
Means weighted by frames. Positions in cm: all 22 joints, upper body, lower body, wrists; MPJRE over the 21 local
rotations; jitter in 100 m/s^3, beside the truth's own. Offline unless it says live (no look ahead). Latency: one
answer alone, of the smallest thing the method can answer (ours: one live frame; others: a window of the prior's
length). The root is the solver's own estimate for ours, the measured head less the head's place in the body for the
others."""


def evaluation_table(rows: Sequence[Row], latencies: Latencies) -> str:
    """The table for a terminal: one line for each method on each body."""
    columns = COLUMNS | SPEED
    cells = [
        [row.case.name, row.method, *_numbers(row.values | dict(latencies.get(row.method, {})), columns)]
        for row in rows
    ]
    return table(["body", "method", *columns], cells)


def case_table(rows: Sequence[Row]) -> str:
    """One line for each method in each case, the headline numbers with their intervals."""
    all_values = [row.values for row in rows]
    columns = {title: name for title, name in (COLUMNS | RETURNS).items()
               if any(name in values and not math.isnan(values[name]) for values in all_values)}
    cells = []
    for row, values in zip(rows, all_values, strict=True):
        spans = intervals(row.records, WITH_INTERVAL)
        cells.append([row.case.name, row.method,
                      *(_with_interval(values.get(name), spans.get(name)) for name in columns.values())])
    return table(["case", "method", *columns], cells)


def against_table(rows: Sequence[Row]) -> str:
    """The first method against every other on the same clips of the same case; "" where there is no other."""
    first = {row.case.name: row for row in rows if row.method == rows[0].method}
    pairs = [(first[row.case.name], row) for row in rows if row.method != rows[0].method and row.case.name in first]
    cells = [[other.case.name, other.method, *_changes(ours, other)] for ours, other in pairs]
    return table(["case", f"{rows[0].method} against", *CHANGES], cells) if cells else ""


def fault_table(rows: Sequence[Row]) -> str:
    """What each case costs a method: against the section's first case, on the same clips."""
    first = {row.method: row for row in reversed(rows)}
    cells = [
        [row.case.name, row.method, f"{row.values['mpjpe_cm'] - usual.values['mpjpe_cm']:+.2f}", *_changes(row, usual)]
        for row in rows if (usual := first[row.method]) is not row
    ]
    return table([f"against {rows[0].case.name}", "method", "MPJPE cm", *CHANGES], cells)


def _changes(row: Row, against: Row) -> list[str]:
    found = [change(row.records, against.records, name) for name in WITH_INTERVAL]
    return [f"{mean:+.0f} [{low:+.0f}, {high:+.0f}]" for mean, low, high in found]


def scale_table(rows: Sequence[Row]) -> str:
    """How flat errors are over uniformly scaled bodies; "" where there is none, or not the clips' own."""
    plain = {row.method: row.values for row in rows if row.case.at == 1.0}
    cells = []
    for row in rows:
        if row.case.at in (None, 1.0) or row.method not in plain:
            continue
        values, usual = row.values, plain[row.method]
        cells.append([row.case.name, row.method, f"{values['mpjpe_cm'] / (usual['mpjpe_cm'] * row.case.at):.3f}",
                      f"{values['mpjre_deg'] - usual['mpjre_deg']:+.3f}"])
    return table(["body", "method", "MPJPE / (default x scale)", "MPJRE change deg"], cells) if cells else ""


def kinds_table(rows: Sequence[Row]) -> str:
    """Each source and kind of clip apart."""
    cells = [
        [source, str(len(records)), row.method, *_headline(records)]
        for row in rows for source, records in split_by(row.records, lambda record: record.source).items()
    ]
    return table(["source/kind", "clips", "method", "MPJPE cm", "LPE", "MPJRE deg", "HandPE"], sorted(cells))


def actions_table(rows: Sequence[Row]) -> str:
    """Each group of actions, its legs against walking's; last, all that is done low."""
    cells = []
    for row in rows:
        groups = split_by(row.records, lambda record: record.group)
        walking = _walking_lpe(groups)
        low = [record for record in row.records if record.group in LOW]
        for name in (*GROUPS, OTHER):
            cells += _action_line(name, row.method, groups.get(name, []), walking)
        cells += _action_line("all of the low ones", row.method, low, walking)
    return table(BY_GROUP, cells)


def low_name(record: Record) -> str:
    """What a clip of the section on what is done low is called there: made ones are told from real ones."""
    if record.group == WALKING:
        return WALKING
    return f"{record.group}, {MADE if record.source.startswith('synthesis/') else REAL}"


def low_table(rows: Sequence[Row]) -> str:
    """What is done low, real clips and made ones apart, the legs against walking's."""
    cells = []
    for row in rows:
        groups = split_by(row.records, low_name)
        walking = _walking_lpe(groups)
        for name in sorted(groups, key=lambda name: (name != WALKING, name.endswith(MADE))):
            cells += _action_line(name, row.method, groups[name], walking)
        for kind in (REAL, MADE):
            low = [record for record in row.records if low_name(record).endswith(f", {kind}")]
            cells += _action_line(f"all of the {kind} ones", row.method, low, walking)
    return table(BY_GROUP, cells)


def joints_table(rows: Sequence[Row]) -> str:
    """Mean position error of each joint, cm."""
    columns = [joint_means(row.records) for row in rows]
    cells = [[name, *(_cell(column[joint]) for column in columns)] for joint, name in enumerate(JOINT_NAMES)]
    return table(["joint, cm", *(row.method for row in rows)], cells)


def latency_table(latencies: Latencies) -> str:
    return table(["method", *list(SPEED)[:3]],
                 [[method, *(_cell(values[name]) for name in QUANTILES)] for method, values in latencies.items()])


def _walking_lpe(groups: Mapping[str, list[Record]]) -> float:
    return means(groups[WALKING])["lpe_cm"] if WALKING in groups else math.nan


def _action_line(name: str, method: str, records: list[Record], walking: float) -> list[list[str]]:
    if not records:
        return []
    relative = means(records)["lpe_cm"] / walking
    return [[name, str(len(records)), method, *_headline(records), _cell(relative)]]


def _headline(records: Sequence[Record]) -> list[str]:
    values, spans = means(records), intervals(records, WITH_INTERVAL)
    return [*(_with_interval(values[name], spans[name]) for name in WITH_INTERVAL), _cell(values["handpe_cm"])]


def _numbers(values: Mapping[str, float], columns: Mapping[str, str]) -> list[str]:
    return [_cell(values.get(name)) for name in columns.values()]


def _with_interval(value: float | None, span: tuple[float, float] | None) -> str:
    return _cell(value) if span is None else f"{_cell(value)} [{_cell(span[0])}, {_cell(span[1])}]"


def _cell(value: float | None) -> str:
    if value is None or math.isnan(value):
        return "-"
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.2f}"
