"""What an evaluation of a problem leaves: RESULTS-NAME.md, results-NAME.json and pictures, anew after every section."""
from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from bridge.commands.console import table
from bridge.engine.results_json import numbers
from bridge.export.atomic import replacing
from models.evaluation.plots import Line, Panel, Point, curves, dots
from models.evaluation.problems.measured import Measured
from models.evaluation.records import change, intervals


@dataclass(frozen=True)
class Section:
    """How a section of a problem is shown. Metrics are names of a record's values."""

    title: str
    note: str
    columns: Mapping[str, str]  # title of a column -> metric
    spans: Sequence[str] = ()  # metrics that are shown with their 95 % intervals, clips resampled
    costs: Sequence[str] = ()  # metrics of which is told what they change by, from the first case of each method
    panels: Mapping[str, str] = field(default_factory=dict)  # title of a panel of the picture -> metric
    along: str = ""  # what the curves' x is; "": dots, a row for each case


@dataclass
class ProblemReport:
    """Sections as they are finished. `about`: what the figures were measured with, line by line."""

    problem: str
    title: str
    about: dict[str, Any]
    folder: Path | None = None
    json: Path | None = None
    intro: str = ""  # what holds for all tables
    tables: dict[str, str] = field(default_factory=dict)  # of each finished section
    _texts: list[str] = field(default_factory=list)
    _numbers: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def add(self, name: str, section: Section, rows: Sequence[Measured], extra: str = "") -> None:
        """Keep a section, `extra` after its tables, and write whatever is there by now."""
        self.tables[name] = case_table(section, rows)
        texts = [f"## {section.title}", section.note, self.tables[name], cost_table(section, rows), extra]
        stem = f"{self.problem}-{name}"
        if self.folder and section.panels:
            with replacing(self.folder / f"{stem}.png") as unfinished:
                picture(section, rows).savefig(unfinished, dpi=110, format="png", metadata={"Software": "posebridge"})
            texts.append(f"![{name}]({stem}.png)")
        self._texts.append("\n\n".join(filter(None, texts)))
        self._numbers[name] = [_row_json(row, section) for row in rows]
        self.write()

    def say(self, sections: Mapping[str, Section]) -> None:
        """Every table under its section's title, and where files are, on stdout."""
        for name, found in self.tables.items():
            print(f"{sections[name].title}\n{found}\n")
        for path in self.paths:
            print(path)

    @property
    def paths(self) -> list[Path]:
        """Of what is written besides pictures."""
        found = [self.folder / f"RESULTS-{self.problem}.md", self.folder / f"results-{self.problem}.json"] if (
            self.folder) else []
        return [*found, *([self.json] if self.json else [])]

    def write(self) -> None:
        """Everything that is finished."""
        said = json.dumps({"about": self.about, "sections": self._numbers}, indent=1) + "\n"
        facts = "\n".join(f"- {name}: {value}" for name, value in self.about.items())
        text = "\n\n".join(filter(None, [f"# {self.title}", facts, self.intro, *self._texts])) + "\n"
        for path in self.paths:
            with replacing(path) as unfinished:
                unfinished.write_text(text if path.suffix == ".md" else said)


def case_table(section: Section, rows: Sequence[Measured]) -> str:
    """One line for each method in each case."""
    cells = []
    for row in rows:
        values, spans = row.values, _spans(row, section)
        cells.append([row.case, row.method, str(len(row.records)), *(
            _cell(values.get(name)) + _span(spans.get(name)) for name in section.columns.values())])
    return table(["case", "method", "clips", *section.columns], cells)


def cost_table(section: Section, rows: Sequence[Measured]) -> str:
    """What each case costs a method, in percent of the section's first case on the same clips; "" if nobody asks."""
    first = {row.method: row for row in reversed(rows)}
    cells = []
    for row in rows:
        usual = first[row.method]
        if row is not usual and len(row.records) == len(usual.records):
            found = [change(row.records, usual.records, name) for name in section.costs]
            texts = [f"{mean:+.1f} [{low:+.1f}, {high:+.1f}]" for mean, low, high in found]
            cells.append([row.case, row.method, *texts])
    titles = {name: title for title, name in section.columns.items()}
    heads = [f"{titles[name]}, %" for name in section.costs]
    return table([f"against {rows[0].case}", "method", *heads], cells) if cells and section.costs else ""


def picture(section: Section, rows: Sequence[Measured]) -> Figure:
    """Curves along what a section varies, or dots for its cases."""
    methods = list(dict.fromkeys(row.method for row in rows))
    if section.along:
        panels = [Panel(title, [_line(rows, method, methods, name) for method in methods])
                  for title, name in section.panels.items()]
        return curves(section.title, section.along, panels)
    cases = list(dict.fromkeys(row.case for row in rows))
    by_case = {(row.method, row.case): row for row in rows}
    return dots(section.title, cases, {
        title: {method: [_point(by_case.get((method, case)), name) for case in cases] for method in methods}
        for title, name in section.panels.items()})


def _line(rows: Sequence[Measured], method: str, methods: Sequence[str], name: str) -> Line:
    points = [(row.at, _point(row, name)) for row in rows if row.method == method and row.at is not None]
    return Line(method, sorted(points, key=lambda point: point[0]), methods.index(method))


def _point(row: Measured | None, name: str) -> Point:
    if row is None or name not in row.values or math.isnan(row.values[name]):
        return Point(math.nan)
    return Point(row.values[name], *intervals(row.records, [name])[name])


def _row_json(row: Measured, section: Section) -> dict[str, Any]:
    spans = {name: [round(end, 4) for end in span] for name, span in _spans(row, section).items()}
    return {"case": row.case, "method": row.method, "at": row.at, "series": row.series, "clips": len(row.records),
            "frames": sum(record.frames for record in row.records), **numbers(row.values), "intervals": spans}


def _spans(row: Measured, section: Section) -> dict[str, tuple[float, float]]:
    known = [name for name in section.spans if name in row.records[0].values]
    return intervals(row.records, known) if known else {}


def _cell(value: float | None) -> str:
    if value is None or math.isnan(value):
        return "-"
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.2f}"


def _span(span: tuple[float, float] | None) -> str:
    return "" if span is None or math.isnan(span[0]) else f" [{_cell(span[0])}, {_cell(span[1])}]"
