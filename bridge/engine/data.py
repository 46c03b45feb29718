"""Motion files as the training and evaluation code wants them: clips at 60 Hz, by split."""
from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import torch

from bridge.capture.amass import RestJoints
from bridge.capture.load import load_motions
from bridge.commands.console import bar
from bridge.config_commands import SPLITS, EvaluateOptions, TrainOptions
from bridge.engine.bodies import rest_joints_from
from bridge.errors import InputInvalid
from bridge.frames import SOLVER_RATE_HZ, Motion
from bridge.resample import resample_motion
from models.training.dataset import Clip

SHORTEST = 3  # frames a cubic needs


def read_split(options: TrainOptions | EvaluateOptions, split: str, limit: int | None = None) -> list[Clip]:
    """The clips of one split of the command's data, with a bar while they are read."""
    bodies = rest_joints_from(options.smpl) if options.smpl else None
    with bar(f"reading the {split} split") as progress:
        return load_clips(options.data, SPLITS.index(split), limit, bodies, progress)


def load_clips(
    paths: Sequence[Path], split: int, limit: int | None = None, bodies: RestJoints | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[Clip]:
    """Clips of one split (0 train, 1 validation, 2 test), at most `limit` of each path, spread evenly over it.

    `bodies` shapes AMASS performers; `progress` is told how many paths are read. Raises InputMissing, InputInvalid,
    NotFinite.
    """
    clips: list[Clip] = []
    for done, path in enumerate(paths):
        progress(done, len(paths))
        clips += _clips(path, split, limit, bodies)
    if not clips:
        raise InputInvalid(f"no clip of that split in {', '.join(map(str, paths))}")
    return clips


def _clips(path: Path, split: int, limit: int | None, bodies: RestJoints | None) -> list[Clip]:
    motions = [motion for motion in load_motions(path, split, bodies) if len(motion) >= SHORTEST]
    if limit is not None and limit < len(motions):
        motions = [motions[round((place + 0.5) * len(motions) / limit - 0.5)] for place in range(limit)]
    return [_clip(motion, path.stem) for motion in motions]


def _clip(motion: Motion, source: str) -> Clip:
    steady = resample_motion(motion, SOLVER_RATE_HZ)
    return Clip(
        local_xyzw=torch.from_numpy(steady.local_xyzw),
        root=torch.from_numpy(steady.root_position_m),
        offsets=torch.from_numpy(steady.skeleton.offsets_m),
        source=f"{source}/{motion.kind}" if motion.kind and motion.split else source,
        floor=steady.floor,
    )
