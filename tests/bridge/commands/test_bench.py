"""The command runs against a real daemon with the echo engine. How fast a daemon is, is for a quiet machine to say."""
from __future__ import annotations

import json
from pathlib import Path

import pytest

from bridge.cli import main


def test_every_frame_of_every_session_is_accounted_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "figures" / "load.json"
    assert main(f"bench --engine echo --sessions 3 --rate 50 --seconds 1 --json {file}".split()) == 0
    told = capsys.readouterr().out
    assert "results/s" in told and "RSS" in told
    found = json.loads(file.read_text())
    assert found["sent"] == 150 == found["answered"] + found["superseded"] + found["lost"]
    assert found["lost"] == 0
    assert 0 < found["p50_ms"] <= found["p95_ms"] <= found["p99_ms"]
    assert len(found["results_per_s"]) == 3 and all(rate > 10 for rate in found["results_per_s"])
    assert [one["name"] for one in found["rss_mb"]] == ["io", "engine"]
    assert all(one["rss_mb"] > 5 for one in found["rss_mb"])


def test_two_daemons_share_the_sessions(tmp_path: Path) -> None:
    file = tmp_path / "load.json"
    assert main(f"bench --engine echo --daemons 2 --sessions 4 --rate 20 --seconds 1 --json {file}".split()) == 0
    found = json.loads(file.read_text())
    assert found["sent"] == 80 == found["answered"] + found["superseded"] + found["lost"]
    assert [one["name"] for one in found["rss_mb"]] == ["io", "engine"] * 2
    assert main("bench --connect --daemons 2".split()) == 2


def test_what_is_too_slow_fails(capsys: pytest.CaptureFixture[str]) -> None:
    assert main("bench --engine echo --seconds 0.2 --limit-ms 0.000001".split()) == 1


@pytest.mark.parametrize("words", ["--sessions 0", "--rate 0", "--seconds -1", "--daemons 0"])
def test_what_cannot_be_is_refused(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", *words.split()]) == 2
    assert "must be" in capsys.readouterr().err
