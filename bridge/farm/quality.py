"""What a technical director should look at before a solved session is used: flags, each with the figure behind it.

The bounds were set on real clips with simulated trackers: of 30 clean ones none has a flag; of 30 made worse on purpose
(noise, lost hands, another's body, lifted off the floor, hands exchanged) each has its own.
"""
from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from bridge.engine.gather import rows_of
from bridge.farm.noise import noise_sd
from bridge.frames import JOINT_INDEX, Flags, Floats, Motion, Session, TrackerClip
from bridge.generated.skeleton import JOINT_NAMES
from bridge.motion import global_rotations, joint_positions

NOISE_M, NOISE_RAD = 0.008, 0.04  # sd per axis: four times that of a good tracker
OF_COLUMNS = 1.5**0.5  # a turn moves two of three components of an axis
LOST_SHARE, LOST_RUN_S = 0.02, 0.5
UNSURE, UNSURE_SHARE = 0.3, 0.25  # mean confidence of a frame; share of frames below
FAR_M = 0.10  # a tracker from where the solved body would carry it
HIGH_SHARE, FLOAT_M, ODD_SHARE = 1.2, 0.25, 0.15
PIECE = 4096  # frames judged at a time: an hour's at once take gigabytes


@dataclass(frozen=True)
class Flag:
    """`kind` is one of noise, drop-outs, swap, low confidence, out of distribution."""

    kind: str
    said: str


def quality_flags(session: Session, motion: Motion, swapped: str | None) -> list[Flag]:
    """All flags of a session and the motion that was solved from it; `swapped`: bridge.engine.swapped's line."""
    found = [
        _noise(session), _drop_outs(session), Flag("swap", swapped) if swapped else None,
        _low_confidence(motion), _out_of_distribution(session, motion),
    ]
    return [flag for flag in found if flag is not None]


def reading_noise(clip: TrackerClip) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Standard deviation per axis of each tracker's positions, metres, and rotations, radians: (M,), (M,)."""
    sd = np.zeros((2, clip.positions_m.shape[1]))
    for tracker in range(sd.shape[1]):  # one at a time: an hour of all takes half a gigabyte
        one = slice(tracker, tracker + 1)
        turns = Rotation.from_quat(clip.rotations_xyzw[:, tracker]).as_matrix()
        columns = OF_COLUMNS * turns[..., :2].reshape(1, -1, 1, 6)
        sd[0, one] = noise_sd(clip.positions_m[None, :, one].astype(np.float64), clip.position_valid[None, :, one])
        sd[1, one] = noise_sd(columns, clip.rotation_valid[None, :, one])
    return sd[0], sd[1]


def lost_runs_s(clip: TrackerClip) -> tuple[Floats, Floats]:
    """Of each tracker the share of frames without a position, and the longest time without: (M,), (M,)."""
    lost, frames = ~clip.position_valid, np.arange(1, len(clip) + 1)[:, None]
    last_read = np.maximum.accumulate(np.where(lost, 0, frames), axis=0)  # until each frame; 0: never yet
    runs = (frames - last_read).max(axis=0, initial=0)
    return lost.mean(axis=0).astype(np.float32), (runs / clip.rate_hz).astype(np.float32)


def off_trackers_m(session: Session, motion: Motion) -> tuple[Floats, Flags]:
    """How far each reading is from where the solved body would carry its tracker, and which were read: (T, M) both."""
    return _off_trackers_m(session, motion, joint_positions(motion))


def _off_trackers_m(session: Session, motion: Motion, joints: Floats) -> tuple[Floats, Flags]:
    count = min(len(motion), len(session.clip))
    world = global_rotations(motion.local_xyzw[:count])
    far = np.zeros((count, len(session.setup.trackers)), np.float32)
    for column, tracker in enumerate(session.setup.trackers):
        mount = Rotation.from_quat(world[:, tracker.joint]).apply(tracker.mount_position_m)
        carried = joints[:count, tracker.joint] + mount
        far[:, column] = np.linalg.norm(carried - session.clip.positions_m[:count, column], axis=-1)
    return far, session.clip.position_valid[:count]


