"""Blended guesses of many clips put onto their trackers and feet, and smoothed: finish.py of all at once."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace

import torch
from torch import Tensor

from models.confidence import confidence
from models.crowd.clips import held_from
from models.finish import EVERY, LOOK_STEPS, Solution
from models.group import Group
from models.guess import Guess
from models.kinematics.forward import positions_from_pelvis
from models.kinematics.rotations import matrix_to_sixd, sixd_to_matrix
from models.kinematics.skeleton import FEET
from models.samplers.coupling import coupling
from models.samplers.guidance import Estimate
from models.samplers.lowpass import Clips as Smoother
from models.samplers.measurement import Measurement
from models.samplers.planted import LIKELY, hold
from models.samplers.planted_crowd import find_all_stands
from models.samplers.rows import tracker_rows
from models.samplers.sensing import Sensed
from models.samplers.spread import Spread, posterior_spread
from models.samplers.unreachable import correct_within_reach
from models.solver import Solver

Mark = Callable[[str], None]  # told what has been done, in the order of a device's work
TAKEN = slice(None, None, EVERY)


@dataclass(frozen=True)
class Blended:
    """C clips as the prior sees them, each longer than finish.SHORT."""

    group: Group
    lengths: Tensor  # (C,)
    guess: Guess  # (C, T, ...)
    sensed: Sensed

    @property
    def taken(self) -> Tensor:
        """(C,): every third frame of each."""
        return (self.lengths + EVERY - 1) // EVERY

    def rows(self, which: Tensor) -> Blended:
        """The clips at places (C',)."""
        guess = Guess(*(part[which] for part in vars(self.guess).values()))
        measured = self.sensed.measured
        parts = {part.name: getattr(measured, part.name)[which] for part in fields(measured)
                 if isinstance(getattr(measured, part.name), Tensor)}
        sensed = Sensed(replace(measured, **parts), self.sensed.rejected[which])
        return Blended(self.group.rows(which), self.lengths[which], guess, sensed)


def finished(solver: Solver, clips: Blended, mark: Mark) -> list[tuple[Tensor, Solution]]:
    """Solutions (C', T, ...) of clips (C',): of those whose feet stand somewhere, and of those whose do not."""
    contact, at = clips.guess.contact, torch.arange(clips.guess.poses.shape[1], device=clips.lengths.device)
    assert contact is not None
    stands = ((contact > LIKELY) & (at < clips.lengths[:, None])[..., None]).any(-1).any(-1)
    found = []
    for which, standing in ((stands.nonzero()[:, 0], True), ((~stands).nonzero()[:, 0], False)):
        if len(which):
            some = clips if len(which) == len(stands) else clips.rows(which)
            found.append((which, _Finisher(solver, some, mark).solution(standing)))
    return found


@dataclass(frozen=True)
class _Finisher:
    solver: Solver
    clips: Blended
    mark: Mark

    def solution(self, standing: bool) -> Solution:
        clips, sampler = self.clips, self.solver.config.sampler
        measured, left = clips.sensed.measured, sampler.steps(len(clips.group.joints))
        poses, frames = clips.guess.poses.unflatten(-1, (-1, 6)), clips.guess.poses.shape[1]
        smoother = Smoother(sampler.keep_hz, sampler.stop_hz, given=EVERY)
        start = sixd_to_matrix(smoother.smooth(poses, clips.lengths, -(-frames // EVERY)))
        self.mark("start")
        if standing:
            estimate = self._settled(start, measured, LOOK_STEPS)
            measured, left, start = self._held(estimate), left - LOOK_STEPS, estimate.rotations
        estimate = self._settled(start, measured, left)
        self.mark("settle")
        spread = self._spread(estimate)
        self.mark("spread")
        smoother = Smoother(sampler.keep_hz, sampler.stop_hz, taken=EVERY)
        sixd, root = (smoother.smooth(part, clips.taken, frames)
                      for part in (matrix_to_sixd(estimate.rotations), estimate.root))
        told = confidence(spread, self.solver.prior.statistics.reach)
        solution = Solution(sixd_to_matrix(sixd), root, told, spread, clips.sensed.rejected)
        self.mark("smooth")
        return solution

    def _settled(self, start: Tensor, measured: Measurement, steps: int) -> Estimate:
        """Every third frame on its trackers."""
        clips, variance = self.clips, self.clips.guess.joint_sd[:, TAKEN].square()
        root, floor = self.solver.root_finder(clips.group)(start), self.solver.floor(clips.group)
        return correct_within_reach(start, variance, measured.frames(TAKEN), root, steps, floor, coupling())

    def _held(self, estimate: Estimate) -> Measurement:
        """The trackers, and feet that stand."""
        clips, contact = self.clips, self.clips.guess.contact
        assert contact is not None
        places = positions_from_pelvis(estimate.rotations, clips.group.offsets[:, None]) + estimate.root[:, :, None]
        feet = self._filled(places[:, :, list(FEET)])
        self.mark("look")
        stands = find_all_stands(contact, feet, clips.lengths)
        self.mark("stands")
        return hold(clips.sensed.measured, stands, clips.group.offsets)

    def _spread(self, estimate: Estimate) -> Spread:
        clips = self.clips
        root, rows = self.solver.root_finder(clips.group)(estimate.rotations), clips.sensed.measured.frames(TAKEN)
        spread = posterior_spread(estimate, tracker_rows(rows), root, clips.group.joint_levers)
        return Spread(self._filled(spread.position), self._filled(spread.rotation))

    def _filled(self, values: Tensor) -> Tensor:
        """Of every third frame (C, N, ...), all: straight lines between, the last one held."""
        values, frames = held_from(values, self.clips.taken), self.clips.guess.poses.shape[1]
        at = torch.arange(frames, device=values.device)
        after = (at // EVERY + 1).clamp(max=values.shape[1] - 1)
        share = (at % EVERY / EVERY).view(-1, *[1] * (values.dim() - 2))
        return values[:, at // EVERY].lerp(values[:, after], share)
