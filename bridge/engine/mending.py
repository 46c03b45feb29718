"""What complete, inbetween, clean and generate do: motions as files have them in, motions out, at the files' own rate.

The prior works at 60 Hz. What was known comes back exactly as it was.
"""
from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from bridge.capture.load import load_motions
from bridge.commands.masks import Missing, missing_of
from bridge.engine.solver import choose_device, load_solver_prior
from bridge.errors import InputInvalid, TooShort
from bridge.frames import JOINT_COUNT, SOLVER_RATE_HZ, Floats, Motion, Skeleton
from bridge.generated.skeleton import PARENTS
from bridge.resample_motion import motion_at, resample_motion
from models.kinematics.forward import global_to_local, local_to_global
from models.kinematics.rotations import matrix_to_xyzw, xyzw_to_matrix
from models.problems.clean import CleanConfig, clean
from models.problems.fill import fill
from models.problems.generate import generate
from models.problems.interpolate import interpolated
from models.problems.known import Known
from models.solver import solver_of

Report = Callable[[float], None]
LEAST = 3  # frames of a motion


class Mender:
    """A prior, ready to mend motions with."""

    def __init__(self, weights: Path | None = None, device: str = "cpu", threads: int = 1) -> None:
        """Raises ModelMissing, DeviceFailed."""
        torch.set_num_threads(threads)
        self._solver = solver_of(load_solver_prior(weights).to(choose_device(device)))

    def complete(self, motion: Motion, missing: Sequence[Missing], report: Report) -> Motion:
        """The motion with what is missing found. Raises InputInvalid where nothing is left to go by, TooShort."""
        _long_enough(motion)
        joints, root = missing_of(missing, len(motion))
        if joints[:, 0].all() or root.all():
            raise InputInvalid(f"{motion.name}: the pelvis or the root is missing in every frame; some must be known")
        known = replace(_known(motion), rotation_known=torch.from_numpy(~joints), root_known=torch.from_numpy(~root))
        bridged = interpolated(known)
        steady = resample_motion(_motion(motion, bridged.rotations, bridged.root), SOLVER_RATE_HZ)
        at = np.arange(len(steady)) / SOLVER_RATE_HZ * motion.rate_hz  # in frames of the file
        told = replace(_known(steady), rotation_known=torch.from_numpy(~_on(joints, at)),
                       root_known=torch.from_numpy(~_on(root[:, None], at)[:, 0]))
        filled = fill(self._solver, told, report=report)
        found = _back(_motion(steady, filled.rotations, filled.root), motion)
        return replace(found, local_xyzw=_kept_in_world(found.local_xyzw, motion, joints), root_position_m=np.where(
            root[:, None], found.root_position_m, motion.root_position_m))

    def inbetween(self, motion: Motion, keys: NDArray[np.intp], report: Report) -> Motion:
        """A motion at 60 Hz through some frames of another, from the first of them to the last, each at the nearest
        sixtieth of a second. Raises InputInvalid where two would be one."""
        at = np.round((keys - keys[0]) / motion.rate_hz * SOLVER_RATE_HZ).astype(int)
        if len(keys) < 2 or (np.diff(at) < 1).any():
            raise InputInvalid(f"{motion.name}: key frames must be two or more, a sixtieth of a second apart or more; "
                               f"got {len(keys)}")
        every, some = _known(motion), torch.zeros(int(at[-1]) + 1, dtype=torch.bool)
        nearest = torch.from_numpy(keys[np.searchsorted(at, np.arange(len(some)), side="right") - 1])
        some[torch.from_numpy(at)] = True
        known = replace(every, rotations=every.rotations[nearest], root=every.root[nearest], root_known=some,
                        rotation_known=some[:, None].expand(-1, JOINT_COUNT))
        filled = fill(self._solver, known, report=report)
        made = _motion(replace(motion, rate_hz=SOLVER_RATE_HZ), filled.rotations, filled.root)
        made.local_xyzw[at] = motion.local_xyzw[keys]
        return made

    def clean(self, motion: Motion, strength: float, report: Report) -> tuple[Motion, Floats, float]:
        """The motion without its noise, and the noise that was found: of each joint in degrees, (22,), and of the root
        in metres, per axis. Raises TooShort."""
        _long_enough(motion)
        steady, at = _read_at(motion)
        known, read = _known(steady), torch.zeros(len(steady), dtype=torch.bool)
        read[at] = True
        cleaned = clean(self._solver, known.rotations, known.root, known.offsets, CleanConfig(strength), report, read)
        noise = np.degrees(cleaned.joint_noise.numpy() * np.sqrt(1.5))  # of a 6D entry to that of a turn
        found = _motion(steady, cleaned.rotations, cleaned.root)
        if motion.rate_hz > SOLVER_RATE_HZ:
            return _back(found, motion), noise.astype(np.float32), cleaned.root_noise
        kept = replace(motion, local_xyzw=found.local_xyzw[at], root_position_m=found.root_position_m[at])
        return kept, noise.astype(np.float32), cleaned.root_noise

    def generate(
        self, skeleton: Skeleton, seconds: float, seed: int, start: Motion | None, path: Floats | None, report: Report
    ) -> Motion:
        """A motion at 60 Hz that nobody made; `start` has its first pose, `path` (N, 2) leads it, metres."""
        frames, begun = round(seconds * SOLVER_RATE_HZ), None
        if start is not None:
            begun = _known(start).rotations[0]
        way = None if path is None else torch.from_numpy(walked(path, frames))
        made = generate(self._solver, torch.from_numpy(skeleton.offsets_m), frames, seed, begun, way, report=report)
        blank = Motion(skeleton, SOLVER_RATE_HZ, np.zeros((0, 3), np.float32), np.zeros((0, 0, 4), np.float32))
        return _motion(replace(blank, name=f"seed{seed}"), made.rotations, made.root)


