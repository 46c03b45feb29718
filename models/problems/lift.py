"""Motion from 2D keypoints: few passes of the prior over windows, each guess fitted to the pixels before the next.

From nothing but headings the prior guesses a motion; the guess is fitted to the keypoints of all cameras as a whole
window (samplers/motion_fit.py), and is then the next pass's noisy motion, at a lower level. Feet that the prior says
stand are held, and nothing goes through the floor. A limb hidden for long is found from its habits in the end
(lift_unseen.py). Bones that are not known follow after each pass (lift_body.py). Other hypotheses part from the first
one half-way, far along what pixels and prior leave open, and are brought back by the passes that are left; they are
draws of what is possible, and rank by how near they are to each other and how little keypoints miss.
"""
from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import torch
from torch import Tensor

from models.guess import Guess
from models.kinematics.rotations import matrix_to_sixd, sixd_to_matrix
from models.kinematics.skeleton import FEET, JOINT_COUNT
from models.prior.denoiser import make_guesser
from models.problems.calm import calmed, keypoints_off
from models.problems.cues import believed_cues
from models.problems.lift_body import Constants, Unsure, bones, nothing_found, refocused
from models.problems.lift_focal import FocalConfig, feet_rise
from models.problems.lift_rows import AS_AT_REST, LiftRows, missed
from models.problems.lift_start import place_mean_pose
from models.problems.lift_unseen import UnseenConfig, with_unseen_found
from models.problems.lifted import Lifted, ranked
from models.problems.seen import Seen
from models.samplers.linear_rows import FREEDOMS
from models.samplers.lowpass import smooth_piece, smooth_window
from models.samplers.motion_fit import FitConfig, Lasting, fit
from models.samplers.schedules import NOTHING
from models.samplers.windows import OverlapSum, window_starts
from models.solver import Solver

POSE = 6 * JOINT_COUNT
WIDTH = POSE + 3 + len(FEET)


@dataclass(frozen=True)
class LiftConfig:
    """How keypoints are lifted. Chosen on the validation split."""

    levels: tuple[float, ...] = (
        NOTHING, 8.0, 4.0, 3.0, 2.0, 1.5, 1.0, 0.7, 0.5, 0.35, 0.25, 0.18, 0.12)  # of noise, one pass each
    fits: tuple[int, ...] = (6, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3)  # Gauss-Newton steps after each pass
    stride: int = 20  # frames between windows
    batch: int = 8
    hypotheses: int = 1
    parted: int = 8  # passes, the last ones, that each hypothesis has of its own
    noise: float = 12.0  # how far they begin from the likeliest: one would be as Laplace has it; later passes undo most
    both_ways: bool = False
    fit: FitConfig = field(default_factory=FitConfig)
    unsure: Unsure = field(default_factory=Unsure)
    focal: FocalConfig | None = field(default_factory=FocalConfig)  # how a told one is looked at; None: not at all
    unseen: UnseenConfig = field(default_factory=UnseenConfig)
    seed: int = 0


@dataclass(frozen=True)
class _State:
    """A motion between two passes."""

    rotations: Tensor  # (T, 22, 3, 3)
    root: Tensor  # (T, 3)
    contact: Tensor  # (T, 4)
    constants: Constants  # of body and cameras


def lift(
    solver: Solver, offsets: Tensor, seen: Sequence[Seen], config: LiftConfig | None = None,
    floor: float | None = 0.0, report: Callable[[float], None] = lambda done: None,
) -> list[Lifted]:
    """Hypotheses of one person's motion at 60 Hz, the likeliest first.

    Args:
        offsets: (22, 3) of their bones, metres; what they are about where config.unsure says that they are not known.
        seen: what each camera has of the same frames.
        floor: its height in the world, metres; None where there is none.
        report: told the share of the work that is done.
    """
    config = config or LiftConfig()
    focal, spent = _focal_of(solver, offsets, seen, config, floor)
    seen = [replace(view, camera=replace(view.camera, focal=view.camera.focal * focal)) for view in seen]
    found = _Lifter(solver, offsets, seen, config, floor).hypotheses(report)
    return ranked([replace(one, focal=focal, passes_per_frame=one.passes_per_frame + spent / config.hypotheses)
                   for one in found])


def _focal_of(
    solver: Solver, offsets: Tensor, seen: Sequence[Seen], config: LiftConfig, floor: float | None
) -> tuple[float, float]:
    """Times the told focal length, and the passes a frame that it took to say so. Asked where one camera sees a known
    body over a floor: nothing else says so much of it."""
    look = config.focal
    if look is None or floor is None or len(seen) > 1 or config.unsure.anything:
        return 1.0, 0.0
    some = look.stretch(seen[0])
    quick = replace(config, levels=look.levels, fits=look.fits, stride=look.stride, parted=len(look.levels),
                    hypotheses=1, unsure=look.unsure)
    found = next(_Lifter(solver, offsets, [some], quick, floor, look.stood).hypotheses(lambda done: None))
    assert found.constants is not None
    rises = feet_rise(some.camera, found.root, floor)
    return look.chosen(float(found.constants.focal), rises), found.passes_per_frame * len(some) / len(seen[0])