def odd_frames(session: Session, motion: Motion) -> dict[str, NDArray[np.bool_]]:
    """Frames (T,) in which the session is unlike anything the prior was taught, by what is odd about them."""
    count = min(len(motion), len(session.clip))
    pieces = [_odd(*_cut(session, motion, first, min(first + PIECE, count))) for first in range(0, count, PIECE)]
    return {what: np.concatenate([piece[what] for piece in pieces]) for what in pieces[0]}


def _cut(session: Session, motion: Motion, start: int, stop: int) -> tuple[Session, Motion]:
    part = replace(motion, root_position_m=motion.root_position_m[start:stop], local_xyzw=motion.local_xyzw[start:stop])
    return replace(session, clip=rows_of(session.clip, start, stop)), part


def _odd(session: Session, motion: Motion) -> dict[str, NDArray[np.bool_]]:
    """odd_frames of a piece."""
    joints, floor = joint_positions(motion), session.setup.floor_height_m
    far, read = _off_trackers_m(session, motion, joints)
    odd: dict[str, NDArray[np.bool_]] = {}
    odd[f"a tracker is more than {100 * FAR_M:.0f} cm off the body"] = np.any((far > FAR_M) & read, axis=1)
    if floor is not None:
        high = HIGH_SHARE * session.setup.skeleton.standing_head_height_m
        odd["the head is higher than the body can stand"] = joints[:, JOINT_INDEX["head"], 1] - floor > high
        above = joints[..., 1].min(axis=1) - floor
        odd[f"everything is more than {100 * FLOAT_M:.0f} cm above the floor"] = above > FLOAT_M
        odd["the head is below the floor"] = joints[:, JOINT_INDEX["head"], 1] < floor
    return odd


def _noise(session: Session) -> Flag | None:
    positions, rotations = reading_noise(session.clip)
    worst, turned = int(positions.argmax()), int(rotations.argmax())
    if positions[worst] > NOISE_M:
        return Flag("noise", f"{_name(session, worst)} jitters by {1000 * positions[worst]:.0f} mm per axis")
    if rotations[turned] > NOISE_RAD:
        return Flag("noise", f"{_name(session, turned)} jitters by {np.degrees(rotations[turned]):.1f} deg per axis")
    return None


def _drop_outs(session: Session) -> Flag | None:
    shares, runs_s = lost_runs_s(session.clip)
    worst = int(np.lexsort((shares, runs_s))[-1])
    if shares.max() <= LOST_SHARE and runs_s[worst] <= LOST_RUN_S:
        return None
    each = ", ".join(f"{_name(session, one)} {share:.0%}" for one, share in enumerate(shares))
    return Flag("drop-outs", f"{_name(session, worst)} lost for up to {runs_s[worst]:.1f} s; of the time: {each}")


def _low_confidence(motion: Motion) -> Flag | None:
    if motion.confidence is None:
        return None
    unsure = motion.confidence.mean(axis=1) < UNSURE
    if unsure.mean() <= UNSURE_SHARE:
        return None
    return Flag("low confidence", f"below {UNSURE:g} in {unsure.mean():.0%} of the frames, first at "
                                  f"{unsure.argmax() / motion.rate_hz:.1f} s")


def _out_of_distribution(session: Session, motion: Motion) -> Flag | None:
    said = [f"{what} in {odd.mean():.0%} of the frames, first at {odd.argmax() / motion.rate_hz:.1f} s"
            for what, odd in odd_frames(session, motion).items() if odd.mean() > ODD_SHARE]
    return Flag("out of distribution", "; ".join(said)) if said else None


def _name(session: Session, tracker: int) -> str:
    return JOINT_NAMES[session.setup.trackers[tracker].joint]
