"""What the trackers tell the network, free of body size: rotations, and places in units of the user's own body.

The file's rule: raw metres never enter a condition, so a network trained on one body fits any other.
Every cue carries its presence; an absent cue is zero. New cues are appended, so that a network of before is told the
first of them (see network.py).
"""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.kinematics.arrays import Array, alike, at_least, filled, library, with_type
from models.kinematics.branches import anywhere
from models.kinematics.rotations import matrix_to_sixd, turn_windows
from models.kinematics.skeleton import HEAD, JOINT_COUNT, L_WRIST, R_WRIST

CUE_JOINTS = (HEAD, L_WRIST, R_WRIST)
OTHER_JOINTS = tuple(joint for joint in range(JOINT_COUNT) if joint not in CUE_JOINTS)  # they may carry trackers too
CUE_WIDTH = 61 + 7 * len(OTHER_JOINTS)
USUAL_HEIGHT = 0.9  # head height over standing head height, about the mean of everyday motion
TURN_GAIN, HEIGHT_GAIN, BOB_GAIN = 10.0, 5.0, 20.0  # bring the small cues to the size of the others
PATH_GAIN, STEP_GAIN = 2.0, 30.0


@dataclass(frozen=True)
class Cues:
    """A batch of windows as the trackers see them, in the world frame."""

    rotations: Array  # (B, T, 3, 3, 3) of the joints of CUE_JOINTS
    rotation_known: Array  # (B, T, 3) bool
    height: Array  # (B, T) head height / standing head height
    height_known: Array  # (B, T) bool
    hands: Array  # (B, T, 2, 3) wrist - head, over arm length
    hands_known: Array  # (B, T, 2) bool
    path: Array  # (B, T, 3) the head's place on the floor, over leg length: from anywhere, its second axis zero
    path_known: Array  # (B, T) bool
    others: Array  # (B, T, 19, 3, 3) rotations of the joints of OTHER_JOINTS
    others_known: Array  # (B, T, 19) bool
    heading: Array = None  # (B,) radians, of the head at the middle frame, where no rotation of it is known


def encode(cues: Cues, turn: Array) -> Array:
    """The network's condition, (B, T, CUE_WIDTH), after turning the world by `turn` (B, 3, 3)."""
    rotations = masked(turn_windows(matrix_to_sixd(cues.rotations), turn), cues.rotation_known)
    frames = rotations.shape[:2]
    turns = masked(TURN_GAIN * turns_between(cues.rotations), known_twice(cues.rotation_known))
    hands = masked(turn_windows(cues.hands, turn), cues.hands_known)
    strides = masked(STEP_GAIN * _steps(hands), known_twice(cues.hands_known))
    features = [
        with_type(cues.rotation_known, rotations), rotations.reshape(*frames, -1), turns.reshape(*frames, -1),
        _height_features(cues), with_type(cues.hands_known, rotations), hands.reshape(*frames, -1),
        _path_features(cues, turn), strides.reshape(*frames, -1), _other_features(cues, turn),
    ]
    return library(rotations).concat(features, -1)


_PRESENCE = [0, 1, 2, 39, 42, 43, 50, *range(61, 61 + len(OTHER_JOINTS))]  # columns that say what is known


def presence(condition: Array) -> Array:
    """(B, T, K): what is known, by a condition (B, T, C)."""
    return condition[..., [column for column in _PRESENCE if column < condition.shape[-1]]]


def presence_changes(condition: Array) -> Array:
    """(B,): whether trackers come or go within a window, by its condition (B, T, C)."""
    present = presence(condition)
    return (present != present[:, :1]).any(-1).any(-1)


def masked(values: Array, known: Array) -> Array:
    """Zero where unknown. (..., C) and (...)."""
    return library(values).where(known[..., None], values, 0.0)  # what an absent reading holds may be anything, NaN too


def turns_between(rotations: Array) -> Array:
    """Frame-to-frame turn R_{t-1}^T R_t in 6D less the identity, zero at the first frame, (B, T, 3, 6)."""
    sixd = matrix_to_sixd(rotations[:, :-1].mT @ rotations[:, 1:]) - alike(_NO_TURN, rotations)
    return library(sixd).concat([library(sixd).zeros_like(sixd[:, :1]), sixd], 1)


_NO_TURN = np.array([1.0, 0.0, 0.0, 0.0, 1.0, 0.0], np.float32)


def known_twice(known: Array) -> Array:
    """Known at this frame and at the one before, (B, T, ...)."""
    return library(known).concat([known[:, :1] & ~known[:, :1], known[:, 1:] & known[:, :-1]], 1)


def nearest_known(known: Array, at: int) -> Array:
    """The known frame (B, T) nearest to `at`, (B,)."""
    frames = known.shape[1]
    distance = alike(abs(np.arange(frames) - at), known.sum(1))
    return (distance + frames * ~known).argmin(1)


def _from_mean(values: Array, known: Array) -> Array:
    """Values (B, T, C) less their mean over the frames where they are known (B, T); zero elsewhere."""
    told = masked(values, known)
    mean = (told.sum(1) / at_least(with_type(known.sum(1), told), 1)[:, None])[:, None]
    return masked(told - mean, known)


def _steps(values: Array) -> Array:
    """From the frame before, zero at the first one. (B, T, ...)."""
    return library(values).concat([library(values).zeros_like(values[:, :1]), values[:, 1:] - values[:, :-1]], 1)


def _other_features(cues: Cues, turn: Array) -> Array:
    """(B, T, 7 * 19): which other joints carry trackers, and their rotations. Mostly none does, live above all."""
    known = cues.others_known
    if not anywhere(known, usual=True):
        return filled((*known.shape[:2], 7 * len(OTHER_JOINTS)), 0.0, cues.others)
    sixd = masked(turn_windows(matrix_to_sixd(cues.others), turn), known).reshape(*known.shape[:2], -1)
    return library(sixd).concat([with_type(known, sixd), sixd], -1)


def _path_features(cues: Cues, turn: Array) -> Array:
    """(B, T, 5): known, the head's place on the floor from the window's mean, and its step: speed tells the stride."""
    path = masked(turn_windows(cues.path, turn)[..., ::2], cues.path_known)
    place = PATH_GAIN * _from_mean(path, cues.path_known)
    step = masked(STEP_GAIN * _steps(path), known_twice(cues.path_known))
    return library(path).concat([with_type(cues.path_known, path)[..., None], place, step], -1)


def _height_features(cues: Cues) -> Array:
    """(B, T, 3): known, height, and how far it is from the window's mean: the bob of a step, which tells the legs."""
    known, heights = cues.height_known, cues.height[..., None]
    height = HEIGHT_GAIN * masked(heights - USUAL_HEIGHT, known)
    bob = BOB_GAIN * _from_mean(heights, known)
    return library(height).concat([with_type(known, height)[..., None], height, bob], -1)
