"""A second opinion for a second pass: the mirror image is as true, and the network errs otherwise there.

What is told of a mirrored window is the same numbers in another order, some of them negated: so is what is said.
"""
from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.guess import Guess
from models.kinematics.arrays import Array, alike
from models.kinematics.mirror import ACROSS, ACROSS_SIXD, mirror_poses
from models.kinematics.skeleton import FEET, MIRRORED
from models.prior.condition import CUE_JOINTS, OTHER_JOINTS


def _sides(joints: tuple[int, ...]) -> list[int]:
    """Where each joint's other side stands among `joints`."""
    return [joints.index(MIRRORED[joint]) for joint in joints]


CUE_SIDES, OTHER_SIDES, FEET_SIDES = _sides(CUE_JOINTS), _sides(OTHER_JOINTS), _sides(FEET)
_HANDS, _NOBODY, _ONE = [1, 0], [0], np.ones(1)


def _features() -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """Of a mirrored window's condition, as condition.encode has it: which column each is, and its sign."""
    sixd, point, on_floor = ACROSS_SIXD.numpy(), ACROSS.numpy(), ACROSS.numpy()[::2]
    groups = [  # whose sides, and the signs of what is told of each
        (CUE_SIDES, _ONE), (CUE_SIDES, sixd), (CUE_SIDES, sixd), (_NOBODY, np.ones(3)), (_HANDS, _ONE), (_HANDS, point),
        (_NOBODY, np.concatenate([_ONE, on_floor, on_floor])), (_HANDS, point),
        (OTHER_SIDES, _ONE), (OTHER_SIDES, sixd),
    ]
    order: list[int] = []
    for sides, signs in groups:
        first = len(order)
        order += [first + side * len(signs) + place for side in sides for place in range(len(signs))]
    return np.array(order), np.concatenate([np.tile(signs, len(sides)) for sides, signs in groups]).astype(np.float32)


_ORDER, _SIGNS = _features()


def mirror_condition(condition: Array) -> Array:
    """What the network is told of mirrored windows, (B, T, CUE_WIDTH), in the frame of their heading."""
    return condition[..., _ORDER] * alike(_SIGNS, condition)


def mirror_guess(guess: Guess) -> Guess:
    """What is said of the mirrored body, of the body itself."""
    contact = None if guess.contact is None else guess.contact[..., FEET_SIDES]
    return Guess(mirror_poses(guess.poses), guess.joint_sd[..., list(MIRRORED)], contact)


def mean_of_both(guess: Guess) -> Guess:
    """Of windows and after them their mirror images, (2B, T, ...), what is guessed on the whole, (B, T, ...): exactly
    as fair to both sides."""
    count = len(guess.poses) // 2

    def half(part: slice) -> Guess:
        return Guess(guess.poses[part], guess.joint_sd[part], None if guess.contact is None else guess.contact[part])

    one, other = half(slice(None, count)), mirror_guess(half(slice(count, None)))
    contact = None if one.contact is None or other.contact is None else (one.contact + other.contact) / 2
    return Guess((one.poses + other.poses) / 2, (one.joint_sd + other.joint_sd) / 2, contact)
