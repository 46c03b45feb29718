"""Evaluating as the command does, on almost no data."""
from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bridge.config_commands import EvaluateOptions
from bridge.engine.evaluate import evaluate
from bridge.errors import ModelMissing, UsageError

METRICS = {
    "mpjpe_cm", "upe_cm", "lpe_cm", "handpe_cm", "mpjre_deg", "mpjre_l1_deg", "mpjve_cm_s", "jitter", "jitter_truth",
    "foot_skate_cm_s", "floor_penetration_cm", "latency_p50_ms", "latency_p95_ms", "latency_p99_ms",
    "frames_per_second", "passes_per_frame",
}


def test_every_method_and_body_has_a_row_with_every_metric(
    small_archive: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = EvaluateOptions(
        data=(small_archive(clips=1, splits=(2,)),), bodies=("default", "Allx1.4"), json=tmp_path / "rows.json",
        device="cpu", threads=1,
    )
    assert evaluate(options) == 0
    rows = json.loads((tmp_path / "rows.json").read_text())
    assert [(row["body"], row["method"]) for row in rows] == [
        (body, method) for body in ("default", "Allx1.4") for method in ("ours", "reference", "prior")
    ]
    assert all(row.keys() >= METRICS for row in rows)
    assert {f"live_{name}" for name in METRICS if name.endswith(("cm", "deg"))} <= rows[0].keys()
    printed = capsys.readouterr().out
    assert "| Allx1.4 | reference |" in printed and "HandPE" in printed


def test_a_body_or_prior_that_is_not_there_is_named(small_archive: Callable[..., Path], tmp_path: Path) -> None:
    options = EvaluateOptions(data=(small_archive(clips=1, splits=(2,)),), device="cpu", threads=1)
    with pytest.raises(UsageError, match="'Tailx2' is not 'default'"):
        evaluate(replace(options, bodies=("Tailx2",)))
    with pytest.raises(UsageError, match="theirs: no such method; there are ours, reference, prior"):
        evaluate(replace(options, methods=("theirs",)))
    with pytest.raises(ModelMissing):
        evaluate(replace(options, weights=tmp_path / "none.safetensors"))
