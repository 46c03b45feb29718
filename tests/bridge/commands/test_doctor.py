from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from bridge.cli import main
from bridge.commands.doctor import CORE, EXTRAS, daemon, extras, installed


def test_it_knows_every_library_of_the_core_and_finds_it() -> None:
    project = tomllib.loads((Path(__file__).resolve().parents[3] / "pyproject.toml").read_text())["project"]
    names = {re.split(r"[<>=~! \[]", line)[0] for line in project["dependencies"]}
    assert names == set(CORE)
    assert [name for name in CORE if installed(name) is None] == []


def test_an_extra_that_is_not_there_says_how_to_get_it() -> None:
    told = dict(extras())
    assert set(told) == {f"[{extra}]" for extra in EXTRAS}
    assert all("pip install" in text or installed(EXTRAS[heading.strip("[]")]) for heading, text in told.items())


def test_no_daemon_is_said_and_is_no_failure(tmp_path: Path) -> None:
    assert daemon(tmp_path / "daemon.json").startswith("none running")


def test_a_missing_prior_is_code_5(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    weights, connection = tmp_path / "none.safetensors", tmp_path / "daemon.json"
    assert main(["doctor", "--weights", str(weights), "--connection-file", str(connection)]) == 5
    told = capsys.readouterr()
    assert "cpu" in told.out
    assert "none running" in told.out
    assert "none.safetensors" in told.err
