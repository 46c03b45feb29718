"""What only a Blender with a window shows: undo, and the panel's own tab. Wants blender, xvfb-run and xdotool on the
PATH, and numpy and scipy for Blender's Python (Debian: blender xvfb xauth xdotool python3-numpy python3-scipy)."""
from __future__ import annotations

import os
import shutil
import subprocess
from functools import lru_cache
from pathlib import Path

import pytest

from bridge.demo_motion import demo_motion
from bridge.export.npz import write_npz

HERE = Path(__file__).parent / "windowed"
ROOT = Path(__file__).resolve().parents[3]
PROGRAMS = ("blender", "xvfb-run", "xdotool")
PICTURES = {"empty", "found", "done", "solving", "faults", "live"}


@lru_cache
def hindered() -> str:
    """What is missing, or nothing."""
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    if missing:
        return f"{', '.join(missing)}: not on the PATH"
    asked = subprocess.run(["blender", "-b", "--factory-startup", "--python-exit-code", "9", "--python-expr",
                            "import numpy, scipy"], capture_output=True, timeout=60, env=around())
    return "Blender's Python has no numpy and scipy" if asked.returncode == 9 else ""


def around() -> dict[str, str]:
    return {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}


def in_a_window(script: str, *arguments: Path) -> str:
    """What it said; it has ended well."""
    screen = ["xvfb-run", "-a", "-s", "-screen 0 1280x1100x24"]
    blender = ["blender", "--factory-startup", "--window-geometry", "0", "0", "1280", "1100"]
    ended = subprocess.run([*screen, *blender, "--python", str(HERE / script), "--", *map(str, arguments)],
                           capture_output=True, text=True, timeout=150, env=around(), cwd=ROOT)
    assert ended.returncode == 0, ended.stdout[-3000:] + ended.stderr[-3000:]
    return ended.stdout


@pytest.fixture
def solved(tmp_path: Path) -> Path:
    if hindered():
        pytest.skip(hindered())
    write_npz(tmp_path / "demo.npz", demo_motion(30.0))
    return tmp_path / "demo.npz"


@pytest.mark.blender
@pytest.mark.timeout(200)
def test_one_undo_step_for_a_job_and_no_harm_from_one_in_its_midst(solved: Path) -> None:
    said = in_a_window("undo.py", solved)
    assert "undo is well" in said and "undone or loaded anew meanwhile" in said


@pytest.mark.blender
@pytest.mark.timeout(200)
def test_the_panel_is_drawn_in_every_state_without_a_word_of_complaint(solved: Path, tmp_path: Path) -> None:
    said = in_a_window("panel_pictures.py", solved, tmp_path / "pictures")
    assert {path.name for path in (tmp_path / "pictures").iterdir()} == {f"panel-{name}.jpg" for name in PICTURES}
    assert all(3000 < path.stat().st_size < 150_000 for path in (tmp_path / "pictures").iterdir())
    assert "Error" not in said and "Traceback" not in said
