"""Completion and in-betweening as problems to measure: what is taken out of true motion, what a method puts there."""
from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from scipy.interpolate import CubicSpline
from scipy.spatial.transform import Rotation, RotationSpline, Slerp
from torch import Tensor

from models.evaluation.actions import group_of
from models.evaluation.metrics import foot_skate, jitter
from models.evaluation.problems.measured import Measured
from models.evaluation.records import Record
from models.kinematics.forward import global_to_local, local_to_global, positions_from_pelvis
from models.kinematics.rotations import geodesic_angle, xyzw_to_matrix
from models.kinematics.skeleton import JOINT_COUNT, JOINT_INDEX
from models.problems.fill import FillConfig, fill
from models.problems.known import Known
from models.solver import Solver
from models.training.dataset import Clip

Method = Callable[[Known], tuple[Tensor, Tensor]]
"""What is known -> rotations (T, 22, 3, 3) global and root (T, 3)."""
LIMBS = {
    "left arm": ("L_shoulder", "L_elbow", "L_wrist"), "right arm": ("R_shoulder", "R_elbow", "R_wrist"),
    "left leg": ("L_hip", "L_knee", "L_ankle", "L_foot"), "right leg": ("R_hip", "R_knee", "R_ankle", "R_foot"),
    "head": ("neck", "head"),
}
LIMB_FRAMES, GAPS_S, SHARES = 120, (0.25, 0.5, 1.0, 1.5, 2.0), (0.1, 0.25, 0.5, 0.75)


@dataclass(frozen=True)
class GapCase:
    """One line of a section: makes of a clip what is known of it, or None of one that is too short."""

    name: str
    take: Callable[[Clip], Known | None]
    at: float | None = None


def known_of(clip: Clip) -> Known:
    """All of a clip."""
    rotations, frames = local_to_global(xyzw_to_matrix(clip.local_xyzw)), len(clip.root)
    everything = torch.ones(frames, JOINT_COUNT, dtype=torch.bool)
    return Known(rotations, everything, clip.root, everything[:, 0], clip.offsets, 0.0 if clip.floor else None)


def limb_missing(limb: str) -> Callable[[Clip], Known | None]:
    """For two seconds, in the middle."""

    def take(clip: Clip) -> Known | None:
        first = (len(clip.root) - LIMB_FRAMES) // 2
        if first < 2:
            return None
        joints = [JOINT_INDEX[name] for name in LIMBS[limb]]
        return known_of(clip).without(joints, slice(first, first + LIMB_FRAMES))

    return take


def joints_missing(share: float, seed: int) -> Callable[[Clip], Known | None]:
    """A share of all joints but the pelvis, drawn for each clip, for two seconds."""

    def take(clip: Clip) -> Known | None:
        first = (len(clip.root) - LIMB_FRAMES) // 2
        if first < 2:
            return None
        random = torch.Generator().manual_seed(seed + len(clip.root))
        drawn = 1 + torch.randperm(JOINT_COUNT - 1, generator=random)[: round(share * (JOINT_COUNT - 1))]
        return known_of(clip).without(drawn.tolist(), slice(first, first + LIMB_FRAMES))

    return take


def keys_every(frames: int) -> Callable[[Clip], Known | None]:
    """Only one frame in so many is known, up to the last of them."""

    def take(clip: Clip) -> Known | None:
        last = (len(clip.root) - 1) // frames * frames
        known = known_of(clip).frames(slice(0, last + 1))
        return known.only(range(0, last + 1, frames)) if last else None

    return take


def sections(problem: str, seed: int) -> dict[str, list[GapCase]]:
    """Of `complete` and `inbetween`."""
    if problem == "complete":
        return {"limbs": [GapCase(limb, limb_missing(limb)) for limb in LIMBS],
                "shares": [GapCase(f"{share:.0%}", joints_missing(share, seed), 100 * share) for share in SHARES]}
    return {"gaps": [GapCase(f"{gap:g} s", keys_every(round(60 * gap)), gap) for gap in GAPS_S]}


def methods(problem: str, solver: Solver) -> dict[str, Method]:
    """By name, ours first."""

    def ours(known: Known) -> tuple[Tensor, Tensor]:
        filled = fill(solver, known, FillConfig())
        return filled.rotations, filled.root

    rivals: dict[str, Method] = {"hold": held, "slerp": slerped}
    return {"ours": ours, **rivals} if problem == "complete" else {"ours": ours, "slerp": slerped, "spline": splined}


