"""Cleaning as a problem to measure: noise put on true motion, and how much of it is left."""
from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import radians

import torch
from torch import Tensor

from models.evaluation.actions import group_of
from models.evaluation.metrics import foot_skate, jitter
from models.evaluation.problems.measured import Measured
from models.evaluation.records import Record
from models.evaluation.sensors import stream
from models.kinematics.forward import global_to_local, local_to_global, positions_from_pelvis
from models.kinematics.rotations import geodesic_angle, rotvec_to_matrix, xyzw_to_matrix
from models.problems.clean import CleanConfig, clean
from models.samplers.lowpass import smooth_piece
from models.solver import Solver
from models.training.dataset import Clip

Method = Callable[[Tensor, Tensor, Tensor], tuple[Tensor, Tensor]]
"""Noisy rotations (T, 22, 3, 3) global, root (T, 3) and bones' offsets -> rotations and root."""
LOWPASS_HZ = (6.0, 9.0)  # kept below, nothing above: the band of bodies


@dataclass(frozen=True)
class NoiseCase:
    """Standard deviations per axis: of the root in metres, of every local rotation in radians."""

    name: str
    place: float
    turn: float
    at: float | None = None
    seed: int = 0


def noise_cases(seed: int) -> list[NoiseCase]:
    """From nothing to PADS's stress, N(0, 0.5) on every pose parameter."""
    levels = ((0.0, 0.0), (1.0, 2.0), (2.0, 5.0), (5.0, 10.0), (10.0, 20.0))
    usual = [NoiseCase(f"{cm:g} cm, {deg:g} deg", cm / 100, radians(deg), deg, seed) for cm, deg in levels]
    return [*usual, NoiseCase("N(0, 0.5)", 0.05, 0.5, 28.6, seed)]


def methods(solver: Solver) -> dict[str, Method]:
    """By name, ours first."""

    def ours(rotations: Tensor, root: Tensor, offsets: Tensor) -> tuple[Tensor, Tensor]:
        cleaned = clean(solver, rotations, root, offsets, CleanConfig())
        return cleaned.rotations, cleaned.root

    return {"ours": ours, "lowpass": lowpassed, "as it is": lambda rotations, root, offsets: (rotations, root)}


def lowpassed(rotations: Tensor, root: Tensor, offsets: Tensor) -> tuple[Tensor, Tensor]:
    """What a filter of the body's band makes of it."""
    whole = slice(0, len(root))
    local = smooth_piece(global_to_local(rotations), whole, *LOWPASS_HZ)
    left, _, right = torch.linalg.svd(local)
    sign = torch.det(left @ right)[..., None, None] * torch.tensor([0.0, 0.0, 1.0]) + torch.tensor([1.0, 1.0, 0.0])
    return local_to_global((left * sign) @ right), smooth_piece(root, whole, *LOWPASS_HZ)


def noisy_of(clip: Clip, case: NoiseCase) -> tuple[Tensor, Tensor]:
    """A clip with a case's noise: rotations (T, 22, 3, 3) global and root."""
    random = stream(case.seed, f"{clip.source}/{clip.name}", "noise")
    local = xyzw_to_matrix(clip.local_xyzw)
    turned = local @ rotvec_to_matrix(case.turn * torch.randn(local.shape[:-1], generator=random))
    return local_to_global(turned), clip.root + case.place * torch.randn(clip.root.shape, generator=random)


def measure_noise(
    name: str, method: Method, case: NoiseCase, clips: Sequence[Clip],
    on_clips: Callable[[int], None] = lambda more: None,
) -> Measured:
    """Every clip, made noisy and cleaned by one method."""
    records = []
    for clip in clips:
        rotations, root = noisy_of(clip, case)
        records.append(_record(clip, (rotations, root), method(rotations, root, clip.offsets)))
        on_clips(1)
    return Measured(case.name, name, records, case.at)


def _record(clip: Clip, noisy: tuple[Tensor, Tensor], cleaned: tuple[Tensor, Tensor]) -> Record:
    truth = local_to_global(xyzw_to_matrix(clip.local_xyzw))
    given, places, true_places = (positions_from_pelvis(turns, clip.offsets) + path[:, None]
                                  for turns, path in (noisy, cleaned, (truth, clip.root)))
    error, off = 100 * (places - true_places).norm(dim=-1), places - true_places
    values = {
        "mpjpe_cm": error.mean(), "input_cm": 100 * (given - true_places).norm(dim=-1).mean(),
        "from_pelvis_cm": 100 * (off - off[:, :1]).norm(dim=-1).mean(),
        "mpjre_deg": torch.rad2deg(geodesic_angle(global_to_local(cleaned[0]), global_to_local(truth))).mean(),
        "jitter": jitter(places), "jitter_truth": jitter(true_places),
        "foot_skate_cm_s": foot_skate(places, true_places) if clip.floor else torch.tensor(torch.nan),
    }
    values["share_pct"] = 100 * values["mpjpe_cm"] / values["input_cm"] if values["input_cm"] > 1e-3 else torch.tensor(
        torch.nan)
    return Record(clip.source, group_of(clip), len(clip.root), {k: float(v) for k, v in values.items()}, error.mean(0))
