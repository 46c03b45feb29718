"""Clips to be measured on: true motion on a body of any proportions, and what its trackers read."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor

from models.body import Body, Readings
from models.evaluation.sensors import SensorConfig, drifting, hands_seen, stream, told_bones, wrong_mounts
from models.evaluation.trackers import THREE_POINTS, TRACKER_SETS, TrackerSet
from models.kinematics.forward import local_to_global, positions_from_pelvis
from models.kinematics.rotations import matrix_to_xyzw, rotvec_to_matrix, xyzw_to_matrix
from models.kinematics.scaling import scale_body
from models.training.dataset import Clip

Draw = Callable[[str], torch.Generator]  # the random numbers of a fault, by its name


@dataclass(frozen=True)
class Trial:
    """One clip on one body: the truth, the readings, and the body as the solver is told of it."""

    body: Body
    readings: Readings
    rotations: Tensor  # (T, 22, 3, 3) global
    places: Tensor  # (T, 22, 3) metres
    clip: Clip

    @property
    def floor(self) -> bool:
        return self.clip.floor


def make_trial(clip: Clip, body_name: str, sensors: SensorConfig, trackers: str = THREE_POINTS) -> Trial:
    """The clip on a named body (kinematics/scaling.py) that wears a named set of trackers (trackers.py)."""
    offsets, root = scale_body(clip.offsets, clip.root, body_name)
    rotations = local_to_global(xyzw_to_matrix(clip.local_xyzw))
    places = positions_from_pelvis(rotations, offsets) + root[:, None]
    worn, draw = TRACKER_SETS[trackers], partial(stream, sensors.seed, f"{clip.source}/{clip.name}")
    body = _told_body(offsets, worn, clip.floor, sensors, draw)
    return Trial(body, _read(rotations, places, worn, sensors, draw), rotations, places, clip)


def _told_body(offsets: Tensor, worn: TrackerSet, floor: bool, sensors: SensorConfig, draw: Draw) -> Body:
    mounts, turned = wrong_mounts(len(worn.joints), sensors, draw("mounts"))
    bones = told_bones(offsets, sensors, draw("bones"))
    return Body(bones, worn.joints, mounts, turned, *sensors.told_sds, 0.0 if floor else None)


def _read(rotations: Tensor, places: Tensor, worn: TrackerSet, sensors: SensorConfig, draw: Draw) -> Readings:
    """What trackers right on their joints read: with noise, perhaps astray, and nothing of a hand that is lost."""
    joints, frames = list(worn.joints), len(places)
    shape = (frames, len(joints), 3)
    position_noise = sensors.position_sd * torch.randn(shape, generator=draw("positions"))
    rotation_noise = sensors.rotation_sd * torch.randn(shape, generator=draw("rotations"))
    seen = hands_seen(frames, worn.joints, sensors.hands_lost, draw("hands"))
    placed = seen & torch.tensor([joint in worn.placed for joint in joints])
    turned = matrix_to_xyzw(rotations[:, joints] @ rotvec_to_matrix(rotation_noise))
    read = places[:, joints] + position_noise + drifting(frames, worn.joints, sensors.drift)
    return Readings(read, turned, placed, seen)