def held(known: Known) -> tuple[Tensor, Tensor]:
    """Each local rotation, and the root, as they were last."""
    return _by_joint(known, lambda at, turns, wanted: turns[np.searchsorted(at, wanted, side="right").clip(1) - 1],
                     lambda at, path, wanted: path[np.searchsorted(at, wanted, side="right").clip(1) - 1])


def slerped(known: Known) -> tuple[Tensor, Tensor]:
    """Each local rotation on the shortest way, the root on a line."""
    return _by_joint(known, lambda at, turns, wanted: Slerp(at, turns)(wanted.clip(at[0], at[-1])), _line)


def splined(known: Known) -> tuple[Tensor, Tensor]:
    """Local rotations on splines of continuous acceleration (scipy's RotationSpline), the root on cubic ones."""
    return _by_joint(known, lambda at, turns, wanted: RotationSpline(at, turns)(wanted.clip(at[0], at[-1])),
                     lambda at, path, wanted: CubicSpline(at, path)(wanted.clip(at[0], at[-1])))


def _line(at: np.ndarray, path: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    return np.stack([np.interp(wanted, at, axis) for axis in path.T], -1)


def _by_joint(known: Known, turn: Callable[..., Rotation], move: Callable[..., np.ndarray]) -> tuple[Tensor, Tensor]:
    """Each joint's local rotations and the root, where they are known, led through all frames."""
    local, wanted, told = global_to_local(known.rotations), np.arange(len(known)), known.local_known.numpy()
    parts = []
    for joint in range(JOINT_COUNT):
        at = np.flatnonzero(told[:, joint])
        parts.append(turn(at, Rotation.from_matrix(local[at, joint].double().numpy()), wanted).as_matrix())
    at = np.flatnonzero(known.root_known.numpy())
    path = move(at, known.root[at].double().numpy(), wanted)
    rotations = local_to_global(torch.from_numpy(np.stack(parts, 1)).float())
    filled = known.believed(rotations, torch.from_numpy(path).float())
    return filled.rotations, filled.root


def measure_gaps(
    name: str, method: Method, case: GapCase, clips: Sequence[Clip], on_clips: Callable[[int], None] = lambda more: None
) -> Measured:
    """Every clip that is long enough, by one method."""
    records = []
    for clip in clips:
        known = case.take(clip)
        if known is not None:
            records.append(_record(clip, known, *method(known)))
        on_clips(1)
    return Measured(case.name, name, records, case.at)


def _record(clip: Clip, known: Known, rotations: Tensor, root: Tensor) -> Record:
    """Errors where something was missing: of joints whose place was not known."""
    truth = known.rotations, known.root
    places, true_places = (positions_from_pelvis(turns, clip.offsets) + path[:, None]
                           for turns, path in ((rotations, root), truth))
    missing = ~(known.placed & known.root_known[:, None])
    missing |= ~known.rotation_known
    error, off = 100 * (places - true_places).norm(dim=-1), places - true_places
    local = 100 * (off - off[:, :1]).norm(dim=-1)
    values = {
        "mpjpe_cm": error[missing].mean(), "from_pelvis_cm": local[missing].mean(),
        "mpjre_deg": torch.rad2deg(geodesic_angle(rotations, truth[0]))[~known.rotation_known].mean(),
        "jump_cm": edge_jump(places, true_places, missing.any(1)), "jitter": jitter(places),
        "jitter_truth": jitter(true_places),
        "foot_skate_cm_s": foot_skate(places, true_places) if clip.floor else torch.tensor(torch.nan),
    }
    joints = torch.where(missing, error, 0.0).sum(0) / missing.sum(0).clamp(min=1)
    return Record(clip.source, group_of(clip), int(missing.any(1).sum()), {k: float(v) for k, v in values.items()},
                  joints)


def edge_jump(places: Tensor, true_places: Tensor, missing: Tensor) -> Tensor:
    """The mean over edges of what is missing, (T,), of how far the joint that jumps most jumps there from where it was
    going, beyond what it does in truth, cm."""
    edges = (missing[1:] != missing[:-1]).nonzero().flatten()  # between frames e and e + 1
    edges = edges[(edges >= 1) & (edges < len(places) - 2)]
    if not len(edges):
        return torch.tensor(torch.nan)
    beyond = places.diff(n=2, dim=0).norm(dim=-1) - true_places.diff(n=2, dim=0).norm(dim=-1)
    worst = torch.stack([beyond[edges - 1], beyond[edges]]).amax((0, 2)).clamp(min=0)
    return 100 * worst.mean()