def walked(path: Floats, frames: int) -> Floats:
    """Places over the floor along a line through (N, 2), at one speed, softly begun and ended: (frames, 3)."""
    lengths = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(path, axis=0), axis=1))])
    share = np.linspace(0, 1, frames)
    eased = share - np.sin(2 * np.pi * share) / (2 * np.pi) * 0.3
    places = [np.interp(eased * lengths[-1], lengths, axis) for axis in path.T]
    return np.stack([places[0], np.zeros(frames), places[1]], axis=1).astype(np.float32)


def read_motion(path: Path) -> Motion:
    """The one motion of a file; of an archive the first, or `archive.npz#clip`."""
    name, mark, clip = path.name.partition("#")
    motions = load_motions(path.with_name(name) if mark and not path.exists() else path)
    named = [motion for motion in motions if not mark or motion.name == clip]
    if not named:
        raise InputInvalid(f"{path}: no clip {clip!r} among its {len(motions)}")
    return named[0]


def _known(motion: Motion) -> Known:
    """All of it."""
    frames = len(motion)
    everything = torch.ones(frames, JOINT_COUNT, dtype=torch.bool)
    rotations = local_to_global(xyzw_to_matrix(torch.from_numpy(motion.local_xyzw)))
    return Known(rotations, everything, torch.from_numpy(motion.root_position_m), everything[:, 0],
                 torch.from_numpy(motion.skeleton.offsets_m), 0.0 if motion.floor else None)


def _motion(like: Motion, rotations: Tensor, root: Tensor) -> Motion:
    local = matrix_to_xyzw(global_to_local(rotations)).numpy()
    return replace(like, local_xyzw=local, root_position_m=root.numpy(), confidence=None)


def _back(steady: Motion, motion: Motion) -> Motion:
    """A motion at 60 Hz at the times of another."""
    if steady.rate_hz == motion.rate_hz:
        return steady
    times = (np.arange(len(motion)) / motion.rate_hz).clip(max=(len(steady) - 1) / steady.rate_hz)
    return replace(motion_at(steady, times), rate_hz=motion.rate_hz)


def _read_at(motion: Motion) -> tuple[Motion, NDArray[np.intp]]:
    """The motion at 60 Hz, and which of its frames are the file's own, each to the nearest sixtieth of a second. Of one
    at a higher rate all are: it has a reading there."""
    steady = resample_motion(motion, SOLVER_RATE_HZ)
    if motion.rate_hz >= SOLVER_RATE_HZ:
        return steady, np.arange(len(steady))
    at = np.round(np.arange(len(motion)) / motion.rate_hz * SOLVER_RATE_HZ).astype(np.intp)
    between = motion_at(motion, np.interp(np.arange(at[-1] + 1), at, np.arange(len(motion))) / motion.rate_hz)
    return replace(between, rate_hz=SOLVER_RATE_HZ), at


def _on(missing: NDArray[np.bool_], at: NDArray[np.float64]) -> NDArray[np.bool_]:
    """What is missing (T, K) at other times, in frames: wherever a frame to either side is."""
    before, after = (part.astype(int).clip(0, len(missing) - 1) for part in (np.floor(at + 1e-6), np.ceil(at - 1e-6)))
    return missing[before] | missing[after]


def _kept_in_world(local: Floats, motion: Motion, missing: NDArray[np.bool_]) -> Floats:
    """Local rotations such that joints which are known keep their rotations in the world under parents that are not."""
    rotations = local_to_global(xyzw_to_matrix(torch.from_numpy(local)))
    true = _known(motion).rotations
    kept = torch.where(torch.from_numpy(~missing)[..., None, None], true, rotations)
    led = matrix_to_xyzw(global_to_local(kept)).numpy()
    same = ~(missing | missing[:, [0, *PARENTS[1:]]])
    led[same] = motion.local_xyzw[same]
    return led


def _long_enough(motion: Motion) -> None:
    if len(motion) < LEAST:
        raise TooShort(f"{motion.name}: {len(motion)} frames, {LEAST} are needed")
