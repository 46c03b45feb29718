"""Published figures on AMASS, to stand beside ours in the same columns. Sources: the papers that are named."""
from __future__ import annotations

import math
from collections.abc import Sequence

from bridge.commands.console import table
from models.evaluation.benchmark import Row

# InPose (arXiv 2510.02043), tables of its Protocol 1: method -> body -> (MPJPE cm, MPJRE deg).
P1: dict[str, dict[str, tuple[float, float]]] = {
    "AvatarJLM": {"default": (4.92, 4.25), "UBx1.4": (26.09, 7.02), "Armx1.4*Torsox0.7": (18.89, math.nan)},
    "BoDiffusion (local)": {"default": (5.16, 4.32), "UBx1.4": (25.69, 15.35), "Armx1.4*Torsox0.7": (9.98, math.nan)},
    "BoDiffusion (global)": {
        "default": (5.97, 4.97), "UBx1.4": (13.40, 11.48), "Armx1.4*Torsox0.7": (7.61, math.nan),
        "UBx0.85": (6.76, math.nan), "UBx1.17": (8.18, math.nan), "Armx0.85*Torsox1.17": (6.80, math.nan),
    },
    "InPose": {
        "default": (7.64, 6.38), "UBx1.4": (9.15, 6.71), "Armx1.4*Torsox0.7": (6.52, math.nan),
        "UBx0.85": (7.13, math.nan), "UBx1.17": (8.25, math.nan), "Armx0.85*Torsox1.17": (7.80, math.nan),
    },
    "InPose (head)": {
        "UBx0.85": (6.08, math.nan), "UBx1.17": (5.92, math.nan), "Armx0.85*Torsox1.17": (5.71, math.nan),
    },
}
# Three trackers, natural body, nine tenths for training: MPJRE deg, MPJPE cm, MPJVE cm/s, jitter 10^2 m/s^3.
P2: dict[str, tuple[float, float, float, float]] = {
    "KineST": (2.25, 2.86, 15.3, 5.97), "HMD-Poser": (2.32, 3.15, 18.2, 6.21), "FisherPoser": (2.04, 2.97, 20.5, 5.33),
}
CAUTION = """Published figures are their authors' own, on their draw of the split, with their priors' training data.
MPJRE here is the mean absolute difference of axis-angle components, as published; it is not the geodesic MPJRE of the
other tables."""


def published_section(protocol: str, rows: Sequence[Row]) -> str:
    """Our rows of the bodies' section beside the published ones, as Markdown."""
    text = _p1(rows) if protocol == "amass-p1" else _p2(rows)
    return f"## Published figures, {protocol}\n\n{CAUTION}\n\n{text}"


def _p1(rows: Sequence[Row]) -> str:
    bodies = list(dict.fromkeys(row.case.name for row in rows))
    measured: dict[str, dict[str, tuple[float, float]]] = {}
    for row in rows:
        values = row.values
        measured.setdefault(row.method, {})[row.case.name] = values["mpjpe_cm"], values["mpjre_l1_deg"]
    return table(["MPJPE cm / MPJRE deg", *bodies], [
        [label, *(_pair(found.get(body)) for body in bodies)]
        for named, mark in ((P1, "published"), (measured, "measured"))
        for label, found in ((f"{method}, {mark}", bodies_of) for method, bodies_of in named.items())
    ])


def _p2(rows: Sequence[Row]) -> str:
    cells = [[f"{method}, published", *(f"{value:.2f}" for value in values)] for method, values in P2.items()]
    for row in rows:
        if row.case.name == "default":
            names = ("mpjre_l1_deg", "mpjpe_cm", "mpjve_cm_s", "jitter")
            cells.append([f"{row.method}, measured", *(f"{row.values[name]:.2f}" for name in names)])
    return table(["method", "MPJRE deg", "MPJPE cm", "MPJVE cm/s", "jitter"], cells)


def _pair(values: tuple[float, float] | None) -> str:
    if values is None:
        return "-"
    position, rotation = values
    return f"{position:.2f} / {'-' if math.isnan(rotation) else f'{rotation:.2f}'}"
