"""The sidebar as the user sees it, state by state: look at them. window.py says how a Blender with a window is started.

    ... --python tests/engine_plugins/blender/windowed/panel_pictures.py -- MOTION.npz DIR

MOTION is what posebridge solve has written. `DIR` docs/blender draws the pictures of docs/blender.md.
"""
from __future__ import annotations

import sys
from pathlib import Path

import bpy

sys.path.insert(0, str(Path(__file__).resolve().parents[4]))

from tests.engine_plugins.blender.bpy.characters import armature_of
from tests.engine_plugins.blender.windowed.window import (
    Steps,
    arguments,
    extension,
    play,
    press,
    shot,
    sidebar,
    view,
)
from tests.vectors.retarget_layouts import LAYOUTS
from tests.vectors.retarget_rigs import NEUTRAL, Build

DRAWN_S = 0.6
SHORT, TALL = 625, 900  # of the pictures, at most
drawn: list[object] = []


def steps() -> Steps:
    motion, folder = (Path(path).absolute() for path in arguments())
    folder.mkdir(parents=True, exist_ok=True)
    window, area = view()
    bpy.ops.object.select_all(action="SELECT")
    bpy.ops.object.delete()
    area.spaces.active.show_region_ui = True
    yield from our_tab(window)
    settings = bpy.context.window_manager.posebridge
    yield from taken("empty", folder)
    armature = armature_of(Build(LAYOUTS["Mixamo"], NEUTRAL, "A", seed=1, unit_m=0.01), "Hero")
    settings.path = motion.name
    with bpy.context.temp_override(window=window, area=area, region=sidebar()):
        bpy.ops.posebridge.find_bones()
    yield from taken("found", folder)
    settings.path = str(motion)
    with bpy.context.temp_override(window=window, area=area, region=sidebar()):
        bpy.ops.posebridge.retarget()
    settings.path = motion.name
    assert armature.animation_data.action.name == motion.stem
    yield from taken("done", folder)
    settings.source, settings.path = "SESSION", "take.mcap"
    settings.stage, settings.share = "solving", 0.42
    yield from taken("solving", folder)
    settings.source, settings.stage, settings.said = "OBJECTS", "", "choose the object that moves as the head did"
    settings.bones[0].bone = "no such bone"
    with bpy.context.temp_override(window=window, area=area, region=sidebar()):
        bpy.ops.posebridge.check_map()
    yield from taken("faults", folder, TALL)
    settings.source, settings.said = "LIVE", ""
    settings.head_object, settings.left_object, settings.right_object = "Headset", "Left", "Right"
    with bpy.context.temp_override(window=window, area=area, region=sidebar()):
        bpy.ops.posebridge.find_bones(anew=True)
    yield from taken("live", folder, TALL)


def our_tab(window: bpy.types.Window) -> Steps:
    """Clicks down the tabs until ours is drawn."""
    yield DRAWN_S
    tabs = sidebar()
    for down in range(30, 400, 12):
        if drawn:
            return
        press(window, tabs.x + tabs.width - 13, tabs.y + tabs.height - down)
        yield 0.2
    raise RuntimeError("the sidebar's tab PoseBridge is not to be found")


def taken(name: str, folder: Path, high: int = SHORT) -> Steps:
    view()[1].tag_redraw()
    yield DRAWN_S
    tabs = sidebar()
    high = min(high, tabs.height)
    shot(folder / f"panel-{name}.jpg", (tabs.x, tabs.y + tabs.height - high, tabs.width, high))


def told() -> None:
    """Whenever our first panel is drawn, `drawn` grows."""
    from engine_plugins.blender.posebridge.panel import POSEBRIDGE_PT_daemon

    draw = POSEBRIDGE_PT_daemon.draw
    POSEBRIDGE_PT_daemon.draw = lambda panel, context: (drawn.append(context.area), draw(panel, context))[1]


extension()
told()
play(steps)
