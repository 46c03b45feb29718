"""A user's whole way, by the real commands: a walk as OpenPose saw it, lifted, put onto a character in Blender, drawn
and mended there. bpy/contact_sheet.py draws such a sheet for whoever wants to look."""
from __future__ import annotations

import os
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bridge.cli import main
from bridge.demo_motion.shipped import demo_session
from bridge.export.bvh import write_bvh
from bridge.motion import joint_positions
from bridge.resample_motion import resample_motion
from tests.engine_plugins.blender.test_in_blender import INSIDE, PYTHONS, ROOT, command

HERE = Path(__file__).parent
HZ = 24.0


def film(folder: Path) -> None:
    """Two seconds of the demo's walk as OpenPose saw them, and where the joints were."""
    whole = demo_session().truth
    assert whole is not None
    cut = slice(240, 360)
    walk = resample_motion(replace(whole, root_position_m=whole.root_position_m[cut],
                                   local_xyzw=whole.local_xyzw[cut], name="walk"), HZ)
    write_bvh(folder / "walk.bvh", walk)
    np.save(folder / "truth.npy", joint_positions(walk))
    words = ["simulate", str(folder / "walk.bvh"), "--out", str(folder), "--keypoints", "openpose", "--lost", "0.1"]
    assert main(words) == 0
    assert len([*(folder / "walk").glob("*_keypoints.json")]) == len(walk)


def in_blender(folder: Path, *words: object) -> subprocess.CompletedProcess[str]:
    around = {**os.environ, "POSEBRIDGE_FILM": str(folder), "PYTHONPATH": str(ROOT),
              "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    return subprocess.run([PYTHONS[0], *map(str, words)], cwd=ROOT, capture_output=True, text=True, timeout=900,
                          env=around)


@pytest.mark.slow
@pytest.mark.blender
@pytest.mark.timeout(1800)
def test_from_openpose_s_files_to_a_character_that_walks(tmp_path: Path) -> None:
    if not PYTHONS:
        pytest.skip("POSEBRIDGE_BPY names no Python with the bpy module")
    film(tmp_path)
    assert main(["lift", str(tmp_path / "walk"), "--rate", f"{HZ:g}", "--camera", str(tmp_path / "walk.camera.json"),
                 "--out", str(tmp_path / "lifted")]) == 0
    command(tmp_path / "bin", "bridge")
    drawn = in_blender(tmp_path, HERE / "bpy" / "contact_sheet.py", "--motion", tmp_path / "lifted" / "walk.npz",
                       "--out", tmp_path, "Mixamo")
    assert drawn.returncode == 0 and "mixamo.jpg" in drawn.stdout, drawn.stderr[-2000:]
    ended = in_blender(tmp_path, "-c", INSIDE, "-q", "--tb=short", "-p", "no:cacheprovider", "-m", "slow", "-o",
                       "timeout=900", HERE / "bpy" / "test_filmed_walk.py")
    print(ended.stdout[-8000:])
    assert ended.returncode == 0 and "2 passed" in ended.stdout, ended.stderr[-2000:]
