"""T-pose joints of SMPL, SMPL-H and SMPL-X bodies, out of the licensed model files that a user brings.

smplx opens the files; it is an extra (its licence is non-commercial) and is imported when the first file is read. It
unpickles .pkl files, and a pickle can run anything: give it files from the models' own sites only. From .npz files
plain arrays are read and no pickles, so prefer those.
"""
from __future__ import annotations

import contextlib
import importlib
import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from torch import Tensor

from models.kinematics.skeleton import JOINT_COUNT, PARENT_OR_SELF, PARENTS

FAMILIES = {24: "smpl", 52: "smplh", 55: "smplx"}  # by the number of joints; the first 22 of each are ours
GENDERS = ("female", "male", "neutral")
FACE_SHAPES = 10  # shape components of a small SMPL-X file; what follows in it, and after MOST_SHAPES, moves the face
MOST_SHAPES = 300
NEEDED = ("v_template", "shapedirs", "J_regressor", "kintree_table")
_FAMILY_NAME = re.compile(r"smpl[-+_]?([hx])?(?![a-z])|basicmodel_")
_GENDER_NAME = re.compile(r"(?<![a-z])(female|male|neutral|(?<=basicmodel_)[fm])(?![a-z])")


class BodyModelError(ValueError):
    """A body model that cannot be used; the message says why."""


class BodyModelMissing(BodyModelError):
    """No such file, or no file of that family and gender."""


class SmplxMissing(BodyModelError):
    """The package that reads body models is not installed."""


@dataclass(frozen=True)
class BodyModel:
    """The first 22 joints of one body model in its T-pose: linear in the shape coefficients (betas)."""

    family: str  # of FAMILIES
    mean_joints: Tensor  # (22, 3) metres, in the model's own frame, Y up
    per_beta: Tensor  # (22, 3, N) metres

    def rest_joints(self, betas: Tensor) -> Tensor:
        """T-pose joint positions in the model's own frame; up to N betas, the missing ones zero. -> (22, 3), metres."""
        most = self.per_beta.shape[-1]
        if betas.ndim != 1 or len(betas) > most:
            raise BodyModelError(f"betas are {tuple(betas.shape)}; this {self.family} model takes up to ({most},)")
        if not betas.isfinite().all():
            raise BodyModelError("betas hold NaN or infinity")
        return self.mean_joints + self.per_beta[..., : len(betas)] @ betas.to(self.per_beta)

    def offsets(self, betas: Tensor) -> Tensor:
        """T-pose offsets parent -> joint, the pelvis' zero. -> (22, 3), metres."""
        joints = self.rest_joints(betas)
        return joints - joints[list(PARENT_OR_SELF)]


def find_body_model(folder: Path, family: str, gender: str) -> Path:
    """The model file of that family and gender below `folder`, told by its path; an .npz before a .pkl.

    Knows the names of smplx (smplh/SMPLH_MALE.npz), of AMASS (smplh/male/model.npz) and of SMPL itself
    (basicmodel_m_lbs_10_207_0_v1.1.0.pkl). Raises BodyModelMissing.
    """
    files = [path for path in folder.rglob("*") if path.suffix in (".npz", ".pkl")]
    wanted = [path for path in files if _named(path, folder) == (family, gender)]
    if not wanted:
        raise BodyModelMissing(
            f"{folder}: no {family} model of gender {gender} below; such as {family}/{family.upper()}_{gender.upper()}"
            f".npz or {family}/{gender}/model.npz, gender {', '.join(GENDERS)}"
        )
    return min(wanted, key=lambda path: (path.suffix == ".pkl", len(path.parts), path.name))


def _named(path: Path, folder: Path) -> tuple[str, str] | None:
    """(family, gender) as the path from the folder's own name on says, the innermost name counting."""
    text = "/".join([folder.resolve().name, *path.relative_to(folder).parts]).lower()
    families, genders = list(_FAMILY_NAME.finditer(text)), list(_GENDER_NAME.finditer(text))
    if not families or not genders:
        return None
    gender = genders[-1][1]
    return "smpl" + (families[-1][1] or ""), {"f": "female", "m": "male"}.get(gender, gender)


