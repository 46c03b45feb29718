"""What trackers on a moving body would read: mounts, sensor noise, bursts of loss. The same seed, the same readings."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from bridge.frames import JOINT_INDEX, Flags, Motion, Session, Setup, TrackerClip
from bridge.motion import global_rotations, joint_positions

HANDS = (JOINT_INDEX["L_wrist"], JOINT_INDEX["R_wrist"])


@dataclass(frozen=True)
class Loss:
    """One tracker (by its place in the setup) unseen from `start_s` until `end_s`."""

    tracker: int
    start_s: float
    end_s: float


@dataclass(frozen=True)
class Dropouts:
    """The trackers on these joints lost for `share` of the time, in bursts of random length."""

    share: float
    shortest_s: float = 0.5
    longest_s: float = 2.0
    joints: tuple[int, ...] = HANDS


def as_session(
    motion: Motion, seed: int = 0, setup: Setup | None = None, losses: Sequence[Loss] | Dropouts = ()
) -> Session:
    """The motion as a captured session with itself as truth; the default setup is three trackers on this very body."""
    setup = setup or Setup(skeleton=motion.skeleton, floor_height_m=0.0 if motion.floor else None)
    return Session(setup, simulate_trackers(motion, setup, seed, losses), motion.name, motion)


def simulate_trackers(
    motion: Motion, setup: Setup, seed: int = 0, losses: Sequence[Loss] | Dropouts = ()
) -> TrackerClip:
    """Readings of the setup's trackers at the motion's rate; a lost tracker reads zero and identity.

    The body that moves is the motion's, whatever body the setup says it is.
    """
    rng = np.random.default_rng(seed)
    positions, rotations = _true_readings(motion, setup)
    positions += rng.normal(scale=setup.noise.position_sd_m, size=positions.shape)
    shake = Rotation.from_rotvec(rng.normal(scale=setup.noise.rotation_sd_rad, size=(rotations.size // 4, 3)))
    rotations = (Rotation.from_quat(rotations.reshape(-1, 4)) * shake).as_quat().reshape(rotations.shape)
    seen = ~_lost(motion, setup, losses, rng)
    return TrackerClip(
        rate_hz=motion.rate_hz,
        positions_m=np.where(seen[..., None], positions, 0).astype(np.float32),
        rotations_xyzw=np.where(seen[..., None], rotations, [0, 0, 0, 1]).astype(np.float32),
        position_valid=seen,
        rotation_valid=seen.copy(),
    )


def _true_readings(motion: Motion, setup: Setup) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """l + R d and R Q of every tracker: (T, M, 3) and (T, M, 4)."""
    joints, world = joint_positions(motion), global_rotations(motion.local_xyzw)
    positions, rotations = [], []
    for tracker in setup.trackers:
        own = Rotation.from_quat(world[:, tracker.joint])
        positions.append(joints[:, tracker.joint] + own.apply(tracker.mount_position_m))
        rotations.append((own * Rotation.from_quat(tracker.mount_xyzw)).as_quat())
    return np.stack(positions, axis=1).astype(np.float64), np.stack(rotations, axis=1)


def _lost(motion: Motion, setup: Setup, losses: Sequence[Loss] | Dropouts, rng: np.random.Generator) -> Flags:
    """(T, M) True where a tracker is not seen."""
    lost = np.zeros((len(motion), len(setup.trackers)), dtype=bool)
    times = np.arange(len(motion)) / motion.rate_hz
    if isinstance(losses, Dropouts):
        losses = [
            Loss(index, *burst)
            for index, tracker in enumerate(setup.trackers)
            if tracker.joint in losses.joints
            for burst in bursts(losses, times[-1], rng)
        ]
    for loss in losses:
        lost[(times >= loss.start_s) & (times < loss.end_s), loss.tracker] = True
    return lost


def bursts(dropouts: Dropouts, duration_s: float, rng: np.random.Generator) -> list[tuple[float, float]]:
    """Spans of loss whose mean length and mean gap give the share asked for."""
    if dropouts.share <= 0:
        return []
    mean_gap = (dropouts.shortest_s + dropouts.longest_s) / 2 * (1 / min(dropouts.share, 1.0) - 1)
    bursts, now = [], rng.uniform() * mean_gap
    while now < duration_s:
        length = rng.uniform(dropouts.shortest_s, dropouts.longest_s)
        bursts.append((now, now + length))
        now += length + rng.exponential(mean_gap)
    return bursts

