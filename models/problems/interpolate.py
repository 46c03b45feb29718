"""Between what is known: cubics or lines through each joint's local rotations and the root, and how far off those are.

Short gaps are bridged by monotone cubics (Fritsch and Carlson 1980), which know the speed at their ends; the longer a
gap is the less that speed says, and the more of it is a straight line.
"""
from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator
from torch import Tensor

from models.kinematics.arrays import in_numpy
from models.kinematics.forward import global_to_local, local_to_global
from models.kinematics.rotations import matrix_to_xyzw, xyzw_to_matrix
from models.kinematics.skeleton import JOINT_COUNT, JOINT_INDEX, chain_to
from models.problems.known import Known

# Radians per axis that a joint's local rotation is off in the middle of a long gap. Of the training split, but for the
# neck's, which was chosen on the validation split.
USUAL_SD = {
    "pelvis": 0.3, "hip": 0.25, "spine1": 0.1, "knee": 0.25, "spine2": 0.06, "ankle": 0.18, "spine3": 0.05,
    "foot": 0.13, "neck": 0.03, "collar": 0.05, "head": 0.16, "shoulder": 0.38, "elbow": 0.26, "wrist": 0.19,
}
HALF_AT = 30.0  # frames: the gap in whose middle its variance is half of that
STRAIGHT_AT = 60.0  # frames: the gap that is bridged by half a line and half a cubic
STEEPNESS = 3.0  # of the variance over the length of short gaps: cubics are right at first


def interpolated(known: Known) -> Known:
    """With what lies between where nothing is known; before the first and after the last that is known, those held."""
    local = matrix_to_xyzw(global_to_local(known.rotations))
    parts = [_turns(local[:, joint], known.local_known[:, joint]) for joint in range(JOINT_COUNT)]
    rotations = local_to_global(xyzw_to_matrix(torch.stack(parts, 1)))
    return known.believed(rotations, _path(known.root, known.root_known))


def interpolation_sd(known: Known) -> Tensor:
    """How far `interpolated` is from the truth, (T, 22) radians per axis of global rotations: what the gaps in each
    joint's local rotation, and in those that bear it, make."""
    usual = torch.tensor([USUAL_SD[name.removeprefix("L_").removeprefix("R_")] for name in JOINT_INDEX])
    spread = (gaps(known.local_known) / HALF_AT) ** STEEPNESS
    own = usual.square() * spread / (1 + spread)
    chains = [[0, *chain_to(joint)] for joint in range(JOINT_COUNT)]
    variance = torch.stack([own[:, chain].sum(-1) for chain in chains], -1)
    return torch.where(known.rotation_known, 0.0, variance.sqrt())


def gaps(known: Tensor) -> Tensor:
    """How long the gaps feel in which frames of (T, K) lie, (T, K) frames: their length in their middle, less towards
    their edges, four times the way to the one edge of those that have no other; 0 where something is known."""
    frames, at = len(known), torch.arange(len(known))[:, None]
    far = 4 * frames
    before = at - torch.where(known, at, -far).cummax(0).values
    after = torch.where(known, at, frames + far).flip(0).cummin(0).values.flip(0) - at
    return 4 / (1 / before.clamp(min=1e-6) + 1 / after.clamp(min=1e-6)) * ~known


def _turns(xyzw: Tensor, known: Tensor) -> Tensor:
    """One joint's (T, 4)."""
    at = known.nonzero().flatten()
    if len(at) in (0, len(known)):
        return xyzw
    some = in_numpy(xyzw[at]).astype(np.float64)
    signs = np.sign((some[1:] * some[:-1]).sum(-1, keepdims=True))
    signs[signs == 0] = 1
    some[1:] *= np.cumprod(signs, axis=0)
    between = _through(in_numpy(at), some, len(known))
    return torch.from_numpy(between / np.linalg.norm(between, axis=-1, keepdims=True)).to(xyzw)


def _path(root: Tensor, known: Tensor) -> Tensor:
    at = known.nonzero().flatten()
    if len(at) in (0, len(known)):
        return root
    return torch.from_numpy(_through(in_numpy(at), in_numpy(root[at]).astype(np.float64), len(known))).to(root)


def _through(at: NDArray[np.int64], values: NDArray[np.float64], frames: int) -> NDArray[np.float64]:
    """(frames, C) through (N, C)."""
    if len(at) == 1:
        return values.repeat(frames, axis=0)
    wanted = np.arange(frames).clip(at[0], at[-1])
    after = np.searchsorted(at, wanted, side="right").clip(1, len(at) - 1)
    gap = (at[after] - at[after - 1])[:, None]
    share = (wanted - at[after - 1])[:, None] / gap
    line = values[after - 1] + share * (values[after] - values[after - 1])
    straight = (gap / STRAIGHT_AT) ** STEEPNESS
    cubic: NDArray[np.float64] = PchipInterpolator(at, values)(wanted)
    return (cubic + straight * line) / (1 + straight)
