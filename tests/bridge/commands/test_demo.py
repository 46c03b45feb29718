from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from bridge.capture.mcap import read_recording, write_session
from bridge.cli import main
from bridge.commands.demo import beginning, packaged_session
from bridge.errors import UsageError
from bridge.frames import Motion
from bridge.simulate import as_session

FILES = {"session.mcap", "summary.md", "summary.json",
         *(f"{name}.{kind}" for name in ("live", "solved") for kind in ("bvh", "npz", "png"))}


def test_a_session_goes_all_the_way_through_a_daemon(
    tmp_path: Path, swaying: Callable[..., Motion], capsys: pytest.CaptureFixture[str]
) -> None:
    write_session(tmp_path / "take.mcap", as_session(swaying(seconds=1.5)))
    out = tmp_path / "demo"
    assert main(["demo", "--file", str(tmp_path / "take.mcap"), "--out", str(out), "--engine", "echo"]) == 0
    assert {path.name for path in out.iterdir()} == FILES
    found = json.loads((out / "summary.json").read_text())
    assert found["live"]["sent"] == 90 == found["live"]["answered"] + found["live"]["superseded"]
    assert found["live"]["lost"] == 0
    assert found["offline_frames"] == 90
    assert len(read_recording(out / "session.mcap").frames) > 0
    told = capsys.readouterr().out
    assert "MPJPE" in told
    assert all(name in told for name in FILES)


def test_the_packaged_session_is_whole() -> None:
    session = packaged_session()
    assert len(session.clip) / session.clip.rate_hz == pytest.approx(20, abs=3)
    assert session.truth is not None
    assert len(session.truth) == len(session.clip)
    lost = ~session.clip.position_valid
    assert lost.any(axis=0).sum() == 1
    assert lost.sum() / session.clip.rate_hz == pytest.approx(1, abs=0.2)


def test_only_the_beginning_is_played_if_asked(swaying: Callable[..., Motion]) -> None:
    short = beginning(as_session(swaying(seconds=2)), 0.5)
    assert short.truth is not None
    assert len(short.clip) == len(short.truth) == 30
    with pytest.raises(UsageError, match="lasts 2 s"):
        beginning(as_session(swaying(seconds=2)), 3)
