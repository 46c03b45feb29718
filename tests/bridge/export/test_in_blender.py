"""Every format that Blender reads, read by Blender: each joint where our kinematics has it, in Blender's axes."""
from __future__ import annotations

import importlib.util
import os
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bridge.demo_motion import demo_motion
from bridge.export.bvh import write_bvh
from bridge.export.bvh_style import BvhStyle
from bridge.export.gltf import write_gltf
from bridge.export.usd import write_usd
from bridge.frames import Skeleton
from bridge.generated.skeleton import JOINT_NAMES
from bridge.motion import joint_positions

PYTHONS = [python for python in os.environ.get("POSEBRIDGE_BPY", "").split(os.pathsep) if python]
STYLES = (BvhStyle(), BvhStyle("m", "z", "XYZ"), BvhStyle("in", "y", "YZX"))
TOLERANCE_M = 0.001


@pytest.mark.blender
@pytest.mark.parametrize("python", PYTHONS or [None])
def test_blender_has_every_joint_where_it_is(python: str | None, tmp_path: Path) -> None:
    if python is None:
        pytest.skip("POSEBRIDGE_BPY names no Python with the bpy module")
    motion = replace(demo_motion(30.0), skeleton=Skeleton(Skeleton().offsets_m * np.float32(1.05)))
    motion = replace(motion, root_position_m=motion.root_position_m[60:150], local_xyzw=motion.local_xyzw[60:150])
    for style in STYLES:
        write_bvh(tmp_path / f"a.{style.unit}.{style.up}.bvh", motion, style)
    write_gltf(tmp_path / "a.glb", motion)
    if importlib.util.find_spec("pxr"):
        write_usd(tmp_path / "a.usd", motion)
    files = [str(path) for path in sorted(tmp_path.iterdir())]
    reader = Path(__file__).with_name("blender_reads.py")
    ended = subprocess.run([python, str(reader), str(tmp_path / "read.npz"), "30", *files], capture_output=True,
                           text=True, timeout=110)
    assert ended.returncode == 0, ended.stderr[-2000:]
    expected = joint_positions(motion)[:, np.argsort(JOINT_NAMES)][..., [0, 2, 1]] * np.array([1, -1, 1])
    with np.load(tmp_path / "read.npz") as read:
        assert len(read.files) >= len(STYLES) + 1
        for name in read.files:
            assert read[name].shape == expected.shape, name
            assert np.abs(read[name] - expected).max() < TOLERANCE_M, name
