"""Where prior and sampler meet: whole sequences offline, newest frames live."""
from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial

import torch
from torch import Tensor

from models.body import Body, Readings, cues_of, floor_heights, measure, offsets_of
from models.confidence import confidence
from models.guess import Denoiser, Guess, Guesser
from models.kinematics.rotations import matrix_to_sixd, sixd_to_matrix
from models.kinematics.skeleton import JOINT_COUNT
from models.prior.checkpoint import Prior
from models.prior.condition import Cues
from models.prior.denoiser import make_guesser
from models.prior.precision import Forward
from models.samplers.coupling import coupling
from models.samplers.guidance import RootPrior, correct
from models.samplers.lowpass import smooth_piece
from models.samplers.measurement import Measurement
from models.samplers.root import floor_under, standing_root, unknown_root
from models.samplers.rows import Floor, tracker_rows
from models.samplers.samplers import SamplerConfig, refine
from models.samplers.sensing import SENSED_WIDTH, Sensed, from_columns, sense, to_columns
from models.samplers.spread import Spread, posterior_spread
from models.samplers.windows import OverlapSum, window_starts

PIECE = 500  # frames of a sequence finished in one go: a step as long as a batch of windows


@dataclass(frozen=True)
class SolverConfig:
    """What the solver does with a prior. Chosen on the validation split, see models/weights/README.md."""

    sampler: SamplerConfig = field(default_factory=SamplerConfig)
    stride: int = 10  # frames between the windows of a sequence
    batch: int = 16  # windows solved together
    tell_hands: bool = True  # hands' places as cues, besides being measured
    tell_height: bool = True
    tell_path: bool = True  # the head's way over the floor
    root_height_sd: float | None = 0.1  # metres; None: nothing is known of the root
    floor_sd: float = 0.02  # metres: how far feet may sink in


@dataclass(frozen=True)
class Solution:
    """A solved sequence."""

    rotations: Tensor  # (T, 22, 3, 3) global
    root: Tensor  # (T, 3) metres
    confidence: Tensor  # (T, 22), see confidence.py
    spread: Spread  # (T, 22) each
    rejected: Tensor  # (T, M) bool: a tracker said something that was not believed


