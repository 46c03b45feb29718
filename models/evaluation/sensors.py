"""What can be wrong between a body and what its solver is told: noise, lost hands, mounts, bones.

Every fault draws from a stream of its own, which depends on the seed and on the clip's name: the same clip has the same
noise in every table, no two clips share it, and one more fault leaves the others as they were.
"""
from __future__ import annotations

import zlib
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import normalize

from models.evaluation.metrics import RATE_HZ
from models.kinematics.rotations import rotvec_to_matrix
from models.kinematics.scaling import body_factors
from models.kinematics.skeleton import JOINT_COUNT, L_WRIST, MIRRORED, R_WRIST

USUAL_POSITION_SD, USUAL_ROTATION_SD = 0.002, 0.01  # what a product assumes: metres, radians
BURST_S = (0.5, 2.0)  # how long a hand is lost at a time
BEFORE = 1800  # frames that dropping out has gone on when a clip begins
SHORTEST_BONE = 0.1  # of its true length, however wrong it is told


@dataclass(frozen=True)
class SensorConfig:
    """The trackers' true faults and what the solver is told; nothing wrong unless said."""

    position_sd: float = 0.0  # metres per axis
    rotation_sd: float = 0.0  # radians per axis
    told_noise: bool = True  # whether the solver knows both; never less than the usual ones
    hands_lost: float = 0.0  # share of the time that each hand is lost, in bursts of BURST_S
    mount_shift: float = 0.0  # metres between each tracker's place on its joint and the one told
    mount_turn: float = 0.0  # radians likewise
    bone_sd: float = 0.0  # metres: each bone's told length is wrong by a normal error, left as right
    bone_share_sd: float = 0.0  # the same as a share of the bone
    told_body: str = "default"  # the told bones are the true ones scaled to this named body
    drift: float = 0.0  # metres that the left hand's tracker has gone astray, sideways, by the end of a clip
    seed: int = 0

    @property
    def told_sds(self) -> tuple[float, float]:
        """Position and rotation noise as the solver is told."""
        if not self.told_noise:
            return USUAL_POSITION_SD, USUAL_ROTATION_SD
        return max(self.position_sd, USUAL_POSITION_SD), max(self.rotation_sd, USUAL_ROTATION_SD)


def stream(seed: int, clip: str, fault: str) -> torch.Generator:
    """The random numbers of one fault of one clip."""
    return torch.Generator().manual_seed(zlib.crc32(f"{seed} {clip} {fault}".encode()))


def hands_seen(frames: int, joints: tuple[int, ...], share: float, random: torch.Generator) -> Tensor:
    """(T, M) bool: False while a wrist's tracker is lost, independently for each, `share` of the time on average."""
    seen = torch.ones(frames, len(joints), dtype=torch.bool)
    for column, joint in enumerate(joints):
        if joint in (L_WRIST, R_WRIST) and share > 0:
            seen[:, column] = ~bursts(frames, share, random)
    return seen


def bursts(
    frames: int, share: float, random: torch.Generator, lengths_s: tuple[float, float] = BURST_S
) -> Tensor:
    """(T,) bool, True in bursts of such lengths, `share` of the time on average. What lies between them is exponential,
    and they began long before the first frame.
    """
    shortest, longest = (seconds * RATE_HZ for seconds in lengths_s)
    between = (shortest + longest) / 2 * (1 - share) / share
    lost, at = torch.zeros(BEFORE + frames, dtype=torch.bool), 0.0
    while at < BEFORE + frames:
        free, length = torch.rand(2, generator=random).tolist()
        first = at - between * float(torch.tensor(1 - free).log())
        at = first + shortest + (longest - shortest) * length
        lost[round(first) : round(at)] = True
    return lost[BEFORE:]


def drifting(frames: int, joints: tuple[int, ...], metres: float) -> Tensor:
    """Where the left wrist's tracker is off to, steadily, (T, M, 3) metres; the others stay right."""
    way = torch.zeros(frames, len(joints), 3)
    if L_WRIST in joints:
        way[:, joints.index(L_WRIST), 0] = metres * torch.arange(frames) / max(frames - 1, 1)
    return way


def wrong_mounts(count: int, config: SensorConfig, random: torch.Generator) -> tuple[Tensor, Tensor]:
    """Mounts as told of trackers that sit right on their joints: places (M, 3) and rotations (M, 3, 3)."""
    directions, axes = normalize(torch.randn(2, count, 3, generator=random), dim=-1)
    return config.mount_shift * directions, rotvec_to_matrix(config.mount_turn * axes)


def told_bones(offsets: Tensor, config: SensorConfig, random: torch.Generator) -> Tensor:
    """T-pose offsets (22, 3) as the solver is told them: lengths are wrong, directions right."""
    scaled = offsets * body_factors(config.told_body)[:, None]
    lengths = scaled.norm(dim=-1)
    errors = torch.randn(2, JOINT_COUNT, generator=random)
    one_side = torch.minimum(torch.arange(JOINT_COUNT), torch.tensor(MIRRORED))
    by_length, by_share = errors[:, one_side]
    wrong = lengths + config.bone_sd * by_length + config.bone_share_sd * by_share * lengths
    told = torch.maximum(wrong, SHORTEST_BONE * lengths)
    return scaled * torch.where(lengths > 0, told / lengths.clamp(min=1e-9), 1.0)[:, None]
