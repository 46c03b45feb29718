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
from models.group import measure
from models.kinematics.forward import positions_from_pelvis
from models.kinematics.rotations import about_y, heading
from models.kinematics.skeleton import HEAD, JOINT_INDEX, L_WRIST, R_WRIST
from models.samplers.measurement import Measurement
from models.samplers.streaming import RATE_HZ

ARMS = tuple(
    (JOINT_INDEX[f"{side}_shoulder"], JOINT_INDEX[f"{side}_elbow"], JOINT_INDEX[f"{side}_wrist"], outward)
    for side, outward in (("L", 1.0), ("R", -1.0))
)
WEIGHTS = (-2.1, 0.6, 1.95)  # of arm_signs; fitted to the training split by tests/benchmarks/swapped.py --fit
SUREST = 4.0  # nats that one frame can say
FORGET_S = 1.0
SWAPPED = 0.75  # nats x seconds, accumulated, at which a session looks swapped
WHOLE_S, WHOLE_MEAN = 5.0, 1.5  # a session so long that is so clear in the mean is repaired


def exchanged(body: Body, readings: Readings) -> Readings:
    """What would have been read had the two hands' trackers changed places."""
    columns = list(range(len(body.joints)))
    left, right = body.joints.index(L_WRIST), body.joints.index(R_WRIST)
    columns[left], columns[right] = right, left
    return Readings(*(part[:, columns] for part in readings.parts))


def swap_evidence(body: Body, readings: Readings) -> Tensor:
    """(T,) nats by which each frame is likelier with the hands' trackers exchanged than as told; 0 where head or hands
    are not read."""
    told = swap_signs(body, readings)
    return (told @ told.new_tensor(WEIGHTS)).clamp(-SUREST, SUREST)


def swap_signs(body: Body, readings: Readings) -> Tensor:
    """(T, 3): arm_signs of both hands with trackers exchanged, less those as told; 0 of what was not read."""
    if not {HEAD, L_WRIST, R_WRIST} <= set(body.joints):
        return torch.zeros(len(readings), len(WEIGHTS))
    told = arm_signs(body, measure([body], [readings]))
    other = arm_signs(body, measure([body], [exchanged(body, readings)])).flip(1)  # the same tracker's on either hand
    return (other - told).nan_to_num(0.0).sum(1)


def looks_swapped(evidence: Tensor) -> Tensor:
    """(T,) bool: whether what was seen until then, fading within FORGET_S, says so. evidence: (T,) nats at 60 Hz."""
    kept = math.exp(-1 / (RATE_HZ * FORGET_S))
    seen = accumulate(evidence.tolist(), lambda before, now: kept * before + now / RATE_HZ, initial=0.0)
    return torch.tensor(list(seen)[1:]) > SWAPPED


def worn_swapped(evidence: Tensor) -> bool:
    """Whether a whole session, (T,) nats at 60 Hz, is overwhelmingly so: for long, and in the mean of what was seen."""
    seen = evidence[evidence != 0]
    return len(seen) >= WHOLE_S * RATE_HZ and float(seen.mean()) > WHOLE_MEAN


def unswapped(body: Body, readings: Readings) -> Readings:
    """Exchanged if a whole session at 60 Hz is overwhelmingly worn so; else as they are."""
    return exchanged(body, readings) if worn_swapped(swap_evidence(body, readings)) else readings


def arm_signs(body: Body, measured: Measurement) -> Tensor:
    """(T, 2, 3) of the left and the right arm as worn so: how far the elbow is from where it can be, how far outward it
    is, and how far outward the hand is, in lengths of the upper and of the whole arm; NaN where head or hand is unread.
    """
    rest = positions_from_pelvis(torch.eye(3).expand(len(body.offsets), 3, 3), body.offsets)
    columns = [body.joints.index(joint) for joint in (HEAD, L_WRIST, R_WRIST)]
    known = (measured.position_known & measured.rotation_known)[0][:, columns]
    turned = measured.rotations[0][:, columns]
    places = measured.positions[0][:, columns] - (turned @ body.mounts[columns].unsqueeze(-1)).squeeze(-1)
    ahead = about_y(heading(turned[:, 0])).mT
    arms = []
    for number, (shoulder, elbow, wrist, outward) in enumerate(ARMS, start=1):
        hand = (ahead @ (places[:, number] - places[:, 0]).unsqueeze(-1)).squeeze(-1) - (rest[shoulder] - rest[HEAD])
        bent = hand - ahead @ turned[:, number] @ body.offsets[wrist]
        upper = body.offsets[elbow].norm()
        signs = _signs(hand / (upper + body.offsets[wrist].norm()), bent / upper, outward)
        arms.append(torch.where((known[:, 0] & known[:, number]).unsqueeze(-1), signs, torch.nan))
    return torch.stack(arms, dim=1)


def _signs(hand: Tensor, elbow: Tensor, outward: float) -> Tensor:
    """(T, 3) of one arm; hand and elbow (T, 3) as seen from the shoulder, facing ahead."""
    reach, far = hand.norm(dim=-1), elbow.norm(dim=-1)
    parts = ((far - 1).abs().clamp(max=1), outward * elbow[:, 0] / far.clamp(min=1),
             outward * hand[:, 0] / reach.clamp(min=1))
    return torch.stack(parts, dim=-1)
