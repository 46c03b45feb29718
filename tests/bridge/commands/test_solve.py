from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bridge.capture.mcap import write_session
from bridge.cli import main
from bridge.commands.solve import HEADINGS, cells
from bridge.farm.row import FAILED, Row
from bridge.frames import Motion
from bridge.simulate import as_session

ROOT = Path(__file__).resolve().parents[3]


def test_a_row_has_a_cell_for_every_heading() -> None:
    assert len(cells(Row("a.mcap", "a", FAILED, 4, "no"))) == len(HEADINGS)


def test_connect_demands_a_running_daemon(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["solve", "a.mcap", "--out", str(tmp_path), "--connect", "--connection-file", str(tmp_path / "none")])
    assert code == 7
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize("words", [
    "a.mcap --connect --weights mine.safetensors", "a.mcap --connect --threads 2", "", "a.mcap --shard 3/2",
    "a.mcap --frames 0", "a.mcap --device tpu", "a.mcap --body b.json --calibrate", "a.mcap --progress loud"])
def test_what_does_not_fit_is_usage_in_one_line(
    tmp_path: Path, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["solve", *words.split(), "--out", str(tmp_path)]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_a_prior_that_is_not_there_is_told_before_anything_starts(tmp_path: Path) -> None:
    words = ["solve", "a.mcap", "--out", str(tmp_path), "--weights", str(tmp_path / "none.safetensors")]
    assert main(words) == 5


def test_a_farm_s_command_writes_nowhere_else_and_speaks_json(
    tmp_path: Path, swaying: Callable[..., Motion]
) -> None:
    """A home that cannot be written, as on a render node; a session that is none among those that are."""
    home, takes = tmp_path / "home", tmp_path / "takes"
    for folder in (home, takes):
        folder.mkdir()
    write_session(takes / "a.mcap", as_session(swaying(seconds=1)))
    (takes / "b.mcap").write_text("no session")
    words = [sys.executable, "-m", "bridge", "solve", str(takes), "--out", str(tmp_path / "out"), "--engine", "echo",
             "--progress", "json", "--log-format", "json", "--report", str(tmp_path / "out" / "report.html")]
    own = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "MPL"))}
    done = subprocess.run(words, env={**own, "HOME": str(home), "PYTHONPATH": str(ROOT)}, cwd=tmp_path, timeout=100,
                          capture_output=True, text=True, check=False)
    assert done.returncode == 4, done.stderr
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert sorted((line["number"], line["code"]) for line in told[:2]) == [(1, 0), (2, 4)]
    assert [(line["event"], line.get("code")) for line in told[2:]] == [("end", 4)]
    logged = [json.loads(line) for line in done.stderr.splitlines()]
    assert {"time", "level", "logger", "message"} <= set(logged[-1]) and logged[-1]["code"] == 4
    assert [path for path in home.rglob("*") if path.is_file()] == []
    assert json.loads((tmp_path / "out" / "report.json").read_text())["code"] == 4
