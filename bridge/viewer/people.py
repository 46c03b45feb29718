"""Who is looked at: people, and each of them at one moment. The same for a file's frame and for a live answer."""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from bridge.frames import JOINT_COUNT, Flags, Floats, Motion, PoseFrame, Session, Setup, Skeleton, Tracker, TrackerFrame
from bridge.motion import global_rotations, joint_positions


@dataclass(frozen=True)
class Body:
    """A skeleton in the world at one moment."""

    joints_m: Floats  # (22, 3)
    world_xyzw: Floats  # (22, 4)


@dataclass(frozen=True)
class Trackers:
    """What M trackers read at one moment."""

    positions_m: Floats  # (M, 3)
    rotations_xyzw: Floats  # (M, 4)
    seen: Flags  # (M,) where it is, is known
    read: Flags  # (M,) something of it is known; an inertial one says how it is turned and not where it is


@dataclass(frozen=True)
class Moment:
    """A person at one moment."""

    body: Body
    confidence: Floats | None = None  # (22,)
    measured: Flags | None = None  # (22,) a tracker says something of the joint
    lost: Flags | None = None  # (22,) it has a tracker, which says nothing
    trackers: Trackers | None = None
    truth: Body | None = None

    @property
    def apart_cm(self) -> float | None:
        """Mean distance of the joints from the truth, where it is known."""
        if self.truth is None:
            return None
        return 100 * float(np.linalg.norm(self.body.joints_m - self.truth.joints_m, axis=-1).mean())


@dataclass(frozen=True)
class Person:
    """Whose moments they are."""

    name: str
    skeleton: Skeleton
    trackers: tuple[Tracker, ...] = ()
    truth: Skeleton | None = None  # the body of the truth, where there is one
    floor_m: float | None = 0.0


@dataclass(frozen=True)
class Track:
    """A motion in the world, ready to be looked at."""

    rate_hz: float
    joints_m: Floats  # (T, 22, 3)
    world_xyzw: Floats  # (T, 22, 4)

    def __len__(self) -> int:
        return len(self.joints_m)

    def at(self, time_s: float) -> Body:
        """The frame nearest to the time; the first before it begins, the last after its end."""
        frame = min(max(round(time_s * self.rate_hz), 0), len(self) - 1)
        return Body(self.joints_m[frame], self.world_xyzw[frame])


@dataclass(frozen=True)
class Take:
    """A person over the whole of a file."""

    person: Person
    track: Track
    confidence: Floats | None = None  # (T, 22)
    session: Session | None = None  # its trackers' readings, where it has them
    truth: Track | None = None

    @property
    def duration_s(self) -> float:
        return (len(self.track) - 1) / self.track.rate_hz

    def at(self, time_s: float) -> Moment:
        frame = min(max(round(time_s * self.track.rate_hz), 0), len(self.track) - 1)
        trackers = None if self.session is None else _readings(self.session, time_s)
        return Moment(
            self.track.at(time_s),
            None if self.confidence is None else self.confidence[frame],
            None if trackers is None else _joints_of(self.person.trackers, trackers.read),
            None if trackers is None else _joints_of(self.person.trackers, ~trackers.read),
            trackers,
            None if self.truth is None else self.truth.at(time_s),
        )


def take_of(name: str, motion: Motion, session: Session | None = None, truth: Motion | None = None) -> Take:
    """A motion with the readings it was solved from and the truth, where they are known."""
    setup = session.setup if session else Setup(floor_height_m=0.0 if motion.floor else None)
    person = Person(name, motion.skeleton, setup.trackers if session else (), truth.skeleton if truth else None,
                    setup.floor_height_m)
    return Take(person, _track(motion), motion.confidence, session, _track(truth) if truth else None)


def moment_of(skeleton: Skeleton, trackers: Iterable[Tracker], pose: PoseFrame, frame: TrackerFrame) -> Moment:
    """A live answer and what it answers."""
    motion = Motion(skeleton, 60.0, pose.root_position_m[None], pose.local_xyzw[None])
    read = frame.position_valid | frame.rotation_valid
    return Moment(
        _track(motion).at(0), pose.confidence, pose.measured, _joints_of(trackers, ~read) & ~pose.measured,
        Trackers(frame.positions_m, frame.rotations_xyzw, frame.position_valid, read),
    )


def _track(motion: Motion) -> Track:
    return Track(motion.rate_hz, joint_positions(motion), global_rotations(motion.local_xyzw))


def _readings(session: Session, time_s: float) -> Trackers:
    clip = session.clip
    frame = min(max(round(time_s * clip.rate_hz), 0), len(clip) - 1)
    seen = clip.position_valid[frame]
    return Trackers(clip.positions_m[frame], clip.rotations_xyzw[frame], seen, seen | clip.rotation_valid[frame])


def _joints_of(trackers: Iterable[Tracker], chosen: Flags) -> Flags:
    """(22,) the joints of those trackers that are chosen."""
    joints = np.zeros(JOINT_COUNT, dtype=bool)
    joints[[tracker.joint for tracker, one in zip(trackers, chosen, strict=True) if one]] = True
    return joints
