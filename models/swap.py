"""Left and right controllers worn the wrong way round: seen by where the elbows would be.

From a hand's place and rotation follows its elbow, and an elbow is one upper arm from its own shoulder, which hangs
below the head. A tracker taken for the other hand's has its elbow on the wrong side of it, and its hand beyond the
body's middle. Both wearings are compared in every frame: as told, and with the two trackers' readings exchanged, each
less the mount of the hand it is then on. A few frames may deceive; seconds do not.
"""
from __future__ import annotations

import math
from itertools import accumulate

import torch
from torch import Tensor

from models.body import Body, Readings
from models.group import Group, group_of, measured_by
from models.kinematics.arrays import alike
from models.kinematics.rotations import about_y, heading
from models.kinematics.skeleton import HEAD, JOINT_INDEX, L_WRIST, R_WRIST, descent_matrix
from models.samplers.measurement import Measurement
from models.samplers.streaming import RATE_HZ
from models.swap_rule import FORGET_S, SUREST, SWAPPED, WEIGHTS, WHOLE_MEAN, WHOLE_S

ARMS = tuple(
    (JOINT_INDEX[f"{side}_shoulder"], JOINT_INDEX[f"{side}_elbow"], JOINT_INDEX[f"{side}_wrist"], outward)
    for side, outward in (("L", 1.0), ("R", -1.0))
)
LOOKED_AT = 12  # of a whole session every so manieth frame tells enough


def exchanged(body: Body, readings: Readings) -> Readings:
    """What would have been read had the two hands' trackers changed places."""
    return Readings(*(part[0] for part in in_other_hands(body.joints, readings.in_batch()).parts))


def in_other_hands(joints: tuple[int, ...], readings: Readings) -> Readings:
    """The same of readings (B, T, M, ...)."""
    columns = list(range(len(joints)))
    left, right = joints.index(L_WRIST), joints.index(R_WRIST)
    columns[left], columns[right] = right, left
    return Readings(*(part[:, :, columns] for part in readings.parts))


def swap_evidence(body: Body, readings: Readings) -> Tensor:
    """(T,) nats by which each frame is likelier with the hands' trackers exchanged than as told; 0 where head or hands
    are not read."""
    return evidence_of(swap_signs(body, readings))


def evidence_of(signs: Tensor) -> Tensor:
    """(..., 3) -> (...) nats."""
    return (signs @ signs.new_tensor(WEIGHTS)).clamp(-SUREST, SUREST)


def swap_signs(body: Body, readings: Readings) -> Tensor:
    """(T, 3): arm_signs of both hands with trackers exchanged, less those as told; 0 of what was not read."""
    if not can_be_swapped(body.joints):
        return torch.zeros(len(readings), len(WEIGHTS))
    return swap_signs_of(group_of([body]), readings.in_batch())[0]


def swap_signs_of(group: Group, readings: Readings) -> Tensor:
    """The same of the readings (B, T, M, ...) of bodies that wear head and hands, (B, T, 3)."""
    told = arm_signs(group, measured_by(group, readings))
    swapped = measured_by(group, in_other_hands(group.joints, readings))
    other = arm_signs(group, swapped).flip(2)  # the same tracker's on either hand
    return (other - told).nan_to_num(0.0).sum(2)


def can_be_swapped(joints: tuple[int, ...]) -> bool:
    """Whether there are trackers that tell."""
    return {HEAD, L_WRIST, R_WRIST} <= set(joints)


def looks_swapped(evidence: Tensor) -> Tensor:
    """(T,) bool: whether what was seen until then, fading within FORGET_S, says so. evidence: (T,) nats at 60 Hz."""
    kept = math.exp(-1 / (RATE_HZ * FORGET_S))
    seen = accumulate(evidence.tolist(), lambda before, now: kept * before + now / RATE_HZ, initial=0.0)
    return torch.tensor(list(seen)[1:]) > SWAPPED


def worn_swapped(evidence: Tensor, rate_hz: float = RATE_HZ) -> bool:
    """Whether a whole session, (T,) nats, is overwhelmingly so: for long, and in the mean of what was seen."""
    return bool(worn_swapped_each(evidence, rate_hz))


def worn_swapped_each(evidence: Tensor, rate_hz: float = RATE_HZ) -> Tensor:
    """The same of sessions (..., T), whose evidence is zero after their ends: (...) bool."""
    seen = (evidence != 0).sum(-1)
    return (seen >= WHOLE_S * rate_hz) & (evidence.sum(-1) > WHOLE_MEAN * seen)


def unswapped(body: Body, readings: Readings) -> Readings:
    """Exchanged if a whole session at 60 Hz is overwhelmingly worn so; else as they are."""
    wrong = worn_swapped(swap_evidence(body, readings.every(LOOKED_AT)), RATE_HZ / LOOKED_AT)
    return exchanged(body, readings) if wrong else readings


def arm_signs(group: Group, measured: Measurement) -> Tensor:
    """(B, T, 2, 3) of the left and the right arm as worn so: how far the elbow is from where it can be, how far outward
    it is, and how far outward the hand is, in lengths of upper and whole arm; NaN where head or hand is unread.
    """
    offsets = group.offsets[:, None]  # (B, 1, 22, 3): of all frames
    rest = alike(descent_matrix(), offsets) @ offsets  # unturned, from the pelvis
    columns = [group.joints.index(joint) for joint in (HEAD, L_WRIST, R_WRIST)]
    known = (measured.position_known & measured.rotation_known)[:, :, columns]
    turned = measured.rotations[:, :, columns]
    mounts = group.mounts[:, None, columns]
    places = measured.positions[:, :, columns] - (turned @ mounts.unsqueeze(-1)).squeeze(-1)
    ahead = about_y(heading(turned[:, :, 0])).mT
    arms = []
    for number, (shoulder, elbow, wrist, outward) in enumerate(ARMS, start=1):
        hand = (ahead @ (places[:, :, number] - places[:, :, 0]).unsqueeze(-1)).squeeze(-1)
        hand = hand - (rest[:, :, shoulder] - rest[:, :, HEAD])
        bent = hand - (ahead @ turned[:, :, number] @ offsets[:, :, wrist].unsqueeze(-1)).squeeze(-1)
        upper, lower = (offsets[:, :, joint].norm(dim=-1, keepdim=True) for joint in (elbow, wrist))
        signs = _signs(hand / (upper + lower), bent / upper, outward)
        arms.append(torch.where((known[..., 0] & known[..., number]).unsqueeze(-1), signs, torch.nan))
    return torch.stack(arms, dim=2)


def _signs(hand: Tensor, elbow: Tensor, outward: float) -> Tensor:
    """(..., 3) of one arm; hand and elbow (..., 3) as seen from the shoulder, facing ahead."""
    reach, far = hand.norm(dim=-1), elbow.norm(dim=-1)
    parts = ((far - 1).abs().clamp(max=1), outward * elbow[..., 0] / far.clamp(min=1),
             outward * hand[..., 0] / reach.clamp(min=1))
    return torch.stack(parts, dim=-1)
