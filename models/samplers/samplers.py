"""The default sampler: few deterministic passes from nothing, guided in each; noise is added nowhere.

What the passes refine is a mean, not a sample, so nothing is renoised; a second pass sees the first one's
corrected estimate as a slightly noisy body. More passes were measured to be worse (method.md section 7).
"""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise

from models.guess import Guess, Guesser
from models.kinematics.arrays import Array, filled
from models.kinematics.rotations import matrix_to_sixd, sixd_to_matrix
from models.kinematics.skeleton import JOINT_COUNT
from models.samplers.coupling import coupling
from models.samplers.guidance import Estimate, correct
from models.samplers.lowpass import smooth_window
from models.samplers.measurement import Measurement
from models.samplers.schedules import NOTHING, few_levels
from models.samplers.system import RootPrior

USUAL_TRACKERS = 3
FindRoot = Callable[[Array], RootPrior]


@dataclass(frozen=True)
class SamplerConfig:
    """How a window is solved."""

    passes: int = 1
    polish: int = 3  # Gauss-Newton steps after the last pass
    keep_hz: float = 6.0  # the body's band: all of it is kept below,
    stop_hz: float = 9.0  # nothing above

    def steps(self, trackers: int) -> int:
        """Gauss-Newton steps that put a body onto its trackers: the more of them, the farther its joints are moved."""
        return 1 + self.polish + max(trackers - USUAL_TRACKERS, 0)


def refine(guesser: Guesser, measured: Measurement, find_root: FindRoot, config: SamplerConfig) -> Guess:
    """All passes, guided in between: the last pass's guess, not yet smoothed or guided.

    Args:
        guesser: of the windows' 6D rotations in the world, (B, T, 132).
        measured: the trackers.
        find_root: where the pelvis should be for given rotations (B, T, 22, 3, 3).
        config: passes and band.
    """
    levels = few_levels(config.passes)
    x = filled((*measured.positions.shape[:2], JOINT_COUNT * 6), 0.0, measured.positions)
    for level, following in pairwise(levels):
        guess = _smoothed(guesser(x, level), config)
        corrected = matrix_to_sixd(guided(guess, measured, find_root).rotations).reshape(x.shape)
        x = corrected if level == NOTHING else corrected + following / level * (x - corrected)
    return guesser(x, levels[-1])


def guided(guess: Guess, measured: Measurement, find_root: FindRoot, repeats: int = 1) -> Estimate:
    """A guess put onto the trackers."""
    rotations = sixd_to_matrix(guess.poses.reshape(*guess.joint_sd.shape, 6))
    spread = guess.joint_sd * guess.joint_sd
    return correct(rotations, spread, measured, find_root(rotations), repeats, together=coupling())


def _smoothed(guess: Guess, config: SamplerConfig) -> Guess:
    return replace(guess, poses=smooth_window(guess.poses, config.keep_hz, config.stop_hz))
