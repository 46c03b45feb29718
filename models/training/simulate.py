"""What trackers would say of training windows: random proportions, sensor noise, lost hands, absent cues."""
from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cache

import torch
from torch import Tensor

from models.kinematics.forward import positions_from_pelvis
from models.kinematics.rotations import rotvec_to_matrix
from models.kinematics.scaling import GROUPS
from models.kinematics.skeleton import (
    HEAD,
    JOINT_COUNT,
    JOINT_INDEX,
    arm_length,
    leg_length,
    standing_height,
)
from models.prior.condition import CUE_JOINTS, OTHER_JOINTS, Cues
from models.training.balance import smooth
from models.training.dataset import Windows
from models.training.sparse import SparseConfig

LEGS = (4, 5, 7, 8, 10, 11)
SHOULDERS = (13, 14, 16, 17)
KITS = (("hip", "knee"), ("hip",), ("knee",), ("ankle",), ("pelvis",), ("pelvis", "ankle"), ("pelvis", "hip", "knee"),
        ("pelvis", "knee"), ("pelvis", "ankle", "knee"), ("elbow",), ("spine3",))  # what people strap on besides
WANDER_FRAMES = (2.0, 6.0)  # how quickly places wander: about as what is left of noise after smoothing does


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
    proportion_sd: float = 0.18  # of the logarithm of each body part's scale
    unsteady: float = 0.15  # windows whose places wander, as those of noisy trackers still do when smoothed
    wander: tuple[float, float] = (0.003, 0.04)  # in leg lengths: from millimetres to centimetres
    others_worn: float = 0.35  # other joints carry trackers too: half of these wear one of KITS, half anything
    sparse: SparseConfig = field(default_factory=SparseConfig)  # windows that no headset sees


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
    exact = exact_cues(windows, offsets, _wandering(count, frames, config, random))
    noisy = (torch.rand(count, 1, generator=random) < config.noisy) * 2 * torch.rand(count, 1, generator=random)
    turn_noise = torch.randn(exact.rotations.shape[:-1], generator=random) * config.rotation_noise_rad
    seen = ~_bursts(count, frames, (config.head_lost, config.hand_lost, config.hand_lost), random)
    height_told, hands_told, path_told = _told(count, config, random)
    others_noise = torch.randn(exact.others.shape[:-1], generator=random) * config.rotation_noise_rad

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
        others=exact.others @ rotvec_to_matrix(others_noise * noisy[..., None, None]),
        others_known=_worn(count, config.others_worn, random)[:, None].expand(-1, frames, -1),
    )


@cache
def _kits() -> Tensor:
    """(kits, 19): which of OTHER_JOINTS each of KITS has, on both sides."""
    has = torch.zeros(len(KITS), JOINT_COUNT, dtype=torch.bool, device="cpu")
    for row, kit in zip(has, KITS, strict=True):
        row[[joint for name, joint in JOINT_INDEX.items() if name.removeprefix("L_").removeprefix("R_") in kit]] = True
    return has[:, list(OTHER_JOINTS)]


def _worn(count: int, share: float, random: torch.Generator) -> Tensor:
    """Which other joints carry trackers in each window, (B, 19) bool."""
    kits = _kits().to(random.device)[torch.randint(len(KITS), (count,), generator=random)]
    some = torch.rand(count, len(OTHER_JOINTS), generator=random) < 0.6 * torch.rand(count, 1, generator=random)
    drawn = torch.rand(count, 1, generator=random)
    return torch.where(drawn < share / 2, kits, some & (drawn < share))


def _told(count: int, config: CueConfig, random: torch.Generator) -> tuple[Tensor, Tensor, Tensor]:
    """Whether height, hands and path are told in each window, (B, 1) bool each."""
    more = torch.rand(count, 1, generator=random) >= config.rotations_only
    shares = torch.tensor([config.height_known, config.hands_known, config.path_known])
    height, hands, path = (more & (torch.rand(count, 3, generator=random) < shares)).split(1, dim=1)
    return height, hands, path


def _wandering(count: int, frames: int, config: CueConfig, random: torch.Generator) -> Tensor:
    """How far head and hands are read from where they are, in leg lengths, (B, T, 3, 3)."""
    beyond = int(3 * max(WANDER_FRAMES))
    white = torch.randn(len(WANDER_FRAMES), count, frames + 2 * beyond, 9, generator=random)
    quick, slow = (smooth(noise, width)[:, beyond:-beyond] * (2 * math.sqrt(math.pi) * width) ** 0.5
                   for noise, width in zip(white, WANDER_FRAMES, strict=True))
    share, size, drawn = torch.rand(3, count, 1, 1, generator=random)
    least, most = config.wander
    size = least * (most / least) ** size * (drawn < config.unsteady)
    return (size * (share.sqrt() * quick + (1 - share).sqrt() * slow)).unflatten(-1, (3, 3))


def exact_cues(windows: Windows, offsets: Tensor, wandering: Tensor | float = 0.0) -> Cues:
    """All cues of head and hands, without noise or loss, places off by what is `wandering`, in leg lengths; nothing
    else carries a tracker."""
    legs = leg_length(offsets)[:, None]
    positions = positions_from_pelvis(windows.rotations, offsets[:, None])[:, :, list(CUE_JOINTS)]
    head, hands = (positions + legs[..., None, None] * wandering).split([1, 2], dim=2)
    head = head.squeeze(2)
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
        others=windows.rotations[:, :, list(OTHER_JOINTS)],
        others_known=torch.zeros(*shape, len(OTHER_JOINTS), dtype=torch.bool),
    )


def _bursts(count: int, frames: int, shares: tuple[float, ...], random: torch.Generator) -> Tensor:
    """One lost stretch per tracker in a share of the windows, (B, T, trackers) bool. Ends may lie outside."""
    lost = torch.rand(count, 1, len(shares), generator=random) < torch.tensor(shares)
    ends = (torch.rand(2, count, 1, len(shares), generator=random) * 1.5 - 0.25) * frames
    first, last = ends.amin(0), ends.amax(0)
    frame = torch.arange(frames)[:, None]
    return lost & (frame >= first) & (frame <= last)