@dataclass(frozen=True)
class Solver:
    """A prior, the function that runs its network, and how to use both."""

    prior: Prior
    forward: Forward
    config: SolverConfig = field(default_factory=SolverConfig)

    def windows(self, bodies: list[Body], readings: list[Readings]) -> tuple[Guess, Sensed]:
        """What the prior says of B windows of its length, not yet put onto the trackers; the bodies' trackers are on
        the same joints. See refine."""
        sensed = sense(measure(bodies, readings))
        guesser, find_root = self.guesser(bodies, sensed.measured), self.root_finder(bodies)
        return refine(guesser, sensed.measured, find_root, self.config.sampler), sensed

    def guesser(self, bodies: list[Body], measured: Measurement) -> Guesser:
        """The prior as told by these trackers."""
        return make_guesser(self.forward, self.prior.statistics, self._told(cues_of(bodies, measured)))

    def denoiser(self, bodies: list[Body], measured: Measurement) -> Denoiser:
        """The motion of `guesser` alone."""
        guess = self.guesser(bodies, measured)
        return lambda x, sigma: guess(x, sigma).poses

    def sequence(self, body: Body, readings: Readings, report: Callable[[int], None] = lambda done: None) -> Solution:
        """Solve a whole sequence at 60 Hz; `report` is told how many frames are through the network."""
        solution: Solution | None = None
        for step in self.sequence_steps(body, readings):
            if isinstance(step, Solution):
                solution = step
            else:
                report(step)
        assert solution is not None
        return solution

    @torch.no_grad()
    def sequence_steps(self, body: Body, readings: Readings) -> Iterator[int | Solution]:
        """Solve a sequence piece by piece: frames done after each batch of windows, the solution at the end."""
        frames, window, trackers = len(readings), self.prior.config.frames, len(body.joints)
        blended = OverlapSum(max(frames, window), 132 + JOINT_COUNT + SENSED_WIDTH * trackers, window)
        for starts, cut in self.batches(readings):
            guess, sensed = self.windows([body] * len(starts), cut)
            blended.add_all(starts, torch.cat([guess.poses, guess.joint_sd, to_columns(sensed)], -1))
            yield min(starts[-1] + window, frames)
        sixd, joint_sd, columns = blended.mean()[:frames].split([132, JOINT_COUNT, SENSED_WIDTH * trackers], dim=-1)
        sensed = from_columns(columns, sensed.measured)
        yield from self._finish(body, sensed, sixd, joint_sd)

    def batches(self, readings: Readings) -> Iterator[tuple[list[int], list[Readings]]]:
        """A sequence's windows in batches: their first frames and their readings."""
        window = self.prior.config.frames
        held = readings.held(window)
        starts = window_starts(len(held), window, self.config.stride)
        for first in range(0, len(starts), self.config.batch):
            batch = starts[first : first + self.config.batch]
            yield batch, [held.frames(start, start + window) for start in batch]

    def _finish(
        self, body: Body, sensed: Sensed, sixd: Tensor, joint_sd: Tensor
    ) -> Iterator[int | Solution]:
        """Smooth the blended guesses, put them onto the trackers, smooth again; and say so in between.

        Guesses are blended before they are guided, which is as accurate as after and a quarter of the work.
        """
        frames, sampler = len(sixd), self.config.sampler
        smooth = partial(smooth_piece, keep_hz=sampler.keep_hz, stop_hz=sampler.stop_hz)
        pieces = [slice(first, min(first + PIECE, frames)) for first in range(0, frames, PIECE)]
        settled: list[tuple[Tensor, ...]] = []
        for piece in pieces:
            rotations = sixd_to_matrix(smooth(sixd, piece).unflatten(-1, (-1, 6)))
            settled.append(self._settle(body, sensed.measured.frames(piece), rotations, joint_sd[piece].square()))
            yield frames
        rotations, root, *spreads = (torch.cat(part) for part in zip(*settled, strict=True))
        smoothed: list[Tensor] = []
        for piece in pieces:
            smoothed.append(sixd_to_matrix(smooth(rotations, piece)))
            yield frames
        spread, path = Spread(*spreads), torch.cat([smooth(root, piece) for piece in pieces])
        told = confidence(spread, self.prior.statistics.reach)
        yield Solution(torch.cat(smoothed), path, told, spread, sensed.rejected[0])

    def _settle(
        self, body: Body, measured: Measurement, rotations: Tensor, variance: Tensor
    ) -> tuple[Tensor, ...]:
        """A guess (T, 22, 3, 3) of variance (T, 22) put onto the trackers: rotations (T, 22, 6), root (T, 3),
        spread of positions and of rotations, (T, 22) each."""
        find_root, guess = self.root_finder([body]), rotations[None]
        estimate = correct(
            guess, variance[None], measured, find_root(guess), self.config.sampler.steps(len(measured.joints)),
            self.floor([body]), coupling(),
        )
        known = tracker_rows(measured), find_root(estimate.rotations)
        spread = posterior_spread(estimate, *known, offsets_of([body]))
        return matrix_to_sixd(estimate.rotations[0]), estimate.root[0], spread.position[0], spread.rotation[0]

    def _told(self, cues: Cues) -> Cues:
        if not self.config.tell_hands:
            cues = replace(cues, hands_known=torch.zeros_like(cues.hands_known))
        if not self.config.tell_height:
            cues = replace(cues, height_known=torch.zeros_like(cues.height_known))
        if not self.config.tell_path:
            cues = replace(cues, path_known=torch.zeros_like(cues.path_known))
        return cues

    def floor(self, bodies: list[Body]) -> Floor:
        """The floor that these bodies' feet stay above."""
        return floor_under(offsets_of(bodies), floor_heights(bodies), self.config.floor_sd)

    def root_finder(self, bodies: list[Body]) -> Callable[[Tensor], RootPrior]:
        """What is known of the pelvis for given rotations."""
        if self.config.root_height_sd is None:
            return lambda rotations: unknown_root((rotations.shape[0], rotations.shape[1]), rotations)
        return partial(standing_root, offsets=offsets_of(bodies), floor_height=floor_heights(bodies),
                       height_sd=self.config.root_height_sd)

