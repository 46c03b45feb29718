"""status, top and replay against a real daemon with the echo engine."""
from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from bridge.capture.mcap import read_recording, write_session
from bridge.cli import main
from bridge.client import Client
from bridge.frames import Session, Setup, TrackerClip, TrackerFrame
from bridge.server import Server

Serve = Callable[..., tuple[Server, Path]]


@pytest.fixture
def file(serve: Serve) -> Path:
    """The connection file of a daemon that is ready."""
    _, connection = serve()
    with Client.connect(connection) as client:
        client.wait_ready(20)
    return connection


def test_status_says_what_runs(
    file: Path, tracker_frame: Callable[..., TrackerFrame], capsys: pytest.CaptureFixture[str]
) -> None:
    with Client.connect(file) as client, client.open_session(Setup(), "Ada") as live:
        for sequence in range(1, 4):
            live.send(tracker_frame(sequence))
            assert live.poll(3.0)
        assert main(["status", "--connection-file", str(file), "--json"]) == 0
        told = json.loads(capsys.readouterr().out)
        assert main(["status", "--connection-file", str(file)]) == 0
    text = capsys.readouterr().out
    assert told["engine"] == "READY" and told["ticks"] == 3 and told["tick_p50_ms"] > 0
    (session,) = told["sessions"]
    assert session["name"] == "Ada" and session["account"]["answered"] == 3 and session["connected"]
    assert "echo on none" in text and "Ada" in text


def test_top_looks_so_many_times_and_leaves(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Client.connect(file) as client, client.open_session(Setup(), "Grace"):
        assert main(["top", "--connection-file", str(file), "--every", "0.05", "--looks", "3"]) == 0
    assert "Grace" in capsys.readouterr().out
    assert main(["top", "--every", "0"]) == 2


def test_replay_plays_a_file_and_the_daemon_writes_it(
    file: Path, standing: Callable[..., TrackerClip], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    take = tmp_path / "take.mcap"
    write_session(take, Session(Setup(), standing(40), "take"))
    words = ["replay", str(take), "--speed", "2", "--record", "--connection-file", str(file)]
    assert main(words) == 0
    told = capsys.readouterr().out
    recording = read_recording(Path(told.strip().splitlines()[-1]))
    assert "| 40 |" in " ".join(told.split()) and len(recording.frames) == 40
    assert main(["replay", str(take), "--speed", "0"]) == 2


def test_without_a_daemon_each_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("status", "top"):
        assert main([command, "--connection-file", str(tmp_path / "none.json")]) == 7
    assert "no daemon" in capsys.readouterr().err
