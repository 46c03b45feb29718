"""Which figures a section of an evaluation has, by file name."""
from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from matplotlib.figure import Figure

from bridge.engine.tables import MADE, REAL, Latencies, low_name
from models.evaluation.actions import GROUPS, LOW, OTHER, WALKING
from models.evaluation.benchmark import Row
from models.evaluation.cases import NOT_TOLD, SECTIONS
from models.evaluation.plots import Line, Panel, Point, curves, dots, scatter
from models.evaluation.records import Key, Record, intervals, joint_means, means, split_by
from models.kinematics.smpl22 import JOINT_NAMES

MPJPE, MPJRE, LPE, HANDPE = "MPJPE, cm", "MPJRE, degrees", "LPE (legs), cm", "HandPE, cm"
METRICS = {MPJPE: "mpjpe_cm", MPJRE: "mpjre_deg", LPE: "lpe_cm", HANDPE: "handpe_cm"}
CURVES: dict[str, tuple[str, dict[str, str]]] = {  # section -> what x is, panel -> metric
    "bodies": ("scale of the whole body", {MPJPE: "mpjpe_cm", MPJRE: "mpjre_deg"}),
    "noise": ("position noise, cm per axis", {MPJPE: "mpjpe_cm", "MPJPE live, cm": "live_mpjpe_cm"}),
    "dropout": ("each hand lost, % of the time",
                {MPJPE: "mpjpe_cm", "largest jump on a return, live, cm": "live_return_jump_cm"}),
    "drift": ("how far astray at the end, cm", {MPJPE: "mpjpe_cm", MPJRE: "mpjre_deg"}),
    "mounts": ("mount error, cm (and 5 degrees for each)", {MPJPE: "mpjpe_cm", HANDPE: "handpe_cm"}),
    "bones": ("error of every bone's told length, cm (sd)", {MPJPE: "mpjpe_cm", MPJRE: "mpjre_deg"}),
}
OF_ROWS = {"bodies": (MPJPE, MPJRE, LPE), "trackers": (MPJPE, LPE)}


def pictures(section: str, rows: Sequence[Row], latencies: Latencies) -> dict[str, Figure]:
    """File stem -> figure."""
    found: dict[str, Figure] = {}
    if section in CURVES and len({row.case.at for row in rows} - {None}) > 1:
        found["scale" if section == "bodies" else section] = _curves(section, rows)
    if section in OF_ROWS:
        found[section] = _case_dots(section, rows)
    drawn: dict[str, Callable[[Sequence[Row]], Figure]] = {
        "kinds": _kinds, "actions": _actions, "low": _low, "joints": _joints,
    }
    if section in drawn:
        found[section] = drawn[section](rows)
    if section == "latency":
        found |= _latency(rows, latencies)
    return found


def _point(records: Sequence[Record], name: str) -> Point:
    if not records:
        return Point(math.nan)
    low, high = intervals(records, [name])[name]
    return Point(means(records)[name], low, high)


def _curves(section: str, rows: Sequence[Row]) -> Figure:
    along, metrics = CURVES[section]
    methods = list(dict.fromkeys(row.method for row in rows))
    panels = [Panel(title, _lines(rows, methods, name)) for title, name in metrics.items()]
    drawn = [panel for panel in panels if panel.lines]
    return curves(SECTIONS[section], along, drawn, squeezed=section in ("noise", "drift"))


def _lines(rows: Sequence[Row], methods: Sequence[str], name: str) -> list[Line]:
    """A line for each method and series whose rows have the metric."""
    along: dict[tuple[str, str], list[tuple[float, Point]]] = {}
    for row in rows:
        if row.case.at is not None and not math.isnan(row.values.get(name, math.nan)):
            points = along.setdefault((row.method, row.case.series), [])
            points.append((row.case.at, _point(row.records, name)))
    return [
        Line(", ".join(filter(None, key)), sorted(points, key=lambda point: point[0]), methods.index(key[0]),
             dashed=key[1] == NOT_TOLD)
        for key, points in along.items()
    ]


def _dots(title: str, names: Sequence[str], panels: Sequence[str], records: Mapping[tuple[str, str], list[Record]]
          ) -> Figure:
    """records: by (method, name of the line)."""
    methods = list(dict.fromkeys(method for method, _ in records))
    return dots(title, names, {
        panel: {method: [_point(records.get((method, name), []), METRICS[panel]) for name in names]
                for method in methods}
        for panel in panels
    })


def _case_dots(section: str, rows: Sequence[Row]) -> Figure:
    names = list(dict.fromkeys(row.case.name for row in rows))
    records = {(row.method, row.case.name): row.records for row in rows}
    return _dots(SECTIONS[section], names, OF_ROWS[section], records)


def _parts(rows: Sequence[Row], key: Key) -> dict[tuple[str, str], list[Record]]:
    return {(row.method, name): part for row in rows for name, part in split_by(row.records, key).items()}


def _kinds(rows: Sequence[Row]) -> Figure:
    parts = _parts(rows, lambda record: record.source)
    return _dots(SECTIONS["kinds"], sorted({name for _, name in parts}), (MPJPE, MPJRE, LPE), parts)


def _actions(rows: Sequence[Row]) -> Figure:
    parts = _parts(rows, lambda record: record.group)
    parts |= {(row.method, "all of the low ones"): low for row in rows
              if (low := [record for record in row.records if record.group in LOW])}
    order = [name for name in (*GROUPS, OTHER, "all of the low ones") if any(name == part for _, part in parts)]
    return _dots(SECTIONS["actions"], order, (LPE, MPJPE), parts)


def _low(rows: Sequence[Row]) -> Figure:
    parts = _parts(rows, low_name)
    order = [name for name in (WALKING, *(f"{group}, {kind}" for kind in (REAL, MADE) for group in LOW))
             if any(name == part for _, part in parts)]
    return _dots(SECTIONS["low"], order, (LPE, MPJPE), parts)


def _joints(rows: Sequence[Row]) -> Figure:
    series = {row.method: [Point(value) for value in joint_means(row.records)] for row in rows}
    return dots(SECTIONS["joints"], JOINT_NAMES, {"position error, cm": series}, spread=False)


def _latency(rows: Sequence[Row], latencies: Latencies) -> dict[str, Figure]:
    places = {row.method: (latencies[row.method]["latency_p50_ms"], row.values["mpjpe_cm"]) for row in rows}
    return {"latency": scatter("Latency against error, default body", "milliseconds to one answer, median", MPJPE,
                               places)}
