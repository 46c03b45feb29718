"""Tables for people, of rows whose numbers are known."""
from __future__ import annotations

import torch

from bridge.engine.tables import (
    actions_table,
    against_table,
    case_table,
    evaluation_table,
    fault_table,
    joints_table,
    kinds_table,
    low_table,
    scale_table,
)
from models.evaluation.benchmark import Row
from models.evaluation.cases import Case, Setup
from models.evaluation.records import Record

NAN = float("nan")


def record(mpjpe: float, source: str = "one", group: str = "walking", jump: float = NAN) -> Record:
    values = {"mpjpe_cm": mpjpe, "lpe_cm": 2 * mpjpe, "mpjre_deg": 5.0, "handpe_cm": 0.25, "return_jump_cm": jump}
    return Record(source, group, 100, values, torch.full((22,), mpjpe))


def row(method: str, case: str, *records: Record, at: float | None = None) -> Row:
    return Row(method, Case(case, Setup(), at), list(records), {"frames_per_second": 1234.0})


def cells(text: str) -> list[list[str]]:
    """Every line but the rule."""
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines()]
    return [lines[0], *lines[2:]]


BODIES = [
    row("ours", "default", record(2.0), record(3.0), at=1.0), row("prior", "default", record(4.0), record(6.0), at=1.0),
    row("ours", "Allx1.4", record(3.0), record(4.0), at=1.4), row("ours", "UBx1.4", record(3.0), record(4.0)),
]


def test_the_terminal_s_table_has_latencies_where_they_are_known() -> None:
    lines = cells(evaluation_table(BODIES[:2], {"ours": {"latency_p50_ms": 8.0}}))
    ours, prior = (dict(zip(lines[0], line, strict=True)) for line in lines[1:])
    assert (ours["MPJPE cm"], ours["p50 ms"], ours["frames/s"], ours["live MPJPE"]) == ("2.50", "8.00", "1234", "-")
    assert prior["p50 ms"] == "-"


def test_intervals_stand_beside_and_empty_columns_are_left_out() -> None:
    head, first, *_ = cells(case_table(BODIES))
    assert first[:3] == ["default", "ours", "2.50 [2.00, 3.00]"]
    assert "return jump" not in head and "live MPJPE" not in head
    assert "return jump" in cells(case_table([row("ours", "30%", record(1.0, jump=4.0), record(1.0))]))[0]


def test_the_first_method_against_the_others() -> None:
    assert cells(against_table(BODIES))[1:] == [["default", "prior", "-50 [-50, -50]", "-50 [-50, -50]", "+0 [+0, +0]"]]
    assert against_table(BODIES[:1]) == ""


def test_what_a_fault_costs() -> None:
    rows = [row("ours", "0 cm", record(2.0)), row("prior", "0 cm", record(4.0)), row("ours", "1 cm", record(2.5)),
            row("prior", "1 cm", record(4.0))]
    assert [line[:4] for line in cells(fault_table(rows))] == [
        ["against 0 cm", "method", "MPJPE cm", "MPJPE %"],
        ["1 cm", "ours", "+0.50", "+25 [+25, +25]"], ["1 cm", "prior", "+0.00", "+0 [+0, +0]"]]


def test_scale_is_taken_out() -> None:
    assert cells(scale_table(BODIES))[1:] == [["Allx1.4", "ours", "1.000", "+0.000"]]
    assert scale_table(BODIES[2:]) == ""


def test_kinds_actions_and_joints() -> None:
    mixed = row("ours", "default", record(1.0, "a", "walking"), record(3.0, "b", "sitting"), record(2.0, "b", "sport"))
    assert [line[:4] for line in cells(kinds_table([mixed]))[1:]] == [
        ["a", "1", "ours", "1.00 [1.00, 1.00]"], ["b", "2", "ours", "2.50 [2.00, 3.00]"]]
    assert [(line[0], line[-1]) for line in cells(actions_table([mixed]))[1:]] == [
        ("sitting", "3.00"), ("walking", "1.00"), ("sport", "2.00"), ("all of the low ones", "3.00")]
    low = row("ours", "default", record(1.0, "a", "walking"), record(3.0, "b", "sitting"),
              record(2.0, "synthesis/chair", "sitting"))
    assert [(line[0], line[-1]) for line in cells(low_table([low]))[1:]] == [
        ("walking", "1.00"), ("sitting, real", "3.00"), ("sitting, made", "2.00"), ("all of the real ones", "3.00"),
        ("all of the made ones", "2.00")]
    assert cells(joints_table([mixed]))[1] == ["pelvis", "2.00"]
    assert len(cells(joints_table([mixed]))) == 23
