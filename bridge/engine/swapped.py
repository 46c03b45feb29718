"""Whether a session's two hand trackers look as if they were on the wrong hands, as one line to read.

As models/swap.py sees it, without torch: a command that judges hundreds of sessions would load it for this alone.
"""
from __future__ import annotations

import math
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from bridge.frames import JOINT_COUNT, JOINT_INDEX, SOLVER_RATE_HZ, Session, Setup, TrackerClip
from bridge.generated.skeleton import PARENTS
from bridge.resample import resample_clip
from models.swap_rule import FORGET_S, SUREST, SWAPPED, WEIGHTS, WHOLE_MEAN, WHOLE_S

Doubles = NDArray[np.float64]
HEAD = JOINT_INDEX["head"]
ARMS = tuple((JOINT_INDEX[f"{side}_shoulder"], JOINT_INDEX[f"{side}_elbow"], JOINT_INDEX[f"{side}_wrist"], outward)
             for side, outward in (("L", 1.0), ("R", -1.0)))


def swap_warning(session: Session) -> str | None:
    """None if the hands look right, or nobody can tell."""
    evidence = swap_evidence(session.setup, resample_clip(session.clip, SOLVER_RATE_HZ))
    seen = int((evidence != 0).sum())
    if seen >= WHOLE_S * SOLVER_RATE_HZ and evidence.sum() > WHOLE_MEAN * seen:
        return "left and right hand look exchanged throughout; they are solved as if on the right hands"
    kept = math.exp(-1 / (SOLVER_RATE_HZ * FORGET_S))
    nats_s = accumulate(evidence.tolist(), lambda before, now: kept * before + now / SOLVER_RATE_HZ, initial=0.0)
    said = np.array(list(nats_s)[1:]) > SWAPPED
    if not said.any():
        return None
    return (f"left and right hand look exchanged for {said.sum() / SOLVER_RATE_HZ:.1f} s, first at "
            f"{said.argmax() / SOLVER_RATE_HZ:.1f} s; they are solved as they are")


def swap_evidence(setup: Setup, clip: TrackerClip) -> Doubles:
    """(T,) nats by which each frame is likelier with the hands' trackers exchanged than as told; 0 where head or hands
    are not read."""
    rows = {tracker.joint: row for row, tracker in enumerate(setup.trackers)}
    wanted = (HEAD, ARMS[0][2], ARMS[1][2])
    if not rows.keys() >= set(wanted):
        return np.zeros(len(clip))
    worn = [rows[joint] for joint in wanted]
    known = (clip.position_valid & clip.rotation_valid)[:, worn]  # (T, 3)
    xyzw = np.where(known[..., None], clip.rotations_xyzw[:, worn], [0, 0, 0, 1])
    turned = Rotation.from_quat(xyzw.reshape(-1, 4)).as_matrix().reshape(len(clip), 3, 3, 3)
    places = np.where(known[..., None], clip.positions_m[:, worn], 0.0).astype(np.float64)
    told, other = (_signs(setup, worn, places[:, order], turned[:, order]) for order in ([0, 1, 2], [0, 2, 1]))
    read = known[:, :1] & known[:, 1:]  # (T, 2), by the tracker: the other hand's in the other order
    signs = np.where(read[..., None], other[:, ::-1] - told, 0.0).sum(axis=1)
    return np.asarray((signs @ np.array(WEIGHTS)).clip(-SUREST, SUREST))


def _signs(setup: Setup, worn: list[int], places: Doubles, turned: Doubles) -> Doubles:
    """models.swap.arm_signs of trackers on head and hands, places (T, 3, 3) and rotations (T, 3, 3, 3): (T, 2, 3)."""
    trackers = [setup.trackers[row] for row in worn]
    mounts = Rotation.from_quat([tracker.mount_xyzw for tracker in trackers]).as_matrix()
    joints = turned @ mounts.swapaxes(1, 2)
    at = places - (joints @ np.array([tracker.mount_position_m for tracker in trackers])[..., None])[..., 0]
    rest, offsets = _rest(setup), setup.skeleton.offsets_m.astype(np.float64)
    ahead = _unturned(joints[:, 0])
    arms = []
    for number, (shoulder, elbow, wrist, outward) in enumerate(ARMS, start=1):
        hand = (ahead @ (at[:, number] - at[:, 0])[..., None])[..., 0] - (rest[shoulder] - rest[HEAD])
        bent = hand - ahead @ joints[:, number] @ offsets[wrist]
        upper, lower = np.linalg.norm(offsets[elbow]), np.linalg.norm(offsets[wrist])
        hand, bent = hand / (upper + lower), bent / upper
        reach, far = np.linalg.norm(hand, axis=-1), np.linalg.norm(bent, axis=-1)
        arms.append(np.stack([np.abs(far - 1).clip(max=1), outward * bent[:, 0] / far.clip(min=1),
                              outward * hand[:, 0] / reach.clip(min=1)], axis=-1))
    return np.stack(arms, axis=1)


def _rest(setup: Setup) -> Doubles:
    """(22, 3) joints of the unturned body, from the pelvis."""
    rest = setup.skeleton.offsets_m.astype(np.float64)
    for joint in range(1, JOINT_COUNT):
        rest[joint] += rest[PARENTS[joint]]
    return rest


def _unturned(matrix: Doubles) -> Doubles:
    """(T, 3, 3) what undoes a rotation's turn about the vertical."""
    angle = np.arctan2(matrix[:, 0, 2] - matrix[:, 2, 0], matrix[:, 0, 0] + matrix[:, 2, 2])
    return np.asarray(Rotation.from_rotvec(-angle[:, None] * [0.0, 1.0, 0.0]).as_matrix())
