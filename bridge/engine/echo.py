"""An engine without a model: the T-pose under the head tracker. For tests, and for trying a client's plumbing."""
from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from scipy.spatial.transform import Rotation

from bridge.engine.interface import Clip, ClipProgress, EngineInfo, LivePose
from bridge.frames import JOINT_COUNT, JOINT_INDEX, Floats, Motion, Setup, Tracker, TrackerClip
from bridge.generated.skeleton import PARENTS

CHUNK_FRAMES = 256
_HEAD = JOINT_INDEX["head"]


class EchoEngine:
    """Head position and head rotation are honoured, the rest of the body hangs below in the T-pose."""

    lanes = 1
    frames_together = 0

    def __init__(self) -> None:
        self._setups: dict[int, Setup] = {}

    def info(self) -> EngineInfo:
        return EngineInfo("echo", "none", "no model: a T-pose under the head")

    def open(self, slot: int, setup: Setup) -> None:
        self._setups[slot] = setup

    def close(self, slot: int) -> None:
        self._setups.pop(slot, None)

    def solve_live(
        self, slots: Sequence[int], windows: Sequence[TrackerClip], times_s: Sequence[float]
    ) -> list[LivePose]:
        return [_newest(self._setups[slot], window) for slot, window in zip(slots, windows, strict=True)]

    def solve_clips(self, clips: Sequence[Clip]) -> Iterator[tuple[int, ClipProgress]]:
        for place, (setup, clip) in enumerate(clips):
            for step in self.solve_clip(setup, clip):
                yield place, step

    def solve_clip(self, setup: Setup, clip: TrackerClip) -> Iterator[ClipProgress]:
        for done in range(0, len(clip), CHUNK_FRAMES):
            yield ClipProgress(done, len(clip))
        root, local = echo(setup, clip)
        confidence = np.zeros((len(clip), JOINT_COUNT), dtype=np.float32)
        yield ClipProgress(len(clip), len(clip), Motion(setup.skeleton, clip.rate_hz, root, local, confidence))


def echo(setup: Setup, clip: TrackerClip) -> tuple[Floats, Floats]:
    """Root positions (T, 3) and local rotations (T, 22, 4) of the T-pose whose head follows its tracker.

    Where no head tracker is valid the body stands at the origin, looking ahead.
    """
    count = len(clip)
    local = np.zeros((count, JOINT_COUNT, 4), dtype=np.float32)
    local[..., 3] = 1
    pelvis_to_head = _pelvis_to_head(setup)
    head = np.broadcast_to(pelvis_to_head, (count, 3))
    row = next((row for row, tracker in enumerate(setup.trackers) if tracker.joint == _HEAD), None)
    if row is not None:
        tracker = setup.trackers[row]
        position, rotation = _unmounted(clip.positions_m[:, row], clip.rotations_xyzw[:, row], tracker)
        head = np.where(clip.position_valid[:, row, None], position, head)
        local[:, _HEAD] = np.where(clip.rotation_valid[:, row, None], rotation, local[:, _HEAD])
    return (head - pelvis_to_head).astype(np.float32), local


def _unmounted(position: Floats, rotation: Floats, tracker: Tracker) -> tuple[Floats, Floats]:
    """The joint under a tracker, (T, 3) and (T, 4)."""
    if not tracker.mount_position_m.any() and tracker.mount_xyzw[3] == 1:
        return position, rotation
    joint = Rotation.from_quat(rotation) * Rotation.from_quat(tracker.mount_xyzw).inv()
    return position - joint.apply(tracker.mount_position_m), joint.as_quat()


def _pelvis_to_head(setup: Setup) -> Floats:
    offset = np.zeros(3, dtype=np.float32)
    joint = _HEAD
    while joint > 0:
        offset += setup.skeleton.offsets_m[joint]
        joint = PARENTS[joint]
    return offset


def _newest(setup: Setup, window: TrackerClip) -> LivePose:
    last = TrackerClip(window.rate_hz, window.positions_m[-1:], window.rotations_xyzw[-1:],
                       window.position_valid[-1:], window.rotation_valid[-1:])
    root, local = echo(setup, last)
    measured = np.zeros(JOINT_COUNT, dtype=np.bool_)
    for row, tracker in enumerate(setup.trackers):
        if tracker.joint == _HEAD:
            measured[_HEAD] = last.rotation_valid[0, row]
    return LivePose(root[0], local[0], measured.astype(np.float32), measured)
