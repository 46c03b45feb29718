"""A guess of parts of a body, corrected by the body's own habits: what it misses where they are known it misses again.

Gaussian regression (Rasmussen and Williams 2006) within the motion. What is missed, as turns in each joint's own frame,
is correlated between frames that are near in time, and between frames in which the rest of the body does alike; it
may also be in proportion to how the body is held. So a walk whose arm is lost for a while goes on with the swing that
this walker's arm had at the same moments of other steps. First the guess is brought towards the joint's mean way of
being held, as far as it was no better than that where the joint is known.
"""
from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial

import torch
from torch import Tensor
from torch.nn.functional import pad

from models.kinematics.forward import global_to_local
from models.kinematics.rotations import matrix_to_rotvec, matrix_to_sixd, rotvec_to_matrix
from models.kinematics.skeleton import JOINT_COUNT, PARENT_OR_SELF
from models.problems.known import Known
from models.problems.kriging import Hearing, correlation, gaps

PELVIS = 0


@dataclass(frozen=True)
class HabitConfig:
    """Variances over each other, and lengths. Chosen on the validation split."""

    always: float = 2.0  # what is missed everywhere
    near: float = 0.5  # in frames that are near
    near_frames: float = 30.0
    alike: float = 3.0  # in frames that are alike
    alike_now: float = 2.0  # and not too long ago
    now_frames: float = 200.0
    likeness: float = 1.7  # of 6D entries, in root sum of squares: how far bodies that do alike are from each other
    of_rest: float = 0.3  # in proportion to 6D entries of how the rest of the body is held,
    of_guess: float = 5.0  # and of the guess
    own: float = 0.01  # of a frame alone
    speed: float = 0.6  # times the way of entries in twice so many
    speed_frames: int = 5  # frames: it counts as entries do
    doubt: float = 0.5  # of a guess over the mean: of what it misses where it is known
    hearing: Hearing = field(default_factory=partial(Hearing, 600, 4))


@dataclass(frozen=True)
class _Features:
    """How a body does in each frame, (T, F) both, float64."""

    rest: Tensor  # what is never missing: how it is held and how it moves
    guess: Tensor  # what is missing, as it is guessed, on what bears it

    @property
    def all(self) -> Tensor:
        return torch.cat([self.rest, self.guess], 1)


def by_habit(guess: Tensor, known: Known, missing: Tensor, config: HabitConfig) -> Tensor:
    """Rotations (T, 22, 3, 3) global: those of joints that are `missing` (22,) bool at times, found by what a guess, to
    which they were hidden throughout, misses elsewhere; the others as guessed."""
    if not missing.any():
        return guess
    body = torch.where(missing[None, :, None, None], guess, known.believed(guess, known.root).rotations)
    begun = _doubted(guess, known, missing, body, config.doubt)
    does = _features(guess, body, missing, config)
    found = begun.clone()
    for joints, gap, heard in gaps(known.rotation_known | ~missing, config.hearing):
        missed = matrix_to_rotvec(begun[heard][:, joints].mT @ known.rotations[heard][:, joints])
        said = _regression(does, heard, gap, config) @ missed.flatten(1).double()
        turns = rotvec_to_matrix(said.to(guess).unflatten(1, (len(joints), 3)))
        found[gap, joints] = begun[gap, joints] @ turns
    return found


def _doubted(guess: Tensor, known: Known, missing: Tensor, body: Tensor, doubt: float) -> Tensor:
    """The guess, of joints that are known at times brought towards their mean on what bears them."""
    found = guess.clone()
    for joint in missing.nonzero().flatten().tolist():
        heard = known.rotation_known[:, joint]
        if heard.any():
            bearing, true = body[:, _bearer(joint, missing)], known.rotations[heard, joint]
            mean = bearing @ _mean(bearing[heard].mT @ true)
            varies, misses = (matrix_to_rotvec(there[heard].mT @ true).square().mean() for there in
                              (mean, guess[:, joint]))
            share = varies / (varies + doubt * misses).clamp(min=1e-12)
            found[:, joint] = mean @ rotvec_to_matrix(share * matrix_to_rotvec(mean.mT @ guess[:, joint]))
    return found


def _features(guess: Tensor, body: Tensor, missing: Tensor, config: HabitConfig) -> _Features:
    """Nothing of them knows the heading."""
    lost = missing.nonzero().flatten().tolist()
    held = [joint for joint in range(1, JOINT_COUNT) if not missing[joint] and not missing[PARENT_OR_SELF[joint]]]
    poses = matrix_to_sixd(global_to_local(body)[:, held]).flatten(1)
    poses = torch.cat([poses, body[:, PELVIS, 1]], 1)  # the vertical in the pelvis' frame
    reach = config.speed_frames
    longer = pad(poses.mT[None], (reach, reach), "replicate")[0].mT
    rest = torch.cat([poses, config.speed * (longer[2 * reach :] - longer[: -2 * reach])], 1)
    bearing = body[:, [_bearer(joint, missing) for joint in lost]]
    return _Features(rest.double(), matrix_to_sixd(bearing.mT @ guess[:, lost]).flatten(1).double())


def _regression(does: _Features, heard: Tensor, gap: slice, config: HabitConfig) -> Tensor:
    """(gap, N): what frames of a gap take of what is missed in N frames that are heard."""
    inside = torch.arange(gap.start, gap.stop)
    own = torch.where((heard == gap.start - 1) | (heard == gap.stop), 1e-6, config.own).double()
    together = _covariance(does, heard, heard, config) + torch.diag(own)
    return torch.linalg.solve(together, _covariance(does, inside, heard, config), left=False)


def _covariance(does: _Features, one: Tensor, other: Tensor, config: HabitConfig) -> Tensor:
    apart = (one[:, None] - other).double()
    alike = (-0.5 * (torch.cdist(does.all[one], does.all[other]) / config.likeness).square()).exp()
    lately = config.alike + config.alike_now * correlation(apart, config.now_frames)
    whole = config.always + config.near * correlation(apart, config.near_frames) + alike * lately
    for entries, variance in ((does.all, config.of_rest), (does.guess, config.of_guess)):
        centred = entries - entries[other].mean(0)
        whole = whole + variance * centred[one] @ centred[other].mT
    return whole


def _mean(turns: Tensor) -> Tensor:
    """The rotation (3, 3) nearest to several, (N, 3, 3)."""
    left, _, right = torch.linalg.svd(turns.mean(0))
    sign = torch.det(left @ right) * left.new_tensor([0.0, 0.0, 1.0]) + left.new_tensor([1.0, 1.0, 0.0])
    return (left * sign) @ right


def _bearer(joint: int, missing: Tensor) -> int:
    """The joint nearest to the pelvis' side of one that is not missing; the pelvis where there is none."""
    bearer = PARENT_OR_SELF[joint]
    while missing[bearer] and bearer != PELVIS:
        bearer = PARENT_OR_SELF[bearer]
    return bearer
