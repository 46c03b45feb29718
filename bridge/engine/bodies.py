"""Bodies of recorded performers, from a folder of SMPL, SMPL-H and SMPL-X model files, for bridge.capture.amass."""
from __future__ import annotations

from functools import cache
from pathlib import Path

import torch

from bridge.capture.amass import RestJoints
from bridge.errors import InputInvalid, InputMissing, UsageError
from bridge.frames import Floats
from models.kinematics.body_model import (
    BodyModel,
    BodyModelError,
    BodyModelMissing,
    SmplxMissing,
    find_body_model,
    load_body_model,
)


def rest_joints_from(folder: Path) -> RestJoints:
    """The T-pose of any performer whose model file is below `folder`; each file is read once.

    Calling it raises InputMissing (no file for that body), InputInvalid (a file or betas that do not fit) and
    UsageError (smplx is not installed); this function raises InputMissing where there is no such folder.
    """
    if not folder.is_dir():
        raise InputMissing(f"{folder}: no such folder of body models")

    @cache
    def model_of(family: str, gender: str) -> BodyModel:
        path = find_body_model(folder, family, gender)
        model = load_body_model(path)
        if model.family != family:
            raise BodyModelError(f"{path}: a {model.family} model by its joints, not the {family} model its path says")
        return model

    def rest_joints(betas: Floats, gender: str, family: str) -> Floats:
        try:
            joints: Floats = model_of(family, gender).rest_joints(torch.from_numpy(betas)).numpy()
        except BodyModelMissing as error:
            raise InputMissing(str(error)) from None
        except SmplxMissing as error:
            raise UsageError(str(error)) from None
        except BodyModelError as error:
            raise InputInvalid(str(error)) from error
        return joints

    return rest_joints
