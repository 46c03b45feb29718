"""Errors of a solved motion against the truth. Definitions: README, "What the figures mean"."""
from __future__ import annotations

import torch
from torch import Tensor

from models.kinematics.forward import global_to_local
from models.kinematics.rotations import geodesic_angle, matrix_to_rotvec

RATE_HZ = 60.0
UPPER = (3, 6, 9, *range(12, 22))
LOWER = (1, 2, 4, 5, 7, 8, 10, 11)
HANDS = (20, 21)
TOES = (10, 11)
RETURN_FRAMES = 15  # after a lost tracker is back: a quarter of a second
PLANTED_SPEED, PLANTED_HEIGHT = 0.15, 0.06  # metres a second; metres over the clip's lowest toe


def clip_metrics(
    rotations: Tensor, places: Tensor, true_rotations: Tensor, true_places: Tensor, floor: bool
) -> dict[str, float]:
    """Every accuracy metric of one clip.

    Args:
        rotations: (T, 22, 3, 3) global, solved; true_rotations likewise.
        places: (T, 22, 3) joint positions in the world, metres, solved; true_places likewise.
        floor: whether Y = 0 is a floor under the feet; without one foot metrics are NaN.
    """
    error = (places - true_places).norm(dim=-1) * 100
    local, true_local = global_to_local(rotations)[:, 1:], global_to_local(true_rotations)[:, 1:]
    turned = (matrix_to_rotvec(local) - matrix_to_rotvec(true_local)).abs()
    speed = ((places.diff(dim=0) - true_places.diff(dim=0)) * RATE_HZ).norm(dim=-1) * 100
    values = {
        "mpjpe_cm": error.mean(),
        "upe_cm": error[:, list(UPPER)].mean(),
        "lpe_cm": error[:, list(LOWER)].mean(),
        "handpe_cm": error[:, list(HANDS)].mean(),
        "mpjre_deg": torch.rad2deg(geodesic_angle(local, true_local)).mean(),
        "mpjre_l1_deg": torch.rad2deg(turned).mean(),
        "mpjve_cm_s": speed.mean(),
        "jitter": jitter(places),
        "jitter_truth": jitter(true_places),
        "foot_skate_cm_s": foot_skate(places, true_places) if floor else torch.nan,
        "floor_penetration_cm": (-places[..., 1].amin(1)).clamp(min=0).mean() * 100 if floor else torch.nan,
    }
    return {name: float(value) for name, value in values.items()}


def jitter(places: Tensor) -> Tensor:
    """Mean norm of the third difference of joint positions, 10^2 m/s^3. (T, 22, 3) -> ()."""
    return places.diff(n=3, dim=0).norm(dim=-1).mean() * RATE_HZ**3 / 100


def foot_skate(places: Tensor, true_places: Tensor) -> Tensor:
    """Mean horizontal speed of the toes that are planted in truth, cm/s; NaN where none ever is."""
    toes, true_toes = places[:, list(TOES)], true_places[:, list(TOES)]
    slow = (true_toes.diff(dim=0) * RATE_HZ).norm(dim=-1) < PLANTED_SPEED
    low = true_toes[1:, :, 1] < true_toes[..., 1].amin() + PLANTED_HEIGHT
    sliding = (toes.diff(dim=0)[..., [0, 2]] * RATE_HZ).norm(dim=-1) * 100
    return sliding[slow & low].mean()


def joint_errors(places: Tensor, true_places: Tensor) -> Tensor:
    """Mean position error of each joint, (22,), cm."""
    return (places - true_places).norm(dim=-1).mean(0) * 100


def return_jump(places: Tensor, true_places: Tensor, known: Tensor) -> float:
    """The farthest that any joint jumps in a frame just after a tracker returns: from where it was going, beyond what
    it does so in truth. (A foot that swings at the wrong moment is an error, but no jump.)

    Args:
        places: (T, 22, 3) metres, solved; true_places likewise.
        known: (T, M) bool, whether each tracker was seen.

    Returns:
        Centimetres; NaN where no tracker returns.
    """
    back = (known[1:] & ~known[:-1]).any(-1)  # at 1 .. T-1
    soon = back.clone()
    for later in range(1, RETURN_FRAMES):
        soon[later:] |= back[: max(len(back) - later, 0)]
    soon = soon[1:]  # a change of steps is known from the third frame on
    if not soon.any():
        return float("nan")
    beyond = places.diff(n=2, dim=0).norm(dim=-1) - true_places.diff(n=2, dim=0).norm(dim=-1)
    return float(beyond[soon].max().clamp(min=0) * 100)
