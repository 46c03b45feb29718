"""What the prior guesses of postures from trackers' rotations alone: bones that are told wrong cannot mislead it."""
from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor

from models.body import Body, Readings
from models.calibration.posture import Column, Postures
from models.group import group_of, measure
from models.kinematics.rotations import sixd_to_matrix, xyzw_to_matrix
from models.kinematics.skeleton import JOINT_COUNT
from models.samplers.lowpass import smooth_window
from models.samplers.schedules import NOTHING
from models.samplers.sensing import sense
from models.solver import Solver

REACH_SD = 0.03  # metres: about what guesses' distances are off on validation motion, in straight arms too
LEAST_TURN_SD = 0.02  # radians: a joint whose tracker is seen is known no better


@torch.no_grad()
def guess_sequence(solver: Solver, body: Body, readings: Readings) -> tuple[Tensor, Tensor]:
    """Global rotations (T, 22, 3, 3) and how wrong they may be (T, 22), radians per axis."""
    told = replace(solver, config=replace(solver.config, tell_hands=False, tell_height=False, tell_path=False))
    band = solver.config.sampler

    def first(cut: list[Readings]) -> Tensor:
        bodies = [body] * len(cut)
        measured = sense(measure(bodies, cut)).measured
        nothing = measured.positions.new_zeros(*measured.positions.shape[:2], 6 * JOINT_COUNT)
        guess = told.guesser(group_of(bodies), measured)(nothing, NOTHING)
        return torch.cat([smooth_window(guess.poses, band.keep_hz, band.stop_hz), guess.joint_sd], dim=-1)

    blended = told.blended(readings, 7 * JOINT_COUNT, first)
    sixd, joint_sd = blended.split([6 * JOINT_COUNT, JOINT_COUNT], dim=-1)
    return onto_trackers(sixd_to_matrix(sixd.unflatten(-1, (-1, 6))), joint_sd, body, readings)


def onto_trackers(
    rotations: Tensor, joint_sd: Tensor, body: Body, readings: Readings
) -> tuple[Tensor, Tensor]:
    """With the rotations that were read where they were, (T, 22, 3, 3) and (T, 22)."""
    joints = list(body.joints)
    rotations, joint_sd = rotations.clone(), joint_sd.clone()
    seen, xyzw = readings.rotation_known, readings.xyzw.new_tensor([0.0, 0.0, 0.0, 1.0])
    read = xyzw_to_matrix(torch.where(seen.unsqueeze(-1), readings.xyzw, xyzw)) @ body.mount_rotations.mT
    rotations[:, joints] = torch.where(seen[..., None, None], read, rotations[:, joints])
    joint_sd[:, joints] = torch.where(seen, max(body.rotation_sd, LEAST_TURN_SD), joint_sd[:, joints])
    return rotations, joint_sd


def postures_at(frames: Tensor, rotations: Tensor, joint_sd: Tensor, readings: Readings) -> Postures:
    """Some frames (F,) of a guessed sequence with what was read there."""
    rotations, joint_sd = rotations[frames], joint_sd[frames]
    reach_sd = torch.full((len(frames),), REACH_SD)
    column = Column.walking(rotations, joint_sd)
    return Postures(rotations, joint_sd, readings.positions[frames], readings.position_known[frames], reach_sd, column)
