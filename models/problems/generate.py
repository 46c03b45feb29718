"""Motion from nothing but a seed, or from a pose, or along a path: windows sampled one after the other.

Each window is sampled from noise by ancestral steps (Ho et al. 2020; levels as in Karras et al. 2022); the frames that
it shares with the one before are told as known, and put there again at every step (outpainting). The prior says nothing
of the root: it goes where feet that stand make it go, over the floor, or along the path. Then feet are planted
(plant.py).
"""
from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import pairwise

import torch
from torch import Tensor

from models.guess import Guess
from models.kinematics.forward import positions_from_pelvis
from models.kinematics.rotations import matrix_to_sixd, sixd_to_matrix
from models.kinematics.skeleton import FEET, JOINT_COUNT, leg_length, standing_heights
from models.prior.condition import CUE_JOINTS, OTHER_JOINTS, Cues
from models.prior.denoiser import make_guesser
from models.problems.known import Known, cues_of
from models.problems.plant import PlantConfig, planted
from models.problems.root_path import RootConfig, root_path
from models.samplers.lowpass import smooth_piece
from models.solver import Solver

POSE = 6 * JOINT_COUNT


@dataclass(frozen=True)
class GenerateConfig:
    """How windows are sampled. Chosen on the validation split."""

    steps: int = 30
    first: float = 8.0  # level of noise,
    last: float = 0.03
    steep: float = 5.0  # Karras's rho
    shared: int = 21  # frames that a window has of the one before
    churn: float = 0.7  # share of ancestral noise; 0: none, all chance is in the start
    keep_hz: float = 6.0
    stop_hz: float = 9.0
    stepping: float = 0.7  # level above which a window on a path is told its path alone, not how it begins: or no steps
    plant: PlantConfig = field(default_factory=PlantConfig)
    root: RootConfig = field(default_factory=lambda: RootConfig(
        change_sd=2e-3, jerk_sd=1e-3, slip_sd=2e-3, doubt=2e-2, height_sd=0.02))

    @property
    def levels(self) -> list[float]:
        """Falling; then nothing."""
        high, low, rest = self.first ** (1 / self.steep), self.last ** (1 / self.steep), max(self.steps - 1, 1)
        return [*((high + step / rest * (low - high)) ** self.steep for step in range(self.steps)), 0.0]


@dataclass(frozen=True)
class Generated:
    """A motion that nobody made."""

    rotations: Tensor  # (T, 22, 3, 3) global
    root: Tensor  # (T, 3) metres
    contact: Tensor  # (T, 4) probability that each of FEET stands


@torch.no_grad()
def generate(
    solver: Solver, offsets: Tensor, frames: int, seed: int, start: Tensor | None = None, path: Tensor | None = None,
    config: GenerateConfig | None = None, report: Callable[[float], None] = lambda done: None,
) -> Generated:
    """A motion at 60 Hz over the floor Y = 0; the same seed, the same motion.

    Args:
        offsets: (22, 3) of the bones, metres.
        start: (22, 3, 3) global rotations of the first frame; None: any.
        path: (frames, 3) where the pelvis should be over the floor, metres; heights do not matter. None: anywhere.
    """
    config, window = config or GenerateConfig(), solver.prior.config.frames
    random = torch.Generator().manual_seed(seed)
    made, contact = torch.zeros(0, JOINT_COUNT, 3, 3), torch.zeros(0, len(FEET))
    if start is not None:
        made, contact = start[None], torch.ones(1, len(FEET))
    while len(made) < frames:
        shared = min(config.shared, len(made))
        first = len(made) - shared
        told = _told(made[first:], offsets, window, None if path is None else path[first : first + window])
        rotations, standing = _window(solver, told, config, random)
        made, contact = torch.cat([made, rotations[shared:]]), torch.cat([contact, standing[shared:]])
        report(min(len(made) / frames, 1.0))
    smooth = smooth_piece(matrix_to_sixd(made[:frames]), slice(0, frames), config.keep_hz, config.stop_hz)
    rotations, contact = sixd_to_matrix(smooth), contact[:frames]
    root = _root(rotations, contact, offsets, path, config)
    rotations, root = planted(rotations, root, contact, offsets, config.plant)
    return Generated(rotations, _on_floor(rotations, root, offsets), contact)