def load_body_model(path: Path) -> BodyModel:
    """Read one model file (.npz or .pkl). Raises BodyModelMissing, SmplxMissing, BodyModelError."""
    if not path.is_file():
        raise BodyModelMissing(f"{path}: no such file")
    smplx = require("smplx", "smpl")
    try:
        layer = _layer_of_npz(smplx, path) if path.suffix == ".npz" else _layer_of_pickle(smplx, path)
        to_joints, regressor = smplx.lbs.vertices2joints, layer.J_regressor
        mean_joints = to_joints(regressor, layer.v_template[None])[0]
        per_beta = to_joints(regressor, layer.shapedirs.permute(2, 0, 1)).permute(1, 2, 0)
        parents = tuple(layer.parents.tolist())
    except BodyModelError:
        raise
    except Exception as error:  # what a foreign file makes smplx and its unpickling raise has no end
        raise BodyModelError(f"{path}: not a SMPL, SMPL-H or SMPL-X model ({_explained(error)})") from error
    _check(path, parents, mean_joints, per_beta)
    return BodyModel(FAMILIES[len(parents)], mean_joints[:JOINT_COUNT].clone(), per_beta[:JOINT_COUNT].clone())


def require(package: str, extra: str) -> ModuleType:
    """Import a package that one of our extras brings. Raises SmplxMissing."""
    try:
        return importlib.import_module(package)
    except ImportError as error:
        raise SmplxMissing(f"reading body models needs {package}: pip install 'posebridge[{extra}]'") from error


def _layer_of_pickle(smplx: ModuleType, path: Path) -> Any:
    """smplx's first 10 shape components, or its first 300 where there are as many."""
    with contextlib.redirect_stdout(io.StringIO()):  # where smplx says how many: our results go there
        return smplx.SMPLLayer(str(path), num_betas=MOST_SHAPES)


def _layer_of_npz(smplx: ModuleType, path: Path) -> Any:
    """All shape components: asked by itself, smplx would take 10 of AMASS's 16, and miss the hands it has not."""
    try:
        with np.load(path, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in NEEDED if name in archive}
    except (zipfile.BadZipFile, zlib.error, ValueError, EOFError, OSError) as error:
        raise BodyModelError(f"{path}: not an archive of plain arrays ({error})") from error
    if lacking := [name for name in NEEDED if name not in arrays]:
        raise BodyModelError(f"{path}: not a SMPL, SMPL-H or SMPL-X model: it lacks {', '.join(lacking)}")
    count = _shape_count(arrays)
    layer_type = type("WholeShape", (smplx.SMPLLayer,), {"SHAPE_SPACE_DIM": count})
    never_posed = {"posedirs": np.zeros((1, 1)), "weights": np.zeros((1, 1)), "f": np.zeros((1, 3))}
    return layer_type("", data_struct=smplx.utils.Struct(**arrays, **never_posed), num_betas=count)


def _shape_count(arrays: dict[str, Any]) -> int:
    components = int(arrays["shapedirs"].shape[-1])
    if FAMILIES.get(len(arrays["J_regressor"])) == "smplx" and components < MOST_SHAPES:
        return min(components, FACE_SHAPES)
    return min(components, MOST_SHAPES)


def _check(path: Path, parents: tuple[int, ...], *joints: Tensor) -> None:
    if len(parents) not in FAMILIES or parents[:JOINT_COUNT] != PARENTS:
        allowed = ", ".join(f"{count} ({family})" for count, family in FAMILIES.items())
        raise BodyModelError(f"{path}: {len(parents)} joints or another tree than a body's; allowed are {allowed}")
    if not all(values.isfinite().all() for values in joints):
        raise BodyModelError(f"{path}: holds NaN or infinity")


def _explained(error: Exception) -> str:
    if isinstance(error, ModuleNotFoundError) and error.name == "chumpy":
        return "it holds chumpy objects; smplx's tools/clean_ch.py writes it without them"
    return f"{type(error).__name__}: {error}"
