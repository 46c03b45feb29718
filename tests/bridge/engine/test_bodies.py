"""Performers' bodies: AMASS recordings get the bones of the model file their family and gender name."""
from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bridge.capture.amass import read_recording
from bridge.engine.bodies import rest_joints_from
from bridge.errors import InputInvalid, InputMissing
from bridge.generated.skeleton import PARENTS

pytest.importorskip("smplx", reason="the extra smpl is not installed")


@pytest.fixture
def models(tmp_path: Path, model_arrays: Callable[..., dict[str, Any]]) -> Path:
    """smplh/female, smplx/female, and a folder smpl that holds an SMPL-H file."""
    for folder, family, shapes in (("smplh", "smplh", 16), ("smplx", "smplx", 20), ("smpl", "smplh", 16)):
        path = tmp_path / "models" / folder / "female" / "model.npz"
        path.parent.mkdir(parents=True)
        np.savez(path, **model_arrays(family, shapes, seed=len(folder)))
    return tmp_path / "models"


def recording(path: Path, width: int, betas: int) -> Path:
    np.savez(path, poses=np.zeros((3, width)), trans=np.zeros((3, 3)), betas=np.full(betas, 0.3),
             gender=np.array(b"female"), mocap_framerate=np.array(60.0))
    return path


@pytest.mark.parametrize(("width", "betas", "family"), [(156, 16, "smplh"), (165, 10, "smplx")])
def test_a_recording_gets_its_own_bones(models: Path, tmp_path: Path, width: int, betas: int, family: str) -> None:
    motion = read_recording(recording(tmp_path / "a_poses.npz", width, betas), rest_joints_from(models))
    with np.load(models / family / "female" / "model.npz") as arrays:
        shaped = arrays["v_template"] + arrays["shapedirs"][..., :betas] @ np.full(betas, 0.3)
        joints = (arrays["J_regressor"] @ shaped)[:22]
    np.testing.assert_allclose(motion.skeleton.offsets_m[1:], (joints - joints[list(PARENTS)])[1:], atol=1e-5)
    x, y, z = joints[0]
    np.testing.assert_allclose(motion.root_position_m[0], [x, z, -y], atol=1e-5)


def test_each_file_is_read_once(models: Path) -> None:
    bodies = rest_joints_from(models)
    first = bodies(np.zeros(16, np.float32), "female", "smplh")
    (models / "smplh" / "female" / "model.npz").unlink()
    np.testing.assert_array_equal(bodies(np.zeros(16, np.float32), "female", "smplh"), first)


def test_refuses_what_is_missing_or_does_not_fit(models: Path, tmp_path: Path) -> None:
    bodies = rest_joints_from(models)
    with pytest.raises(InputMissing, match="no smplh model of gender male"):
        bodies(np.zeros(16, np.float32), "male", "smplh")
    with pytest.raises(InputInvalid, match="a smplh model by its joints"):
        bodies(np.zeros(10, np.float32), "female", "smpl")
    with pytest.raises(InputInvalid, match=r"takes up to \(10,\)"):
        bodies(np.zeros(16, np.float32), "female", "smplx")
    with pytest.raises(InputMissing, match="no such folder"):
        rest_joints_from(tmp_path / "nowhere")
