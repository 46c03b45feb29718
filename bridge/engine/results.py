"""An evaluation on disk: RESULTS.md, results.json and pictures in one folder, written anew after every section."""
from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from bridge.engine.pictures import pictures
from bridge.engine.reliability import Reliability
from bridge.engine.results_json import numbers, row_json
from bridge.engine.tables import (
    ABOUT,
    Latencies,
    actions_table,
    against_table,
    case_table,
    fault_table,
    joints_table,
    kinds_table,
    latency_table,
    low_table,
    scale_table,
)
from bridge.export.atomic import replacing
from models.evaluation.benchmark import Row
from models.evaluation.cases import SECTIONS

FAULT = (case_table, fault_table)
TABLES: dict[str, Sequence[Callable[[Sequence[Row]], str]]] = {
    "bodies": (case_table, against_table, scale_table), "noise": (*FAULT, against_table), "dropout": FAULT,
    "drift": FAULT, "mounts": FAULT, "bones": FAULT, "trackers": FAULT, "kinds": (kinds_table,),
    "actions": (actions_table,), "low": (low_table,), "joints": (joints_table,),
}
NOTES = {
    "bodies": "The clips' own bones times a factor; rotations as they are. Intervals: 95 %, clips resampled.",
    "noise": "Told: the solver knows the noise's standard deviation. Not told: it believes in 2 mm and 0.01 rad.",
    "dropout": "Jump: the farthest that any joint of any clip is in one frame from where it was going, beyond the same "
               "in truth, within 0.25 s of a hand's return. The published sampler knows no drop-outs: its hands stay "
               "where they were.",
    "drift": "The left hand's tracker goes astray, sideways and steadily, to so far away at the end of the clip.",
    "mounts": "Each tracker sits so far from the place and rotation that the solver is told, in a random direction.",
    "bones": "Each bone's told length is wrong by a normal error, left as right; the solved body has the told bones.",
    "trackers": "Rows of the solve, without retraining; methods for three points alone are left out.",
    "kinds": "What the data say of why a clip is in its split; sources apart.",
    "actions": "Groups of evaluation/actions.py; the legs' error against that of walking.",
    "low": "All such clips of the split, whatever the limit, and others synthesised of the split's people who stand.",
    "joints": "Mean position error.",
    "reliability": "How often a joint is no farther from the truth than was told. Of joints: kinds of clips alike, "
                   "however long they are. Offline, three exact trackers.",
    "latency": "Milliseconds to one answer, alone.",
}


@dataclass
class Results:
    """Sections as they are finished. `about`: what the figures were measured with, line by line."""

    about: dict[str, Any]
    folder: Path | None = None
    json: Path | None = None
    sections: dict[str, Sequence[Row]] = field(default_factory=dict)
    latencies: Latencies = field(default_factory=dict)
    extra: str = ""  # Markdown after the sections
    reliability: str = ""  # its table
    _texts: dict[str, str] = field(default_factory=dict)
    _numbers: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def add(self, section: str, rows: Sequence[Row], latencies: Latencies) -> None:
        """Keep a section, and write whatever is there by now."""
        self.sections[section], self.latencies = rows, {**self.latencies, **latencies}
        self._draw(pictures(section, rows, self.latencies))
        self._texts[section] = _section(section, rows, self.latencies, self.folder)
        self._numbers[section] = [row_json(row) for row in rows]
        self.write()

    def attach(self, section: str, made: Reliability) -> None:
        """Keep a section that is not of rows."""
        self._draw({section: made.figure})
        text = [f"## {SECTIONS[section]}", NOTES[section], made.text]
        self._texts[section] = "\n\n".join([*text, f"![{section}]({section}.png)"] if self.folder else text)
        self.reliability = made.text
        self._numbers[section] = made.numbers
        self.write()

    def _draw(self, figures: dict[str, Figure]) -> None:
        if self.folder:
            for stem, figure in figures.items():
                with replacing(self.folder / f"{stem}.png") as unfinished:
                    figure.savefig(unfinished, dpi=110, format="png", metadata={"Software": "posebridge"})

    def write(self) -> None:
        """RESULTS.md and results.json in the folder, and the same JSON wherever it was asked for."""
        for path in filter(None, (self.json, self.folder and self.folder / "results.json")):
            with replacing(path) as unfinished:
                unfinished.write_text(json.dumps(self._json(), indent=1) + "\n")
        if self.folder:
            with replacing(self.folder / "RESULTS.md") as unfinished:
                unfinished.write_text(self._markdown())

    def _json(self) -> dict[str, Any]:
        return {
            "about": self.about,
            "sections": self._numbers,
            "latency_ms": {method: numbers(values) for method, values in self.latencies.items()},
        }

    def _markdown(self) -> str:
        facts = "\n".join(f"- {name}: {value}" for name, value in self.about.items())
        return "\n\n".join(filter(None, ["# Results", facts, ABOUT.strip(), *self._texts.values(), self.extra])) + "\n"


def _section(name: str, rows: Sequence[Row], latencies: Latencies, folder: Path | None) -> str:
    text = [latency_table(latencies)] if name == "latency" else [make(rows) for make in TABLES[name]]
    stems = ["scale", "bodies"] if name == "bodies" else [name]
    text += [f"![{stem}]({stem}.png)" for stem in stems if folder and (folder / f"{stem}.png").is_file()]
    return "\n\n".join(filter(None, [f"## {SECTIONS[name]}", NOTES[name], *text]))
