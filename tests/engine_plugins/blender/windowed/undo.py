"""One undo step for each job, and an undo in the midst of one does no harm. test_in_a_window.py starts this.

    ... --python tests/engine_plugins/blender/windowed/undo.py -- MOTION.npz
"""
from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import bpy

sys.path.insert(0, str(Path(__file__).resolve().parents[4]))

from tests.engine_plugins.blender.bpy.characters import armature_of
from tests.engine_plugins.blender.windowed.window import Steps, arguments, extension, play, sidebar, view
from tests.vectors.retarget_layouts import LAYOUTS
from tests.vectors.retarget_rigs import NEUTRAL, Build

SOON_S, PATIENCE_S = 0.01, 30.0


def steps() -> Steps:
    armature_of(Build(LAYOUTS["Mixamo"], NEUTRAL, "A", seed=1), "Hero")
    bpy.context.scene.render.fps = 60
    bpy.context.window_manager.posebridge.path = arguments()[0]
    bpy.context.preferences.edit.use_global_undo = True
    done("set up")
    yield from one_step()
    for midst in (thinking, writing):
        yield from undone_in(midst)
        assert bpy.data.objects["Hero"].location.x == 0  # what was undone is undone
        assert [action.name for action in bpy.data.actions] == [], [*bpy.data.actions]
        assert bpy.data.objects["Hero"].animation_data is None
        yield from one_step()
    print("undo is well", flush=True)


def one_step() -> Steps:
    """Animated, undone by one step, done again by one, undone."""
    press_animate()
    yield from until(lambda: played() == "demo")
    yield 0.2
    command(bpy.ops.ed.undo)
    assert played() is None and "Hero" in bpy.data.objects, played()
    command(bpy.ops.ed.redo)
    assert played() == "demo" and len(bpy.data.actions) == 1
    curves = bpy.data.actions["demo"].fcurves
    assert len(curves) > 80 and all(len(curve.keyframe_points) > 1000 for curve in curves)
    command(bpy.ops.ed.undo)
    assert played() is None and not bpy.data.actions
    yield SOON_S


def undone_in(midst: Callable[[], bool]) -> Steps:
    """Something is done, the job begins, and what was done is undone while it runs."""
    bpy.data.objects["Hero"].location.x = 1
    done("moved")
    press_animate()
    yield from until(midst)
    command(bpy.ops.ed.undo)
    yield from until(lambda: not settings().stage)
    print("and it says:", settings().said, flush=True)
    yield 0.2
    if played() == "demo":  # it had only been thought about: the job has gone on, and is a step of its own
        command(bpy.ops.ed.undo)


def settings() -> bpy.types.PropertyGroup:
    return bpy.context.window_manager.posebridge


def thinking() -> bool:
    """Just begun: nothing is written before the first slices of the job."""
    return not bpy.data.actions


def writing() -> bool:
    return len(bpy.data.actions) > 0 and settings().stage == "writing"


def played() -> str | None:
    """The action that Hero plays, once the job has ended."""
    data = bpy.data.objects["Hero"].animation_data
    return data.action.name if data and data.action and not settings().stage else None


def press_animate() -> None:
    command(lambda: bpy.ops.posebridge.retarget("INVOKE_DEFAULT"))


def command(act: Callable[[], object]) -> None:
    window, area = view()
    with bpy.context.temp_override(window=window, area=area, region=sidebar()):
        act()


def done(what: str) -> None:
    command(lambda: bpy.ops.ed.undo_push(message=what))


def until(ready: Callable[[], bool]) -> Steps:
    deadline = time.monotonic() + PATIENCE_S
    while not ready():
        if time.monotonic() > deadline:
            raise AssertionError(f"{ready} did not come: {settings().stage!r}, {settings().said!r}")
        yield SOON_S


extension()
play(steps)
