"""Postures that are known because somebody was asked to take them: standing upright, and the T-pose."""
from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor

from models.body import Body, Readings
from models.calibration.guess import guess_sequence, onto_trackers, postures_at
from models.calibration.posture import Column, Postures
from models.kinematics.forward import positions_from_pelvis
from models.kinematics.rotations import about_y, rotvec_to_matrix
from models.kinematics.skeleton import HEAD, JOINT_COUNT, JOINT_INDEX, L_WRIST, R_WRIST, standing_height
from models.solver import Solver

STANDING_SHARE = 0.985  # head height of people who stand over the T-pose's: 0.963 to 0.998 in the training sources
STANDING_SD = 0.015
MOMENTS = 6  # of a held pose that are looked at; together they are one posture
ARMS = tuple(tuple(JOINT_INDEX[f"{side}_{name}"] for name in ("shoulder", "elbow", "wrist")) for side in "LR")
T_POSE_SD = {"collar": 0.07, "shoulder": 0.10, "elbow": 0.09, "spine": 0.05, "neck": 0.07}  # radians, by name's end
USUAL_SD = 0.05
STRAIGHT_SD = 0.01  # metres: of a distance between trackers, arms held straight on request


def standing_postures(solver: Solver, body: Body, held: Readings) -> Postures:
    """The prior's guess of the arms, and a column as straight as people's are. F = MOMENTS."""
    moments = _moments(len(held))
    guessed = postures_at(moments, *guess_sequence(solver, body, held), held)
    return replace(guessed, column=_standing(body, held, moments))


def t_pose_postures(body: Body, held: Readings) -> Postures:
    """The T-pose at the heading its arms show, each arm turned to where its hand is. F = MOMENTS."""
    moments = _moments(len(held))
    sd = torch.tensor([_t_pose_sd(name) for name in JOINT_INDEX]).expand(len(held), -1)
    upright = about_y(t_pose_heading(body, held))[:, None].expand(-1, JOINT_COUNT, 3, 3)
    rotations, joint_sd = onto_trackers(upright, sd, body, held)
    aimed = _aimed(rotations, body, held)
    bent = aimed * (1 - joint_sd.square())[..., None, None]  # the mean over turns of that sd: a bent arm is shorter
    known = postures_at(moments, bent, joint_sd, held)
    return replace(known, reach_sd=torch.full((MOMENTS,), STRAIGHT_SD), column=_standing(body, held, moments))


def t_pose_heading(body: Body, readings: Readings) -> Tensor:
    """Where somebody in a T-pose faces, from hand to hand, (T,) radians; a mount that is turned does not matter."""
    left, right = (readings.positions[:, body.joints.index(joint)] for joint in (L_WRIST, R_WRIST))
    across = left - right
    return torch.atan2(-across[:, 2], across[:, 0])


def _moments(frames: int) -> Tensor:
    return torch.linspace(0, frames - 1, MOMENTS).round().long()


def _standing(body: Body, readings: Readings, moments: Tensor) -> Column:
    """The T-pose's bones one above the other, under the head as it is held."""
    upright, certain = torch.eye(3).expand(len(readings), JOINT_COUNT, 3, 3), torch.zeros(len(readings), JOINT_COUNT)
    rotations, _ = onto_trackers(upright, certain, body, readings)
    height = standing_height(body.offsets, HEAD).expand(len(moments))
    return Column(rotations[moments], certain[moments], height * (STANDING_SHARE - 1), height * STANDING_SD)


def _t_pose_sd(name: str) -> float:
    return next((sd for part, sd in T_POSE_SD.items() if part in name), USUAL_SD)


def _aimed(rotations: Tensor, body: Body, readings: Readings) -> Tensor:
    """Each arm turned as a whole, so that it points from its shoulder to where its hand is, (T, 22, 3, 3)."""
    rotations, head = rotations.clone(), body.joints.index(HEAD)
    places = positions_from_pelvis(rotations, body.offsets)
    at_head = rotations[:, HEAD] @ body.mounts[head] + places[:, HEAD]
    for shoulder, elbow, wrist in ARMS:
        hand = body.joints.index(wrist)
        read = readings.positions[:, hand] - rotations[:, wrist] @ body.mounts[hand]
        reach = read - (readings.positions[:, head] - at_head + places[:, shoulder])
        turn = turn_between(places[:, wrist] - places[:, shoulder], reach)
        for joint in (shoulder, elbow):
            rotations[:, joint] = turn @ rotations[:, joint]
    return rotations


def turn_between(one: Tensor, other: Tensor) -> Tensor:
    """The shortest turn from one direction to another, (..., 3) twice -> (..., 3, 3)."""
    axis = torch.linalg.cross(one, other)
    angle = torch.atan2(axis.norm(dim=-1), (one * other).sum(-1))
    return rotvec_to_matrix(torch.nn.functional.normalize(axis, dim=-1) * angle.unsqueeze(-1))
