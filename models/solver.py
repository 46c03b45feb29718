"""Where prior and sampler meet: whole sequences offline, newest frames live."""
from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import torch
from torch import Tensor

from models.body import Body, Readings
from models.finish import Finisher
from models.finish import Solution as Solution
from models.group import Group, cues_of, group_of, measure
from models.guess import GUESS_WIDTH, Denoiser, Guess, Guesser, guess_from_columns, guess_to_columns
from models.kinematics.arrays import Array
from models.kinematics.systems import CPU
from models.prior.checkpoint import Prior
from models.prior.condition import Cues
from models.prior.denoiser import make_denoiser, make_guesser
from models.prior.newest import newest_forward
from models.prior.precision import Forward, multiplies_bytes
from models.prior.runtime import rough_forward
from models.prior.thinned import thinned_forward
from models.samplers.measurement import Measurement
from models.samplers.root import standing_root, unknown_root
from models.samplers.rows import Floor
from models.samplers.samplers import SamplerConfig, refine
from models.samplers.sensing import SENSED_WIDTH, Sensed, from_columns, sense, to_columns
from models.samplers.system import RootPrior
from models.samplers.windows import OverlapSum, window_starts
from models.swap import unswapped

PIECE = 1008  # frames finished in one go: a step as long as a batch of windows
HURRIED_BATCH, HURRIED_PIECE = 2, 60  # while others wait: a quarter more work in all


@dataclass(frozen=True)
class SolverConfig:
    """What the solver does with a prior. Chosen on the validation split, see models/weights/README.md."""

    sampler: SamplerConfig = field(default_factory=SamplerConfig)
    stride: int = 24  # frames between the windows of a sequence: a sixth less work than at 20 for 0.1 % more error,
    stride_lost: int = 15  # and of one in which trackers come and go
    both_ways: bool = True  # ask about a sequence's mirror image too; live there is no time for that
    batch: int = 32  # windows solved together: a twelfth less work than by sixteen
    tell_hands: bool = True  # hands' places as cues, besides being measured
    tell_height: bool = True
    tell_path: bool = True  # the head's way over the floor
    root_height_sd: float | None = 0.1  # metres; None: nothing is known of the root
    floor_sd: float = 0.02  # metres: how far feet may sink in
    unswap: bool = True  # a sequence overwhelmingly worn on the wrong hands is solved as if on the right ones


def solver_of(prior: Prior, sequences_apart: bool = False) -> Solver:
    """The quickest solver of a prior where the prior is. `sequences_apart`: they have graphs of their own, which on a
    CPU take as many threads as torch has where they are first asked."""
    network, device = prior.network, next(prior.network.parameters()).device
    rough = None
    if multiplies_bytes(device):
        rough = thinned_forward(network, rough_forward)
    elif sequences_apart:
        rough = thinned_forward(network)
    live = newest_forward(network) if device == CPU else None
    return Solver(prior, thinned_forward(network), rough=rough, live=live)