def _told(begun: Tensor, offsets: Tensor, window: int, path: Tensor | None) -> Cues:
    """Cues of a window that begins with these rotations (N, 22, 3, 3), along a path where there is one."""
    held = torch.eye(3).expand(window, JOINT_COUNT, 3, 3).clone()
    held[: len(begun)] = begun
    if len(begun):
        held[len(begun) :] = begun[-1]
    known = torch.zeros(window, JOINT_COUNT, dtype=torch.bool)
    known[: len(begun)] = True
    cues = cues_of(Known(held, known, torch.zeros(window, 3), known[:, 0] & False, offsets, 0.0),
                   torch.arange(window)[None])
    if path is None:
        return cues
    way = torch.cat([path, path[-1:].expand(window - len(path), 3)])
    facing = way[-1] - way[0]
    heading = torch.atan2(facing[0], facing[2])[None] if facing.norm() > 0.1 else cues.heading
    flat = way * way.new_tensor([1.0, 0.0, 1.0]) / leg_length(offsets)
    return replace(cues, path=flat[None], path_known=torch.ones_like(cues.path_known), heading=heading)


def _window(solver: Solver, told: Cues, config: GenerateConfig, random: torch.Generator) -> tuple[Tensor, Tensor]:
    """One window, (W, 22, 3, 3), and where its feet stand, (W, 4)."""
    statistics, nobody = solver.prior.statistics, torch.zeros_like(told.others_known)
    guesser = make_guesser(solver.forward, statistics, told, both_ways=False)
    stepper = make_guesser(solver.forward, statistics, replace(
        told, others_known=nobody, rotation_known=nobody[..., : len(CUE_JOINTS)],
        hands_known=torch.zeros_like(told.hands_known)), both_ways=False)
    on_path = bool(told.path_known.any())
    known, poses = told.others_known[0].any(-1), _poses(told)
    x = config.first * torch.randn(1, len(known), POSE, generator=random)
    x = x + statistics.mean
    guess = Guess(x, x)
    for level, lower in pairwise(config.levels):
        x = torch.where(known[None, :, None], poses, x)
        guess = (stepper if on_path and level > config.stepping else guesser)(x, level)
        clean = torch.where(known[None, :, None], poses, guess.poses)
        added = config.churn * lower * math.sqrt(max(1 - (lower / level) ** 2, 0.0))
        kept = math.sqrt(max(lower**2 - added**2, 0.0)) / level
        x = clean + kept * (x - clean) + added * torch.randn(x.shape, generator=random)
    contact = torch.zeros(len(known), len(FEET)) if guess.contact is None else guess.contact[0]
    return sixd_to_matrix(x[0].unflatten(-1, (JOINT_COUNT, 6))), contact


def _poses(told: Cues) -> Tensor:
    """What cues hold of all joints, (1, W, 132)."""
    whole = told.others.new_zeros(*told.others.shape[:2], JOINT_COUNT, 3, 3)
    whole[:, :, list(CUE_JOINTS)], whole[:, :, list(OTHER_JOINTS)] = told.rotations, told.others
    return matrix_to_sixd(whole).flatten(-2)


def _root(rotations: Tensor, contact: Tensor, offsets: Tensor, path: Tensor | None, config: GenerateConfig) -> Tensor:
    """The pelvis' way: from the origin, or along the path, with standing feet that stay and none below the floor."""
    frames, usual = len(rotations), standing_heights(offsets)[list(FEET)]
    feet = positions_from_pelvis(rotations, offsets)[:, list(FEET), 1] - usual
    reference, sd = torch.zeros(frames, 3), torch.full((frames,), torch.inf)
    if path is not None:
        reference[:, [0, 2]], sd = path[:, [0, 2]], torch.full((frames,), 0.1)
    sd[0] = 0.01
    reference[:, 1] = smooth_piece(-feet.amin(1), slice(0, frames), 1.0, 3.0)
    return root_path(rotations, offsets, contact, reference, sd, 0.0, config.root)


def _on_floor(rotations: Tensor, root: Tensor, offsets: Tensor) -> Tensor:
    """Lifted, softly, where a foot is below the floor."""
    frames, usual = len(root), standing_heights(offsets)[list(FEET)]
    feet = positions_from_pelvis(rotations, offsets)[:, list(FEET), 1] - usual
    below = (-(feet.amin(1) + root[:, 1])).clamp(min=0)
    return root + smooth_piece(below, slice(0, frames), 3.0, 6.0)[:, None] * root.new_tensor([0.0, 1.0, 0.0])
