"""Body models: the joints smplx itself gives, all three families, both kinds of file, and what is refused."""
from __future__ import annotations

import importlib
import pickle
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import torch
from scipy.sparse import csc_matrix

from models.kinematics.body_model import (
    BodyModelError,
    BodyModelMissing,
    SmplxMissing,
    find_body_model,
    load_body_model,
    require,
)
from models.kinematics.skeleton import JOINT_COUNT, PARENTS
from models.kinematics.smpl22 import JOINT_NAMES

Arrays = dict[str, Any]
ModelArrays = Callable[..., Arrays]


@pytest.fixture
def smplx() -> ModuleType:
    module: ModuleType = pytest.importorskip("smplx", reason="the extra smpl is not installed")
    return module


def write_npz(path: Path, arrays: Arrays) -> Path:
    np.savez(path, **arrays)
    return path


def write_pickle(path: Path, arrays: Arrays) -> Path:
    path.write_bytes(pickle.dumps({**arrays, "J_regressor": csc_matrix(arrays["J_regressor"])}))
    return path


def joints_by_hand(arrays: Arrays, betas: np.ndarray) -> np.ndarray:
    shaped = arrays["v_template"] + arrays["shapedirs"][..., : len(betas)] @ betas
    return np.asarray(arrays["J_regressor"] @ shaped)[:JOINT_COUNT]


@pytest.mark.usefixtures("smplx")
@pytest.mark.parametrize("names", ["JOINT_NAMES", "SMPLH_JOINT_NAMES"])
def test_smplx_names_the_joints_as_we_do(names: str) -> None:
    theirs = getattr(importlib.import_module("smplx.joint_names"), names)[:JOINT_COUNT]
    assert [name.replace("left_", "L_").replace("right_", "R_") for name in theirs] == list(JOINT_NAMES)


@pytest.mark.parametrize(
    ("layer", "name", "write"),
    [
        ("SMPLLayer", "SMPL_NEUTRAL.pkl", write_pickle),
        ("SMPLHLayer", "SMPLH_FEMALE.pkl", write_pickle),
        ("SMPLHLayer", "SMPLH_MALE.npz", write_npz),
        ("SMPLXLayer", "SMPLX_NEUTRAL.npz", write_npz),
    ],
)
def test_joints_are_those_of_smplxs_own_layer(
    smplx: ModuleType, model_arrays: ModelArrays, tmp_path: Path,
    layer: str, name: str, write: Callable[[Path, Arrays], Path],
) -> None:
    family = name.split("_")[0].lower()
    path = write(tmp_path / name, model_arrays(family, 20 if family == "smplx" else 10))
    theirs = getattr(smplx, layer)(str(path), ext=path.suffix[1:])
    betas = torch.linspace(-2, 2, 10)
    pose = torch.zeros(1, 3 * len(theirs.parents))
    _, expected = smplx.lbs.lbs(
        betas[None], pose, theirs.v_template, theirs.shapedirs, theirs.posedirs, theirs.J_regressor, theirs.parents,
        theirs.lbs_weights,
    )
    model = load_body_model(path)
    assert model.family == family
    torch.testing.assert_close(model.rest_joints(betas), expected[0, :JOINT_COUNT], atol=1e-5, rtol=0)


@pytest.mark.usefixtures("smplx")
@pytest.mark.parametrize(
    ("family", "components", "taken"),
    [("smpl", 10, 10), ("smplh", 16, 16), ("smplx", 20, 10), ("smplx", 400, 300)],
)
def test_every_shape_component_of_an_npz_counts(
    model_arrays: ModelArrays, tmp_path: Path, family: str, components: int, taken: int
) -> None:
    arrays = model_arrays(family, components)
    lean = {name: arrays[name] for name in arrays if not name.startswith(("hands", "lmk"))}  # as AMASS's own are
    model = load_body_model(write_npz(tmp_path / "model.npz", lean))
    betas = np.random.default_rng(1).normal(size=taken)
    ours = model.rest_joints(torch.from_numpy(betas))
    np.testing.assert_allclose(ours.numpy(), joints_by_hand(arrays, betas), atol=1e-4)
    with pytest.raises(BodyModelError, match=rf"takes up to \({taken},\)"):
        model.rest_joints(torch.zeros(taken + 1))