@dataclass(frozen=True)
class Solver:
    """A prior, the function that runs its network, and how to use both."""

    prior: Prior
    forward: Forward
    config: SolverConfig = field(default_factory=SolverConfig)
    rough: Forward | None = None  # for whole sequences, whose smoothing hides a little trembling; None: as `forward`
    live: Forward | None = None  # for the newest frame of windows; None: as `forward`

    def windows(self, bodies: list[Body], readings: list[Readings]) -> tuple[Guess, Sensed]:
        """What the prior says of B windows of its length, not yet put onto the trackers; the bodies' trackers are on
        the same joints. See refine."""
        return self.windows_of(group_of(bodies), measure(bodies, readings))

    def windows_of(self, group: Group, measured: Measurement) -> tuple[Guess, Sensed]:
        """The same of a group's raw readings."""
        sensed = sense(measured)
        cues = self._told(group, sensed.measured)
        guesser = make_guesser(self.rough or self.forward, self.prior.statistics, cues, self.config.both_ways)
        return refine(guesser, sensed.measured, self.root_finder(group), self.config.sampler), sensed

    def guesser(self, group: Group, measured: Measurement, newest: bool = False) -> Guesser:
        """The prior as told by these trackers; `newest`: of the newest frame above all."""
        forward = self.live if newest and self.live else self.forward
        return make_guesser(forward, self.prior.statistics, self._told(group, measured))

    def denoiser(self, bodies: list[Body], measured: Measurement) -> Denoiser:
        """The motion of `guesser` alone."""
        return make_denoiser(self.forward, self.prior.statistics, self._told(group_of(bodies), measured))

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

    @torch.inference_mode()  # a twentieth less work than without gradients alone
    def sequence_steps(
        self, body: Body, readings: Readings, hurried: Callable[[], bool] = lambda: False
    ) -> Iterator[int | Solution]:
        """Solve a sequence piece by piece: frames done after each batch of windows, the solution at the end.

        While somebody is waiting for a turn between two pieces, `hurried`, they are a third as long.
        """
        readings = unswapped(body, readings) if self.config.unswap else readings
        frames, window = len(readings), self.prior.config.frames
        width = SENSED_WIDTH * len(body.joints)
        blended = OverlapSum(max(frames, window), GUESS_WIDTH + width, window)
        for starts, cut in self.batches(readings, hurried):
            guess, sensed = self.windows([body] * len(starts), cut)
            blended.add_all(starts, torch.cat([guess_to_columns(guess), to_columns(sensed)], -1))
            yield min(starts[-1] + window, frames)
        alone = group_of([body])
        finisher = Finisher(
            body, self.root_finder(alone), self.floor(alone), self.config.sampler, self.prior.statistics.reach,
            HURRIED_PIECE if hurried() else PIECE,
        )
        steps = finisher.steps(*_told_by(blended.mean()[:frames], sensed.measured))
        del blended  # the finisher alone has it now, and lets go of it early
        for solution in steps:
            yield solution or frames

    def batches(
        self, readings: Readings, hurried: Callable[[], bool] = lambda: False
    ) -> Iterator[tuple[list[int], list[Readings]]]:
        """A sequence's windows in batches: their first frames and their readings."""
        window = self.prior.config.frames
        held = readings.held(window)
        steady = bool((held.position_known == held.position_known[:1]).all())
        starts = window_starts(len(held), window, self.config.stride if steady else self.config.stride_lost)
        while starts:
            count = HURRIED_BATCH if hurried() else self.config.batch
            batch, starts = starts[:count], starts[count:]
            yield batch, [held.frames(start, start + window) for start in batch]

    def blended(self, readings: Readings, width: int, solve: Callable[[list[Readings]], Tensor]) -> Tensor:
        """What `solve` says of each batch of a sequence's windows, (B, T, width), as one sequence (frames, width)."""
        frames, window = len(readings), self.prior.config.frames
        whole = OverlapSum(max(frames, window), width, window)
        for starts, cut in self.batches(readings):
            whole.add_all(starts, solve(cut))
        return whole.mean()[:frames]

    def _told(self, group: Group, measured: Measurement) -> Cues:
        cues = cues_of(group, measured)
        if not self.config.tell_hands:
            cues = replace(cues, hands_known=cues.hands_known & False)
        if not self.config.tell_height:
            cues = replace(cues, height_known=cues.height_known & False)
        if not self.config.tell_path:
            cues = replace(cues, path_known=cues.path_known & False)
        return cues

    def floor(self, group: Group) -> Floor:
        """The floor that these bodies' feet stay above."""
        return Floor(group.toe_levers, group.floor[:, None] + group.toe_heights, self.config.floor_sd)

    def root_finder(self, group: Group) -> Callable[[Array], RootPrior]:
        """What is known of the pelvis for given rotations."""
        height_sd = self.config.root_height_sd
        if height_sd is None:
            return lambda rotations: unknown_root((rotations.shape[0], rotations.shape[1]), rotations)

        def find_root(rotations: Array) -> RootPrior:
            return standing_root(rotations, group.offsets, group.foot_heights, group.floor, height_sd)

        return find_root


def _told_by(blended: Tensor, like: Measurement) -> tuple[Sensed, Guess]:
    """Of the columns of a whole sequence (T, ...): where its trackers were, and what the prior says."""
    said, columns = blended.split([GUESS_WIDTH, SENSED_WIDTH * len(like.joints)], dim=-1)
    return from_columns(columns[None], like), guess_from_columns(said)
