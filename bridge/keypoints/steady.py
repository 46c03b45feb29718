"""Keypoints on another clock: linear between neighbours that were both seen; where one was not, nobody is invented. And
a camera that moves, on the same clock."""
from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.spatial.transform import Rotation, Slerp

from bridge.keypoints.camera import PinholeCamera
from bridge.keypoints.clip import KeypointClip
from bridge.resample import Times, frame_times, resampled_length

NIL = 1e-3  # share of a frame's time that is none


def at_rate(clip: KeypointClip, rate_hz: float) -> KeypointClip:
    """The clip at another steady rate, over the same span. A keypoint is as sure as the less sure of its neighbours,
    and unseen where one of them is, unless it is just where the other was."""
    if abs(clip.rate_hz - rate_hz) < 1e-6:
        return clip
    at = frame_times(resampled_length(len(clip), clip.rate_hz, rate_hz), rate_hz) * clip.rate_hz  # in frames
    before = np.minimum(np.floor(at + NIL).astype(int), len(clip) - 1)
    after = np.minimum(before + 1, len(clip) - 1)
    share = np.clip(at - before, 0, 1)[:, None]
    sure = np.minimum(np.where(share < 1 - NIL, clip.confidence[before], 1),
                      np.where(share > NIL, clip.confidence[after], 1))
    share = np.where(clip.confidence[before] == 0, 1, np.where(clip.confidence[after] == 0, 0, share))[..., None]
    points = (1 - share) * clip.points_px[before] + share * clip.points_px[after]
    return replace(clip, rate_hz=rate_hz, points_px=points.astype(np.float32), confidence=sure.astype(np.float32))


def camera_at(camera: PinholeCamera, rate_hz: float, times_s: Times) -> PinholeCamera:
    """A camera that moves, one place for each frame at a rate, at other times; held before its first and after its last
    frame."""
    if not camera.moves:
        return camera
    known = frame_times(len(camera.rotation), rate_hz)
    at = np.clip(times_s, 0, known[-1])
    turns = Rotation.from_matrix(camera.rotation)
    turned = Slerp(known, turns)(at).as_matrix() if len(known) > 1 else camera.rotation.repeat(len(at), 0)
    places = np.stack([np.interp(at, known, axis) for axis in camera.place_m.T], axis=-1)
    return replace(camera, rotation=turned, translation=-(turned @ places[..., None])[..., 0])


def height_px(clip: KeypointClip, sure: float = 0.3) -> float:
    """How large somebody is in the picture: the median, over frames, of the longer side of what is surely seen."""
    seen = (clip.confidence > sure)[..., None]
    some = seen.sum(1)[:, 0] >= 2
    low = np.where(seen, clip.points_px, np.inf).min(1)[some]
    top = np.where(seen, clip.points_px, -np.inf).max(1)[some]
    return float(np.median((top - low).max(-1))) if some.any() else 0.0
