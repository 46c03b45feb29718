"""The table: every metric in every row, in the order that was asked for."""
from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from models.evaluation.benchmark import evaluate_methods
from models.evaluation.clips import SensorConfig
from models.evaluation.methods import ours, prior_only, reference
from models.solver import Solver
from models.training.dataset import Clip

Clips = Callable[..., Clip]
ACCURACY = {
    "mpjpe_cm", "upe_cm", "lpe_cm", "handpe_cm", "mpjre_deg", "mpjre_l1_deg", "mpjve_cm_s", "jitter", "jitter_truth",
    "foot_skate_cm_s", "floor_penetration_cm",
}
COST = {"latency_p50_ms", "latency_p95_ms", "latency_p99_ms", "frames_per_second", "passes_per_frame"}


def test_every_row_has_every_metric(tiny_solver: Solver, clip: Clips) -> None:
    clips = [clip(45, 0, "one"), clip(60, 1, "two", floor=False)]
    methods, told = [ours(tiny_solver), prior_only(tiny_solver), reference(tiny_solver)], []

    def report(what: str, frames: int) -> None:
        told.append((what, frames))

    rows = list(evaluate_methods(tiny_solver, methods, clips, ["default", "UBx1.4"], SensorConfig(), report))
    expected = [(name, body) for body in ("default", "UBx1.4") for name in ("ours", "prior", "reference")]
    assert [(row.method, row.body) for row in rows] == expected
    for row in rows:
        assert (row.clips, row.frames) == (2, 105)
        live = {f"live_{name}" for name in ACCURACY} if row.method == "ours" else set()
        assert row.values.keys() == ACCURACY | COST | live
        assert row.sources.keys() == {"one", "two"}
        unknown = {name for name in row.sources["two"] if math.isnan(row.sources["two"][name])}
        assert unknown == {"foot_skate_cm_s", "floor_penetration_cm"}
        assert row.values["frames_per_second"] > 0
        assert row.values["latency_p50_ms"] <= row.values["latency_p95_ms"] <= row.values["latency_p99_ms"]
        weighted = (45 * row.sources["one"]["mpjpe_cm"] + 60 * row.sources["two"]["mpjpe_cm"]) / 105
        assert row.values["mpjpe_cm"] == pytest.approx(weighted)
    assert ("reference on UBx1.4", 60) in told and ("ours live on default", 105) in told
