"""A live session in Blender: trackers of the scene to the daemon, or somebody the daemon solves already; on the
character as it comes, and what was recorded as an action at the end. A timer ticks it; nothing in here waits.
"""
from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import bpy

from . import overlay
from .action_writer import Placement
from .core.bone_map import BoneMap
from .core.client_errors import DaemonError
from .core.job import Job
from .core.live_link import Moment
from .core.retarget import Options
from .core.rotations import Floats
from .core.take import Take
from .puppet import Puppet
from .retarget_job import Task, scene_rate, start

EXPECTED = (ValueError, RuntimeError, ReferenceError, OSError, DaemonError)  # each is one line for the user


class Link(Protocol):
    """What live_link.LiveLink and watch_link.WatchLink are to a session."""

    stage: str
    offsets_m: Floats | None

    def step(self, now_s: float) -> None: ...

    def take(self) -> list[Moment]: ...

    def close(self) -> None: ...


@dataclass(frozen=True)
class Cast:
    """Who is to move, and what becomes of a take."""

    armature: bpy.types.Object
    bone_map: BoneMap | None
    options: Options
    place: Placement


class LiveSession:
    """`send`: gives the link what the trackers read now; None where the trackers are somebody else's. `newest`: what is
    shown. `writing`: the job that makes an action of the take, once the session is over."""

    def __init__(self, cast: Cast, link: Link, send: Callable[[int], None] | None = None) -> None:
        """BoneMapError: the character cannot be moved."""
        self._cast, self._link, self._send = cast, link, send
        self.puppet = Puppet(cast.armature, cast.bone_map, cast.options)
        self.newest: Moment | None = None
        self.offsets_m: Floats | None = None
        self.take: Take | None = None
        self.writing: Job[object] | None = None
        self.failure = ""

    @property
    def stage(self) -> str:
        if self.writing is not None:
            return self.writing.watch.stage
        return self._link.stage

    def tick(self, recording: bool) -> bool:
        """One step; whether there is another to come. Raises EXPECTED, after which all is as it was before."""
        if self.writing is not None:
            return not self.writing.tick()
        try:
            if self._send is not None:
                self._send(time.monotonic_ns())
            self._link.step(time.monotonic())
            self._show(recording)
        except DaemonError as error:
            if not self.take:
                self._undone()
                raise
            self.failure = str(error)
            return self.stop()
        except BaseException:
            self._undone()
            raise
        return True

    def stop(self) -> bool:
        """The character goes back to how it was; a take begins to be written. Whether there is more to do."""
        if self.writing is not None:
            return True
        take = self.take
        self._undone()
        if not take:
            return False
        scene = bpy.context.scene
        rate = scene_rate(scene)
        task = Task(self.puppet.armature, lambda _: take.motion(rate), self._cast.place, self._cast.options,
                    self._cast.bone_map)
        self.writing = start(task, scene)  # type: ignore[assignment]
        return True

    def give_up(self) -> None:
        """Nothing of it stays, the take neither."""
        if self.writing is not None:
            self.writing.cancel()
        self._undone()

    @property
    def said(self) -> str:
        """What came out at the end."""
        if self.writing is None:
            return "the live session has ended; nothing was recorded"
        outcome = self.writing.outcome
        return f"{self.failure}: the take before that was kept: {outcome}" if self.failure else outcome

    def _show(self, recording: bool) -> None:
        moments = self._link.take()
        if not moments or self._link.offsets_m is None:
            return
        self.newest, self.offsets_m = moments[-1], self._link.offsets_m
        if recording:
            self.take = self.take or Take(self.offsets_m)
            if self.take.offsets_m is not self.offsets_m:
                raise ValueError("another person's session came in the midst of a take: record each by itself")
            for one in moments:
                self.take.add(one)
        self.puppet.show(self.newest, self.offsets_m)
        if self.puppet.plan is not None:
            overlay.keep_live(self.puppet.plan, self.puppet.options, self.newest, self.offsets_m)

    def _undone(self) -> None:
        overlay.forget()
        self._link.close()
        self.puppet.release()

