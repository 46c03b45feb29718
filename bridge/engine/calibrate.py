"""What `posebridge calibrate` does: a session in, the body of whoever wears the trackers out."""
from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path

import torch

from bridge.capture.body_json import CalibratedBody, Finding
from bridge.engine.solver import choose_device, load_solver_prior
from bridge.engine.tensors import body_of, readings_of
from bridge.errors import InputInvalid
from bridge.frames import SOLVER_RATE_HZ, Session, Setup, Skeleton, Tracker
from bridge.resample import resample_clip
from models.body import Body
from models.calibration.calibrate import Priors, calibrated
from models.calibration.factors import FactorPrior
from models.calibration.findings import findings
from models.calibration.still import PoseNotFound
from models.kinematics.rotations import matrix_to_xyzw
from models.prior.thinned import thinned_forward
from models.solver import Solver

USUAL_STATURE_SD, USUAL_MOUNT_SD = FactorPrior().stature_sd, FactorPrior().mount_sd
TOLD_STATURE_SD = 0.02  # of the logarithm: people know their height to a few centimetres, shoes included


class Calibrator:
    """A prior, ready to calibrate sessions with."""

    def __init__(self, weights: Path | None = None, device: str = "cpu", threads: int = 1) -> None:
        """Raises ModelMissing, DeviceFailed."""
        torch.set_num_threads(threads)
        prior = load_solver_prior(weights).to(choose_device(device))
        self._solver = Solver(prior, thinned_forward(prior.network))

    def calibrate(
        self, session: Session, pose: str, height_told: bool = False, mount_sd_m: float = USUAL_MOUNT_SD
    ) -> CalibratedBody:
        """The session's body as one of the POSES shows it. Raises InputInvalid if the pose never occurs.

        height_told: the session's skeleton has the person's own height.
        mount_sd_m: how far trackers may sit from where the session says, per axis.
        """
        body = body_of(session.setup)
        readings = readings_of(resample_clip(session.clip, SOLVER_RATE_HZ))
        stature_sd = TOLD_STATURE_SD if height_told else USUAL_STATURE_SD
        factors = FactorPrior(stature_sd=stature_sd, mount_sd=mount_sd_m)
        try:
            fitted, found = calibrated(self._solver, body, readings, pose, Priors(factors=factors))
        except PoseNotFound as error:
            raise InputInvalid(f"{session.name or 'session'}: no calibration: {error}") from None
        return CalibratedBody(
            _setup(session.setup, fitted), tuple(Finding(**asdict(one)) for one in findings(body, found)), pose,
            found.window.start / SOLVER_RATE_HZ, found.window.end / SOLVER_RATE_HZ,
            found.residual_before, found.residual_after,
        )


def _setup(told: Setup, body: Body) -> Setup:
    """The told set-up with the bones and mounts of `body`."""
    turned = matrix_to_xyzw(body.mount_rotations)
    mounted = tuple(
        Tracker(joint, place.numpy(), xyzw.numpy())
        for joint, place, xyzw in zip(body.joints, body.mounts, turned, strict=True)
    )
    return replace(told, skeleton=Skeleton(body.offsets.numpy()), trackers=mounted)
