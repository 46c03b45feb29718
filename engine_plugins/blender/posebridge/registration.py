"""All that Blender is told about when the extension is enabled, and what is taken back when it is disabled."""
from __future__ import annotations

from typing import Any

import bpy

from . import (
    calibrate_operator,
    daemon_operator,
    farm,
    live_operator,
    map_operators,
    mend_operators,
    mend_panel,
    overlay,
    panel,
    preferences,
    retarget_operator,
    settings,
)

ROOMS = (preferences, settings, daemon_operator, map_operators, retarget_operator, live_operator,
         calibrate_operator, mend_operators, panel, mend_panel)  # as one needs another
CLASSES = tuple(one for room in ROOMS for one in room.CLASSES)
_commands: list[Any] = []


def register() -> None:
    for one in CLASSES:
        bpy.utils.register_class(one)
    bpy.types.WindowManager.posebridge = bpy.props.PointerProperty(type=settings.PoseBridgeSettings)
    bpy.app.handlers.load_pre.append(live_operator.forget)
    _commands.append(bpy.utils.register_cli_command("posebridge", farm.main))


def unregister() -> None:
    live_operator.forget()
    overlay.remove()
    bpy.app.handlers.load_pre.remove(live_operator.forget)
    daemon_operator.stop_started()
    while _commands:
        bpy.utils.unregister_cli_command(_commands.pop())
    del bpy.types.WindowManager.posebridge
    for one in reversed(CLASSES):
        bpy.utils.unregister_class(one)
