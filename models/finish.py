"""A whole sequence's blended guess put onto its trackers and its feet, and smoothed, piece by piece.

Guesses are blended before they are guided, which is as accurate as after and a quarter of the work. Where feet stand
is seen half-way: a sequence in which any foot stands is guided on from there with its standing feet held.
"""
from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from models.body import Body
from models.confidence import confidence
from models.group import group_of
from models.guess import Guess
from models.kinematics.forward import positions_from_pelvis
from models.kinematics.rotations import matrix_to_sixd, sixd_to_matrix
from models.kinematics.skeleton import FEET, JOINT_COUNT
from models.samplers.coupling import coupling
from models.samplers.guidance import Estimate
from models.samplers.lowpass import smooth_piece
from models.samplers.measurement import Measurement
from models.samplers.planted import LIKELY, find_stands, hold
from models.samplers.rows import Floor, tracker_rows
from models.samplers.samplers import SamplerConfig
from models.samplers.sensing import Sensed
from models.samplers.spread import Spread, posterior_spread
from models.samplers.system import RootPrior
from models.samplers.unreachable import correct_within_reach

EVERY = 3  # frames: bodies move below 9 Hz (lowpass.py), so that twenty frames a second hold their motion
SHORT = 41  # frames: sequences up to then are finished frame by frame
LOOK_STEPS = 2  # Gauss-Newton steps to see where feet stand; the others go on from there


@dataclass(frozen=True)
class Solution:
    """A solved sequence."""

    rotations: Tensor  # (T, 22, 3, 3) global
    root: Tensor  # (T, 3) metres
    confidence: Tensor  # (T, 22), see confidence.py
    spread: Spread  # (T, 22) each
    rejected: Tensor  # (T, M) bool: a tracker said something that was not believed


@dataclass(frozen=True)
class Finisher:
    """How one body's sequences are finished."""

    body: Body
    find_root: Callable[[Tensor], RootPrior]
    floor: Floor
    sampler: SamplerConfig
    reach: Tensor  # see confidence.py
    piece: int  # frames finished in one go
    every: int = EVERY  # so manieth frame is put onto its trackers, those between follow; of it a piece is a multiple

    def steps(self, sensed: Sensed, guess: Guess) -> Iterator[Solution | None]:
        """Of a guess (T, ...); None after each piece of work, the solution at the end."""
        frames, rejected = len(guess.poses), sensed.rejected[0]
        every = self.every if frames > SHORT else 1
        pieces = [slice(first, min(first + self.piece, frames), every) for first in range(0, frames, self.piece)]
        rotations, root, *spreads = yield from self._settled(sensed.measured, guess, pieces)
        del sensed, guess  # of an hour they are half of all that is held
        spread = Spread(*(filled_between(part, every, frames) for part in spreads))
        smooth, path = rotations.new_empty(frames, JOINT_COUNT, 3, 3), root.new_empty(frames, 3)
        for piece in pieces:
            whole = slice(piece.start, piece.stop)
            smooth[whole] = sixd_to_matrix(self._smooth(rotations, whole, every))
            path[whole] = self._smooth(root, whole, every)
            yield None
        yield Solution(smooth, path, confidence(spread, self.reach), spread, rejected)

    def _settled(
        self, measured: Measurement, guess: Guess, pieces: list[slice]
    ) -> Generator[None, None, tuple[Tensor, ...]]:
        """Of the frames of all pieces (N, ...): rotations as 6D, root, and the spreads of positions and rotations."""
        starts: Iterable[Tensor] = (self._start(guess, piece) for piece in pieces)
        read, left = measured, self.sampler.steps(len(self.body.joints))
        if guess.contact is not None and guess.contact.max() > LIKELY:
            starts, measured = yield from self._held(starts, measured, guess, pieces)
            left -= LOOK_STEPS
        settled: list[tuple[Tensor, ...]] = []
        for start, piece in zip(starts, pieces, strict=True):
            estimate = self._settle(start, guess, measured, piece, left)
            spread = self._spread(estimate, read.frames(piece))
            sixd = matrix_to_sixd(estimate.rotations[0])
            settled.append((sixd, estimate.root[0], spread.position[0], spread.rotation[0]))
            yield None
        return tuple(torch.cat(part) for part in zip(*settled, strict=True))

    def _held(
        self, starts: Iterable[Tensor], measured: Measurement, guess: Guess, pieces: list[slice]
    ) -> Generator[None, None, tuple[list[Tensor], Measurement]]:
        """Where all pieces are after a few steps, and what is measured with the feet that stand there."""
        seen: list[tuple[Tensor, Tensor]] = []
        for start, piece in zip(starts, pieces, strict=True):
            estimate = self._settle(start, guess, measured, piece, LOOK_STEPS)
            seen.append((estimate.rotations[0], self._feet(estimate)))
            yield None
        assert guess.contact is not None
        feet = torch.cat([feet for _, feet in seen])
        stands = find_stands(guess.contact, filled_between(feet, pieces[0].step, len(guess.poses)))
        return [rotations for rotations, _ in seen], hold(measured, stands.in_batch(), self.body.offsets[None])

    def _start(self, guess: Guess, piece: slice) -> Tensor:
        """A piece of the guess, smoothed, (T, 22, 3, 3)."""
        return sixd_to_matrix(self._smooth(guess.poses, piece).unflatten(-1, (-1, 6)))

    def _settle(self, start: Tensor, guess: Guess, measured: Measurement, piece: slice, steps: int) -> Estimate:
        """A piece of the guess, (T, 22, 3, 3) so far, on its trackers: B = 1."""
        rotations, variance = start[None], guess.joint_sd[piece].square()[None]
        root, here = self.find_root(rotations), measured.frames(piece)
        return correct_within_reach(rotations, variance, here, root, steps, self.floor, coupling())

    def _spread(self, estimate: Estimate, measured: Measurement) -> Spread:
        root = self.find_root(estimate.rotations)
        return posterior_spread(estimate, tracker_rows(measured), root, group_of([self.body]).joint_levers)

    def _feet(self, estimate: Estimate) -> Tensor:
        """Where the joints of FEET are, (T, 4, 3) metres."""
        places = positions_from_pelvis(estimate.rotations[0], self.body.offsets) + estimate.root[0, :, None]
        return places[:, list(FEET)]

    def _smooth(self, values: Tensor, piece: slice, taken: int = 1) -> Tensor:
        """A piece of a sequence of which `values` are every `taken`-th frame."""
        return smooth_piece(values, piece, self.sampler.keep_hz, self.sampler.stop_hz, taken=taken)


def filled_between(values: Tensor, every: int, frames: int) -> Tensor:
    """Values (N, ...) of every so manieth frame as those of all: straight lines between, the last one held."""
    at = torch.arange(frames)
    before, after = at // every, (at // every + 1).clamp(max=len(values) - 1)
    share = (at % every / every).view(-1, *[1] * (values.dim() - 1))
    return values[before].lerp(values[after], share)
