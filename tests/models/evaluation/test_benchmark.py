"""Every metric in every row, in the order that was asked for; nothing solved twice."""
from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from models.body import Body, Readings
from models.evaluation.benchmark import QUANTILES, Benchmark, Row
from models.evaluation.cases import cases_of
from models.evaluation.methods import Method, ours, prior_only, reference
from models.evaluation.records import means, split_by
from models.evaluation.sensors import SensorConfig
from models.solver import Solver
from models.training.dataset import Clip

Clips = Callable[..., Clip]
ACCURACY = {
    "mpjpe_cm", "upe_cm", "lpe_cm", "handpe_cm", "mpjre_deg", "mpjre_l1_deg", "mpjve_cm_s", "jitter", "jitter_truth",
    "foot_skate_cm_s", "floor_penetration_cm", "return_jump_cm",
}
COST = {"frames_per_second", "passes_per_frame"}
UNSAID = {"foot_skate_cm_s", "floor_penetration_cm", "return_jump_cm"}


def rows_of(benchmark: Benchmark, section: str, *bodies: str) -> list[Row]:
    return benchmark.rows(cases_of(section, bodies or ("default",), SensorConfig()))


def test_every_row_has_every_metric(tiny_solver: Solver, clip: Clips) -> None:
    clips, solved = [clip(45, 0, "one"), clip(60, 1, "two", floor=False)], []
    methods = [ours(tiny_solver), prior_only(tiny_solver), reference(tiny_solver)]
    benchmark = Benchmark(methods, clips, on_frames=solved.append)
    cases = cases_of("bodies", ("default", "UBx1.4"), SensorConfig())
    rows = benchmark.rows(cases)
    expected = [(name, body) for body in ("default", "UBx1.4") for name in ("ours", "prior", "reference")]
    assert [(row.method, row.case.name) for row in rows] == expected
    assert sum(solved) == benchmark.work(cases) == 2 * 4 * 105
    for row in rows:
        assert (len(row.records), row.frames) == (2, 105)
        live = {f"live_{name}" for name in ACCURACY} if row.method == "ours" else set()
        assert row.values.keys() == ACCURACY | COST | live
        sources = {name: means(records) for name, records in split_by(row.records, lambda one: one.source).items()}
        assert {name for name in ACCURACY if math.isnan(sources["two"][name])} == UNSAID
        weighted = (45 * sources["one"]["mpjpe_cm"] + 60 * sources["two"]["mpjpe_cm"]) / 105
        assert row.values["mpjpe_cm"] == pytest.approx(weighted)
        assert float(sum(record.joints_cm.mean() * record.frames for record in row.records) / 105) == pytest.approx(
            row.values["mpjpe_cm"], rel=1e-4)


def test_a_set_up_that_two_sections_share_is_solved_once(tiny_solver: Solver, clip: Clips) -> None:
    bodies: list[Body] = []

    def solve(body: Body, readings: Readings) -> tuple[Tensor, Tensor]:
        bodies.append(body)
        return prior_only(tiny_solver).solve(body, readings)

    benchmark = Benchmark([Method("counted", solve, 0.1)], [clip(45)])
    (first,) = rows_of(benchmark, "bodies")
    (again,) = rows_of(benchmark, "actions")
    assert len(bodies) == 1 and again.records is first.records
    rows_of(benchmark, "dropout")
    assert len(bodies) == 4  # nothing lost is known by now


def test_without_live_answers(tiny_solver: Solver, clip: Clips) -> None:
    benchmark = Benchmark([ours(tiny_solver)], [clip(45)], live=False)
    (row,) = rows_of(benchmark, "bodies")
    assert row.values.keys() == ACCURACY | COST
    assert benchmark.work([row.case]) == 45


def test_methods_for_three_points_are_left_out_where_there_are_more(tiny_solver: Solver, clip: Clips) -> None:
    benchmark = Benchmark([ours(tiny_solver), prior_only(tiny_solver)], [clip(45)], live=False)
    rows = rows_of(benchmark, "trackers")
    assert [row.case.name for row in rows if row.method == "prior"] == ["three points"]
    assert len({row.case.name for row in rows if row.method == "ours"}) == 7
    legs = {row.case.name: row.values["lpe_cm"] for row in rows if row.method == "ours"}
    assert legs["+ pelvis, feet"] < legs["+ feet"] < legs["three points"]


def test_latencies_are_in_order(tiny_solver: Solver, clip: Clips) -> None:
    benchmark = Benchmark([], [clip(6), clip(50)])
    for method in (ours(tiny_solver), replace(ours(tiny_solver), live=None)):
        spent = benchmark.latency(method, 41)
        assert list(spent) == list(QUANTILES)
        assert 0 < spent["latency_p50_ms"] <= spent["latency_p95_ms"] <= spent["latency_p99_ms"]


def test_slow_methods_are_left_out_where_it_is_to_be_quick_unless_there_are_no_others(clip: Clips) -> None:
    def solve(body: Body, readings: Readings) -> tuple[Tensor, Tensor]:
        return torch.eye(3).expand(len(readings), 22, 3, 3), torch.zeros(len(readings), 3)

    slow, fast = Method("slow", solve, 1.0), Method("fast", solve, 0.9)
    cases = cases_of("bodies", ["default"], SensorConfig())
    both, alone = Benchmark([slow, fast], [clip(45)]), Benchmark([slow], [clip(45)])
    assert [row.method for row in both.rows(cases)] == ["slow", "fast"] and both.work(cases) == 90
    assert [row.method for row in both.rows(cases, quick=True)] == ["fast"] and both.work(cases, quick=True) == 45
    assert [row.method for row in alone.rows(cases, quick=True)] == ["slow"]


def test_who_answers_live_as_offline_is_measured_once(tiny_solver: Solver, clip: Clips) -> None:
    live = ours(tiny_solver).live
    assert live is not None
    usual = replace(ours(tiny_solver), live=replace(live, as_offline=True))
    benchmark = Benchmark([usual], [clip(45)])
    (row,) = benchmark.rows(cases_of("bodies", ["default"], SensorConfig()))
    assert row.values["live_mpjpe_cm"] == row.values["mpjpe_cm"] and benchmark.work([row.case]) == 45
