"""Training windows as a rival is taught them: simulated trackers in metres, and the truth, in the head's frame."""
from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from models.kinematics.forward import positions_from_pelvis
from models.kinematics.rotations import matrix_to_sixd, turn_windows
from models.kinematics.skeleton import leg_length
from models.prior.condition import CUE_JOINTS
from models.rivals.sight import Sight, encode_sight, head_frame, with_bones
from models.training.dataset import Windows, WindowSet
from models.training.simulate import CueConfig, simulate_cues, vary_proportions

PLACE_NOISE_M = 0.003  # about what CueConfig's place noise is, in its lengths
EXACT = CueConfig(hand_lost=0, head_lost=0, noisy=0, unsteady=0, proportion_sd=0)


@dataclass(frozen=True)
class View:
    """How a rival looks at a window."""

    at: int  # the frame whose head gives heading and place
    bones: bool = False  # whether it is told the user's


@dataclass(frozen=True)
class Lesson:
    """What a network is told, and what it should answer."""

    told: Tensor  # (B, T, C)
    truth: Tensor  # (B, T, 22, 6) global
    offsets: Tensor  # (B, 22, 3) metres

    def to(self, device: torch.device) -> Lesson:
        return Lesson(*(part.to(device, non_blocking=True) for part in (self.told, self.truth, self.offsets)))


def draw_lesson(windows: WindowSet, count: int, view: View, config: CueConfig) -> Lesson:
    """A batch of simulated sessions, mirrored and sped up as the prior's are."""
    drawn = windows.draw(count)
    with windows.device:
        offsets = vary_proportions(drawn.offsets, config.proportion_sd, windows.random)
        sight = simulate_sight(drawn, offsets, config, windows.random)
    turn, under = head_frame(sight, view.at)
    told = encode_sight(sight, turn, under)
    truth = turn_windows(matrix_to_sixd(drawn.rotations), turn)
    return Lesson(with_bones(told, offsets) if view.bones else told, truth, offsets)


def simulate_sight(windows: Windows, offsets: Tensor, config: CueConfig, random: torch.Generator) -> Sight:
    """Trackers of windows worn by bodies with `offsets` (B, 22, 3), as noisy and as often lost as the prior's."""
    cues = simulate_cues(windows, offsets, config, random)
    longer = leg_length(offsets) / leg_length(windows.offsets)
    places = positions_from_pelvis(windows.rotations, offsets[:, None])[:, :, list(CUE_JOINTS)]
    places = places + (windows.root * longer[:, None, None]).unsqueeze(2)
    noisy = torch.rand(len(places), 1, 1, 1, generator=random) < config.noisy
    noise = PLACE_NOISE_M * torch.randn(places.shape, generator=random)
    return Sight(cues.rotations, cues.rotation_known, places + noise * noisy, cues.rotation_known)