@pytest.mark.usefixtures("smplx")
def test_offsets_lead_from_parent_to_joint(
    model_arrays: ModelArrays, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = load_body_model(write_pickle(tmp_path / "SMPL_MALE.pkl", model_arrays("smpl")))
    joints, offsets = model.rest_joints(torch.ones(3)), model.offsets(torch.ones(3))
    assert offsets[0].tolist() == [0, 0, 0]
    for joint in range(1, JOINT_COUNT):
        torch.testing.assert_close(joints[PARENTS[joint]] + offsets[joint], joints[joint])
    torch.testing.assert_close(model.rest_joints(torch.zeros(0)), model.mean_joints)
    assert capsys.readouterr().out == ""


@pytest.mark.usefixtures("smplx")
def test_refuses_betas_that_are_no_numbers(model_arrays: ModelArrays, tmp_path: Path) -> None:
    model = load_body_model(write_npz(tmp_path / "m.npz", model_arrays("smpl")))
    with pytest.raises(BodyModelError, match="NaN"):
        model.rest_joints(torch.full((10,), torch.nan))
    with pytest.raises(BodyModelError, match=r"betas are \(1, 10\)"):
        model.rest_joints(torch.zeros(1, 10))


@pytest.mark.usefixtures("smplx")
@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"shapedirs": None}, "lacks shapedirs"),
        ({"J_regressor": np.ones((24, 7))}, "not a SMPL"),
        ({"J_regressor": np.full((24, 40), np.nan)}, "NaN"),
        ({"J_regressor": np.array([{}])}, "not an archive of plain arrays"),
        ({"kintree_table": np.array([range(-1, 23), range(24)])}, "another tree"),
        ({"J_regressor": np.ones((16, 40)), "kintree_table": np.array([range(-1, 15), range(16)])}, "16 joints"),
    ],
)
def test_refuses_what_is_no_body(
    model_arrays: ModelArrays, tmp_path: Path, changes: Arrays, says: str
) -> None:
    arrays = {name: value for name, value in (model_arrays("smpl") | changes).items() if value is not None}
    with pytest.raises(BodyModelError, match=says):
        load_body_model(write_npz(tmp_path / "model.npz", arrays))


@pytest.mark.usefixtures("smplx")
@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.npz", b"no archive", "not an archive"),
        ("a.pkl", b"no pickle", "not a SMPL"),
        ("a.pkl", pickle.dumps([1, 2]), "not a SMPL"),
        ("a.pkl", pickle.dumps({"v_template": 1}), "not a SMPL"),
        ("a.pkl", b"\x80\x04cchumpy.ch\nCh\n.", "clean_ch"),
    ],
)
def test_refuses_files_that_are_something_else(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BodyModelError, match=says):
        load_body_model(tmp_path / name)


def test_a_missing_file_and_a_missing_package_say_so(tmp_path: Path) -> None:
    with pytest.raises(BodyModelMissing, match="no such file"):
        load_body_model(tmp_path / "SMPL_MALE.npz")
    with pytest.raises(SmplxMissing, match=r"pip install 'posebridge\[smpl\]'"):
        require("no_such_package_as_this", "smpl")


@pytest.mark.parametrize(
    ("name", "family", "gender"),
    [
        ("smplh/SMPLH_MALE.npz", "smplh", "male"),
        ("smplh/female/model.npz", "smplh", "female"),
        ("smplx_locked_head/neutral/model.npz", "smplx", "neutral"),
        ("SMPL-X/models/SMPLX_NEUTRAL.pkl", "smplx", "neutral"),
        ("SMPL_python_v.1.1.0/smpl/models/basicmodel_m_lbs_10_207_0_v1.1.0.pkl", "smpl", "male"),
        ("basicModel_f_lbs_10_207_0_v1.0.0.pkl", "smpl", "female"),
        ("smplx/SMPL_NEUTRAL.pkl", "smpl", "neutral"),
    ],
)
def test_finds_a_file_by_the_names_in_use(tmp_path: Path, name: str, family: str, gender: str) -> None:
    others = ["dmpls/male/model.npz", "dmpls/female/model.npz", "smplify/smplify_male.npz", "mano/MANO_LEFT.pkl",
              "smplh/info.txt"]
    for each in [name, *others]:
        (tmp_path / "models" / each).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "models" / each).touch()
    assert find_body_model(tmp_path / "models", family, gender) == tmp_path / "models" / name
    with pytest.raises(BodyModelMissing, match=f"no {family} model of gender unknown"):
        find_body_model(tmp_path / "models", family, "unknown")


def test_the_folder_itself_may_name_the_family_and_npz_goes_before_pickle(tmp_path: Path) -> None:
    folder = tmp_path / "smplh"
    (folder / "male").mkdir(parents=True)
    for name in ("SMPLH_MALE.pkl", "male/model.npz"):
        (folder / name).touch()
    assert find_body_model(folder, "smplh", "male") == folder / "male" / "model.npz"
