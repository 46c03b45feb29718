"""The tests of bpy/ inside each Blender that is at hand: Pythons with bpy, pytest, pytest-timeout, scipy.

    POSEBRIDGE_BPY=/path/to/bpy45/bin/python:/path/to/bpy42/bin/python python -m pytest -m blender
"""
from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bridge.config import ServeConfig
from bridge.local import LocalDaemon

ROOT = Path(__file__).resolve().parents[3]
PYTHONS = [python for python in os.environ.get("POSEBRIDGE_BPY", "").split(os.pathsep) if python]
# A class of ours that is still registered when Python ends hangs Blender 4.5 and fells 4.2: leave without an end.
INSIDE = "import os, sys, pytest; code = pytest.main(sys.argv[1:]); sys.stdout.flush(); os._exit(code)"


def command(folder: Path, module: str) -> None:
    """A posebridge command that runs this module."""
    folder.mkdir(exist_ok=True)
    program = folder / "posebridge"
    program.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m {module} "$@"\n')
    program.chmod(0o755)


@pytest.mark.blender
@pytest.mark.timeout(600)
@pytest.mark.parametrize("python", PYTHONS or [None])
def test_all_of_them_pass(python: str | None, tmp_path: Path) -> None:
    if python is None:
        pytest.skip("POSEBRIDGE_BPY names no Python with the bpy module")
    command(tmp_path, "bridge")
    command(tmp_path / "stand_in", "tests.engine_plugins.blender.stand_in")
    config = replace(ServeConfig(), connection_file=tmp_path / "daemon.json", recordings=tmp_path, engine="cpu")
    with LocalDaemon(config) as daemon:
        around = {**os.environ, "POSEBRIDGE_CONNECTION": str(daemon.connection_file),
                  "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}
        ended = subprocess.run([python, "-c", INSIDE, "-q", "--tb=short", "-p", "no:cacheprovider",
                                "tests/engine_plugins/blender/bpy"], cwd=ROOT, capture_output=True, text=True,
                               timeout=500, env=around)
    print(ended.stdout[-8000:])
    assert ended.returncode == 0, ended.stderr[-2000:]
    assert " passed" in ended.stdout and " skipped" not in ended.stdout.splitlines()[-1]
