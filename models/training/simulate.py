"""What trackers would say of training windows: random proportions, sensor noise, lost hands, absent cues."""
from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from models.kinematics.forward import positions_from_pelvis
from models.kinematics.rotations import rotvec_to_matrix
from models.kinematics.scaling import GROUPS
from models.kinematics.skeleton import HEAD, JOINT_COUNT, L_WRIST, R_WRIST, arm_length, leg_length, standing_height
from models.prior.condition import CUE_JOINTS, Cues
from models.training.dataset import Windows

LEGS = (4, 5, 7, 8, 10, 11)
SHOULDERS = (13, 14, 16, 17)


@dataclass(frozen=True)
class CueConfig:
    """How much the simulated trackers say, as shares of windows unless a unit is given."""

    rotations_only: float = 0.1  # as the published method is told
    height_known: float = 0.92  # of the others, as are hands and path
    hands_known: float = 0.92
    path_known: float = 0.92
    hand_lost: float = 0.15  # each hand, for one burst
    head_lost: float = 0.03
    noisy: float = 0.5
    rotation_noise_rad: float = 0.01
    place_noise: float = 0.003  # of the lengths that places are measured in, in a window of mean noise
    proportion_sd: float = 0.12  # of the logarithm of each body part's scale


def vary_proportions(offsets: Tensor, spread: float, random: torch.Generator) -> Tensor:
    """Scale torso, arms, legs and shoulders each by its own log-normal factor. (B, 22, 3) both."""
    factors = torch.ones(len(offsets), JOINT_COUNT)
    for group in (GROUPS["Torso"], GROUPS["Arm"], LEGS, SHOULDERS):
        factor = torch.exp(spread * torch.randn(len(offsets), 1, generator=random))
        factors[:, list(group)] *= factor
    return offsets * factors.unsqueeze(-1)


def simulate_cues(windows: Windows, offsets: Tensor, config: CueConfig, random: torch.Generator) -> Cues:
    """Cues of windows worn by bodies with `offsets` (B, 22, 3): the same motion on other bones."""
    count, frames = windows.root.shape[:2]
    exact = exact_cues(windows, offsets)
    noisy = (torch.rand(count, 1, generator=random) < config.noisy) * 2 * torch.rand(count, 1, generator=random)
    turn_noise = torch.randn(exact.rotations.shape[:-1], generator=random) * config.rotation_noise_rad
    seen = ~_bursts(count, frames, (config.head_lost, config.hand_lost, config.hand_lost), random)
    height_told, hands_told, path_told = _told(count, config, random)

    def shaken(values: Tensor) -> Tensor:
        level = config.place_noise * noisy.view(-1, *[1] * (values.dim() - 1))
        return values + level * torch.randn(values.shape, generator=random)

    return Cues(
        rotations=exact.rotations @ rotvec_to_matrix(turn_noise * noisy[..., None, None]),
        rotation_known=seen,
        height=shaken(exact.height),
        height_known=seen[..., 0] & height_told & windows.floor[:, None],
        hands=shaken(exact.hands),
        hands_known=seen[..., 1:] & seen[..., :1] & hands_told.unsqueeze(-1),
        path=shaken(exact.path),
        path_known=seen[..., 0] & path_told,
    )


def _told(count: int, config: CueConfig, random: torch.Generator) -> tuple[Tensor, Tensor, Tensor]:
    """Whether height, hands and path are told in each window, (B, 1) bool each."""
    more = torch.rand(count, 1, generator=random) >= config.rotations_only
    shares = torch.tensor([config.height_known, config.hands_known, config.path_known])
    height, hands, path = (more & (torch.rand(count, 3, generator=random) < shares)).split(1, dim=1)
    return height, hands, path


def exact_cues(windows: Windows, offsets: Tensor) -> Cues:
    """All cues, without noise or loss."""
    positions = positions_from_pelvis(windows.rotations, offsets[:, None])
    head, hands = positions[:, :, HEAD], positions[:, :, [L_WRIST, R_WRIST]]
    legs = leg_length(offsets)[:, None]
    root = windows.root * (legs / leg_length(windows.offsets)[:, None]).unsqueeze(-1)
    shape = windows.rotations.shape[:2]
    return Cues(
        rotations=windows.rotations[:, :, list(CUE_JOINTS)],
        rotation_known=torch.ones(*shape, 3, dtype=torch.bool),
        height=(root + head)[..., 1] / standing_height(offsets, HEAD)[:, None],
        height_known=torch.ones(shape, dtype=torch.bool),
        hands=(hands - head[:, :, None]) / arm_length(offsets)[:, None, None, None],
        hands_known=torch.ones(*shape, 2, dtype=torch.bool),
        path=(root + head) * root.new_tensor([1.0, 0.0, 1.0]) / legs.unsqueeze(-1),
        path_known=torch.ones(shape, dtype=torch.bool),
    )


def _bursts(count: int, frames: int, shares: tuple[float, ...], random: torch.Generator) -> Tensor:
    """One lost stretch per tracker in a share of the windows, (B, T, trackers) bool. Ends may lie outside."""
    lost = torch.rand(count, 1, len(shares), generator=random) < torch.tensor(shares)
    ends = (torch.rand(2, count, 1, len(shares), generator=random) * 1.5 - 0.25) * frames
    first, last = ends.amin(0), ends.amax(0)
    frame = torch.arange(frames)[:, None]
    return lost & (frame >= first) & (frame <= last)
