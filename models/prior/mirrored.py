"""A second opinion for a second pass: the mirror image is as true, and the network errs otherwise there."""
from __future__ import annotations

from collections.abc import Callable

from torch import Tensor

from models.guess import Guess, Guesser
from models.kinematics.mirror import mirror_matrices, mirror_points, mirror_poses
from models.kinematics.skeleton import FEET, MIRRORED
from models.prior.condition import CUE_JOINTS, OTHER_JOINTS, Cues


def _sides(joints: tuple[int, ...]) -> list[int]:
    """Where each joint's other side stands among `joints`."""
    return [joints.index(MIRRORED[joint]) for joint in joints]


CUE_SIDES, OTHER_SIDES, FEET_SIDES = _sides(CUE_JOINTS), _sides(OTHER_JOINTS), _sides(FEET)


def mirror_cues(cues: Cues) -> Cues:
    """What the trackers of the mirrored body say."""
    return Cues(
        rotations=mirror_matrices(cues.rotations)[:, :, CUE_SIDES],
        rotation_known=cues.rotation_known[:, :, CUE_SIDES],
        height=cues.height,
        height_known=cues.height_known,
        hands=mirror_points(cues.hands).flip(2),
        hands_known=cues.hands_known.flip(2),
        path=mirror_points(cues.path),
        path_known=cues.path_known,
        others=mirror_matrices(cues.others)[:, :, OTHER_SIDES],
        others_known=cues.others_known[:, :, OTHER_SIDES],
    )


def mirror_guess(guess: Guess) -> Guess:
    """What is said of the mirrored body, of the body itself."""
    contact = None if guess.contact is None else guess.contact[..., FEET_SIDES]
    return Guess(mirror_poses(guess.poses), guess.joint_sd[..., list(MIRRORED)], contact)


def seen_both_ways(guesser_of: Callable[[Cues], Guesser], cues: Cues) -> Guesser:
    """The mean of what is guessed of the windows and of their mirror images; exactly as fair to both sides."""
    straight, mirrored = guesser_of(cues), guesser_of(mirror_cues(cues))

    def guess(x: Tensor, sigma: float) -> Guess:
        one, other = straight(x, sigma), mirror_guess(mirrored(mirror_poses(x), sigma))
        contact = None if one.contact is None or other.contact is None else (one.contact + other.contact) / 2
        return Guess((one.poses + other.poses) / 2, (one.joint_sd + other.joint_sd) / 2, contact)

    return guess