class _Lifter:
    """One person's keypoints and all that is asked of them."""

    def __init__(
        self, solver: Solver, offsets: Tensor, seen: Sequence[Seen], config: LiftConfig, floor: float | None,
        stood: Sequence[float] = AS_AT_REST,
    ) -> None:
        self.solver, self.offsets, self.config, self.floor, self.stood = solver, offsets, config, floor, stood
        self.window = solver.prior.config.frames
        self.length = len(seen[0])
        self.seen = [view.held(self.window) for view in seen]
        self.frames = max(self.length, self.window)
        self.starts = window_starts(self.frames, self.window, config.stride)
        mean = solver.prior.statistics.mean.unflatten(-1, (-1, 6))
        rotations, root = place_mean_pose(sixd_to_matrix(mean), offsets, self.seen)
        self.before = self.config.unsure.information(offsets, len(seen))
        self.begun = _State(rotations, root, torch.zeros(self.frames, len(FEET)),
                            nothing_found(len(seen), self.before))

    @torch.no_grad()
    def hypotheses(self, report: Callable[[float], None]) -> Iterator[Lifted]:
        """The likeliest first; others are led astray before the last `parted` passes."""
        levels, fits = self.config.levels, self.config.fits
        shared, own = len(levels) - self.config.parted, self.config.parted
        total = shared + own * self.config.hypotheses
        state = self.begun
        for index in range(shared):
            state = self._pass(state, levels[index], fits[index])
            report((index + 1) / total)
        random = torch.Generator().manual_seed(self.config.seed)
        for number in range(self.config.hypotheses):
            drawn = self.config.noise * torch.randn(self.frames, FREEDOMS, generator=random) if number else None
            mine = state
            for index in range(shared, len(levels)):
                mine = self._pass(mine, levels[index], fits[index], drawn if index == shared else None)
                report((own * number + index + 1) / total)
            yield self._lifted(mine, drawn is None)

    def _lifted(self, state: _State, likeliest: bool) -> Lifted:
        own, several = self.config.parted, self.config.hypotheses
        passes = (own + (len(self.config.levels) - own) / several) * (2 if self.config.both_ways else 1)
        cut, values = slice(0, self.length), state.constants.values
        off = keypoints_off(refocused(self.seen, values), state.root)
        rotations, root = calmed(state.rotations[cut], state.root[cut], off)
        own_bones, filling = bones(self.offsets, values), 0.0
        if likeliest:  # draws keep their own of what nobody sees
            rotations, filling = with_unseen_found(
                self.solver, self.seen, rotations, root, own_bones, self.floor, self.config.unseen)
        misses = missed([view.frames(cut) for view in self.seen], self.offsets, values, rotations, root,
                        self.config.fit.huber)
        return Lifted(rotations, root, state.contact[cut], 0.0,
                      passes * len(self.starts) / self.frames + filling, own_bones,
                      state.constants if self.config.unsure.anything else None, misses)

    def _pass(self, state: _State, level: float, steps: int, drawn: Tensor | None = None) -> _State:
        """One pass of the prior over all windows and the fit of what it says."""
        whole, lasting = OverlapSum(self.frames, WIDTH, self.window), list[Lasting]()
        rows = LiftRows(self.offsets, self.seen, self.floor, state.constants.values, self.config.unsure.anything,
                        self.stood)
        for first in range(0, len(self.starts), self.config.batch):
            starts = self.starts[first : first + self.config.batch]
            cut = torch.stack([torch.arange(start, start + self.window) for start in starts])
            guess = self._guess(state.rotations[cut], state.root[cut], state.constants, level)
            turned = sixd_to_matrix(guess.poses.unflatten(-1, (-1, 6)))
            rows_at = rows.of(cut, state.contact[cut])
            noise = None if drawn is None else drawn[cut]
            fitted = fit(turned, state.root[cut], guess.joint_sd, rows_at, steps, self.config.fit, noise)
            lasting += [fitted.lasting] if fitted.lasting else []
            assert guess.contact is not None
            sixd = matrix_to_sixd(fitted.rotations).flatten(-2)
            whole.add_all(starts, torch.cat([sixd, fitted.root, guess.contact], -1))
        band = self.solver.config.sampler
        smooth = smooth_piece(whole.mean(), slice(0, self.frames), band.keep_hz, band.stop_hz)
        sixd, path, contact = smooth.split([POSE, 3, len(FEET)], -1)
        constants = self._learnt(state.constants, lasting) if lasting else state.constants
        return _State(sixd_to_matrix(sixd.unflatten(-1, (-1, 6))), path, contact, constants)

    def _learnt(self, constants: Constants, lasting: Sequence[Lasting]) -> Constants:
        """After a pass; windows overlap, and a frame counts once."""
        share = self.config.unsure.share * self.frames / (len(self.starts) * self.window)
        evidence = Lasting(share * torch.cat([one.information for one in lasting]).sum(0),
                           share * torch.cat([one.pull for one in lasting]).sum(0))
        return constants.updated(evidence, self.before)

    def _guess(self, rotations: Tensor, root: Tensor, constants: Constants, level: float) -> Guess:
        offsets = bones(self.offsets, constants.values)
        cues = believed_cues(rotations, root, offsets, self.floor, placed=level != NOTHING)
        guesser = make_guesser(self.solver.forward, self.solver.prior.statistics, cues, self.config.both_ways)
        x = matrix_to_sixd(rotations).flatten(-2)
        guess, band = guesser(x, level), self.solver.config.sampler
        return replace(guess, poses=smooth_window(guess.poses, band.keep_hz, band.stop_hz))
