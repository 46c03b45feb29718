"""One job of a farm: an armature of the open file animated, and the file saved under another name. Signals stop it
between two slices, with nothing left behind."""
from __future__ import annotations

import argparse
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from types import FrameType

import bpy

from .action_writer import Placement
from .core.batch import Take
from .core.bone_map import BoneMap
from .core.exit_codes import BY_SIGNAL
from .core.job import Cancelled, Job
from .core.retarget import Options, Place, RootMotion
from .farm_save import check, save
from .preferences import command
from .retarget_job import Source, Task, start
from .sources import from_capture, from_file
from .tracked_objects import NAME

SLICE_S, LEAVE_S = 0.1, 5.0
OnStage = Callable[[str, float], None]


class MissingArmature(LookupError):
    """The file has no such armature."""

    def __str__(self) -> str:
        return str(self.args[0])


class Stopped(Exception):
    """By a signal. `code` is the exit code that says so."""

    def __init__(self, number: int) -> None:
        super().__init__(f"stopped by {signal.Signals(number).name}")
        self.code = BY_SIGNAL + number


class Stopping:
    """Whether a signal has come: a flag, because a signal may come in the midst of Blender's own work."""

    def __init__(self) -> None:
        self._number = 0

    def look(self) -> None:
        """Raises Stopped."""
        if self._number:
            raise Stopped(self._number)

    def come(self, number: int, frame: FrameType | None) -> None:
        self._number = number


@contextmanager
def stopping() -> Iterator[Stopping]:
    """SIGINT and SIGTERM are noted instead of ending Blender."""
    state, before = Stopping(), {}
    with suppress(ValueError):  # not the main thread: whoever called us looks after signals
        before = {number: signal.signal(number, state.come) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield state
    finally:
        for number, handler in before.items():
            signal.signal(number, handler if handler is not None else signal.SIG_DFL)


def animate(take: Take, args: argparse.Namespace, state: Stopping, on_stage: OnStage) -> str:
    """What came out, as a line. Raises whatever stands in its way; `take.out` appears whole or not at all."""
    assert take.out is not None
    check(take.out)
    armature = armature_of(take)
    own = BoneMap.from_json(take.bone_map.read_text(encoding="utf-8")) if take.bone_map else None
    options = Options(RootMotion[args.root], Place[args.place], None, not args.no_foot_lock, args.reach_hands)
    place = Placement(take.action or take.source.stem, take.first_frame, args.strip)
    said = _worked(start(Task(armature, source_of(take), place, options, own), bpy.context.scene), state, on_stage)
    save(take.out, armature, args.strip)
    return said


def source_of(take: Take) -> Source:
    if take.is_session:
        return partial(from_capture, take.source, command(bpy.context), NAME)
    return partial(from_file, take.source)


def _worked(job: Job[object], state: Stopping, on_stage: OnStage) -> str:
    try:
        while not job.tick(SLICE_S):
            on_stage(job.watch.stage, job.watch.share)
            state.look()
    except (Stopped, KeyboardInterrupt):
        with suppress(Cancelled):
            job.cancel()
        job.left(LEAVE_S)
        raise
    return job.outcome


def armature_of(take: Take) -> bpy.types.Object:
    """The one it names, or the only one. Raises MissingArmature."""
    name = take.armature
    found = [one for one in bpy.data.objects if one.type == "ARMATURE" and name in (None, one.name)]
    if len(found) == 1:
        return found[0]
    there = ", ".join(one.name for one in bpy.data.objects if one.type == "ARMATURE") or "none"
    raise MissingArmature(f"{name}: there is no such armature; there is: {there}" if name else
                          f"--armature is needed where there is not exactly one; there is: {there}")
