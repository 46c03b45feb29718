"""Motion files as the training and evaluation code wants them: clips at 60 Hz, by split."""
from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import torch

from bridge.capture.amass import RestJoints, read_recording
from bridge.capture.amass_protocols import PROTOCOLS, Protocol, protocol_files
from bridge.capture.load import load_motions
from bridge.commands.console import bar
from bridge.config_commands import SPLITS, EvaluateOptions, TrainOptions
from bridge.engine.bodies import rest_joints_from
from bridge.errors import InputInvalid, UsageError
from bridge.frames import SOLVER_RATE_HZ, Motion
from bridge.resample_motion import resample_motion
from models.training.dataset import Clip

SHORTEST = 3  # frames a cubic needs
Item = TypeVar("Item")


def read_split(options: TrainOptions | EvaluateOptions, split: str, limit: int | None = None) -> list[Clip]:
    """The clips of one split of the command's data, with a bar while they are read."""
    bodies = rest_joints_from(options.smpl) if options.smpl else None
    with bar(f"reading the {split} split") as progress:
        return load_clips(options.data, SPLITS.index(split), limit, bodies, progress)


def read_measured(options: EvaluateOptions) -> list[Clip]:
    """The clips that an evaluation is of: those of its protocol, or of its split."""
    if options.protocol:
        return read_protocol(options, PROTOCOLS[options.protocol])
    return read_split(options, options.split, options.limit)


def read_protocol(options: EvaluateOptions, protocol: Protocol) -> list[Clip]:
    """The test clips of a protocol, at most `options.limit` of each of its data sets."""
    if len(options.data) != 1:
        raise UsageError(f"--protocol takes one folder as --data, the one that AMASS' data sets are in; "
                         f"got {len(options.data)}")
    bodies = rest_joints_from(options.smpl) if options.smpl else None
    found = protocol_files(options.data[0], protocol)
    files = [(name, path) for name, paths in found.items() for path in _spread(paths, options.limit)]
    clips = []
    with bar("reading recordings") as progress:
        for done, (name, path) in enumerate(files):
            progress(done, len(files))
            motion = read_recording(path, bodies)
            clips += [_clip(motion, name)] if len(motion) >= SHORTEST else []
    return clips


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
    return [_clip(motion, path.stem) for motion in _spread(motions, limit)]


def _spread(items: list[Item], limit: int | None) -> list[Item]:
    """At most `limit` of them, evenly."""
    if limit is None or limit >= len(items):
        return items
    return [items[round((place + 0.5) * len(items) / limit - 0.5)] for place in range(limit)]


def _clip(motion: Motion, source: str) -> Clip:
    steady = resample_motion(motion, SOLVER_RATE_HZ)
    return Clip(
        local_xyzw=torch.from_numpy(steady.local_xyzw),
        root=torch.from_numpy(steady.root_position_m),
        offsets=torch.from_numpy(steady.skeleton.offsets_m),
        source=f"{source}/{motion.kind}" if motion.kind and motion.split else source,
        floor=steady.floor,
        name=motion.name,
        action=motion.action,
    )
