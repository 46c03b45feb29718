"""A scene with somebody's trackers in it, daemons of a test's own, and a live operator without its window."""
from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import bpy
import numpy as np

from engine_plugins.blender.posebridge import live_operator
from engine_plugins.blender.posebridge.core.motion import joints_in_t_pose
from engine_plugins.blender.posebridge.core.smpl22 import SOLE_HEIGHT_M
from engine_plugins.blender.posebridge.core.wearer import neutral_height
from engine_plugins.blender.posebridge.live_operator import POSEBRIDGE_OT_live
from tests.engine_plugins.blender.bpy.characters import armature_of
from tests.vectors.retarget_layouts import LAYOUTS
from tests.vectors.retarget_rigs import JOINTS, NEUTRAL, Build

NAMES = {"head": "Headset", "L_wrist": "Left", "R_wrist": "Right"}


def settings() -> bpy.types.PropertyGroup:
    return bpy.context.window_manager.posebridge


def t_pose(joint: str, *moved: float) -> tuple[float, float, float]:
    """Where it is on a neutral adult who stands in the T-pose over the origin, and moved on, Blender's axes."""
    places = joints_in_t_pose(NEUTRAL)
    x, y, z = places[JOINTS.index(joint)] - [0, places[:, 1].min() - SOLE_HEIGHT_M, 0]
    dx, dy, dz = moved or (0.0, 0.0, 0.0)
    return x + dx, dy - z, y + dz


def trackers_at_rest() -> dict[str, bpy.types.Object]:
    """Three empties on a neutral adult in the T-pose, chosen in the panel."""
    made = {}
    for joint, name in NAMES.items():
        made[joint] = bpy.data.objects.new(name, None)
        bpy.context.scene.collection.objects.link(made[joint])
        made[joint].location = t_pose(joint)
    settings().head_object, settings().left_object, settings().right_object = NAMES.values()
    settings().height_m = neutral_height()
    bpy.context.view_layer.update()
    return made


def performer(way: Build | None = None) -> bpy.types.Object:
    """A character of a neutral adult's build, to be seen where the trackers are; going live is chosen."""
    bpy.context.scene.render.fps = 24
    armature = armature_of(way or Build(LAYOUTS["SMPL"], NEUTRAL, "A", "random", 6))
    settings().armature, settings().source, settings().place, settings().lock_feet = (
        armature.name, "LIVE", "WORLD", False)
    return armature


class Window:
    """What an operator asks of its context."""

    def __init__(self) -> None:
        self.shown: list[str | None] = []
        self.timers = 0
        self.window_manager = SimpleNamespace(posebridge=settings(), event_timer_remove=self._timer_gone)
        self.workspace = SimpleNamespace(status_text_set=self.shown.append)
        self.area = None
        self.scene, self.view_layer = bpy.context.scene, bpy.context.view_layer

    def _timer_gone(self, _: object) -> None:
        self.timers += 1


class LiveButton:
    """The operator as Blender has it while it runs."""

    def __init__(self) -> None:
        self.reports: list[tuple[str, str]] = []
        self.window = Window()
        self._timer = None
        self.outcome: set[str] | None = None

    def __getattr__(self, name: str) -> object:
        return getattr(POSEBRIDGE_OT_live, name).__get__(self)

    def report(self, kind: set[str], text: str) -> None:
        self.reports.append((*kind, text))

    def press(self) -> bool:
        return bool(self._begun(self.window))  # type: ignore[operator]

    def until(self, done: Callable[[], object], limit_s: float = 30.0) -> None:
        """Ticks as a timer would."""
        deadline = time.monotonic() + limit_s
        while self.outcome is None and not done():
            assert time.monotonic() < deadline, (settings().stage, self.reports)
            said = POSEBRIDGE_OT_live.tick(self, self.window)
            self.outcome = None if said == {"RUNNING_MODAL"} else said
            time.sleep(0.01)

    def until_seen(self) -> None:
        self.until(lambda: live_operator.running[0].newest is not None)

    def ends(self) -> set[str]:
        self.until(lambda: False)
        assert self.outcome is not None and self.window.timers == 1 and self.window.shown[-1] is None
        return self.outcome


def place_of(armature: bpy.types.Object, bone: str) -> np.ndarray:
    posed = armature.evaluated_get(bpy.context.evaluated_depsgraph_get())
    return np.array(posed.matrix_world @ posed.pose.bones[bone].head)


class Daemon:
    """`posebridge serve` with the engine that answers with a T-pose under the head."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "daemon.json"
        self._process = subprocess.Popen(
            [shutil.which("posebridge") or "posebridge", "serve", "--engine", "echo", "--in-process",
             "--connection-file", str(self.file), "--recordings", str(folder)], env={**os.environ},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 30
        while not self.file.exists():
            assert self._process.poll() is None and time.monotonic() < deadline
            time.sleep(0.05)

    def stop(self, how: int = signal.SIGTERM) -> None:
        self._process.send_signal(how)
        self._process.wait(20)
