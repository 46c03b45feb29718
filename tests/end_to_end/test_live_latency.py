"""The benchmark of live latency runs, and loses no frame. How fast it is, is for a quiet machine to say."""
from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_benchmark_accounts_for_every_frame(tmp_path: Path) -> None:
    figures = tmp_path / "latency.json"
    paths = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    subprocess.run(
        [sys.executable, str(ROOT / "tests" / "benchmarks" / "live_latency.py"), "--engine", "echo", "--seconds", "2",
         "--json", str(figures)], check=True, timeout=60, capture_output=True, env=os.environ | {"PYTHONPATH": paths})
    found = json.loads(figures.read_text())
    assert found["sent"] == 120 == found["answered"] + found["superseded"] and found["lost"] == 0
    assert 0 < found["p50_ms"] <= found["p95_ms"] <= found["p99_ms"]
