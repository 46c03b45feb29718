"""A Blender with a window, which the bpy module never has: for what only a window shows. On a machine without a screen
it runs under Xvfb:

    xvfb-run -a -s "-screen 0 1280x1000x24" blender --factory-startup --window-geometry 0 0 1280 1000 --python FILE

The Blender of a Linux distribution may be older than those the extension is for; its panels, operators and legacy
actions work from 3.4 on, and what is missing there is left out here. Its Python needs numpy and scipy, and clicks are
made by xdotool.
"""
from __future__ import annotations

import os
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import bpy
import numpy as np

ROOT = Path(__file__).resolve().parents[4]
Steps = Iterator[float]  # yields seconds to wait before it goes on


def extension() -> None:
    """Registered, without the command for farms where Blender has none."""
    if not hasattr(bpy.utils, "register_cli_command"):
        bpy.utils.register_cli_command = lambda name, act: None
        bpy.utils.unregister_cli_command = lambda command: None
    import engine_plugins.blender.posebridge as extension

    extension.register()


def arguments() -> list[str]:
    """Those after `--`."""
    return sys.argv[sys.argv.index("--") + 1:] if "--" in sys.argv else []


def play(steps: Callable[[], Steps]) -> None:
    """Goes through the steps while the window lives, then ends Blender: with 0, or with 1 and a traceback."""
    playing = steps()

    def step() -> float | None:
        try:
            return next(playing)
        except StopIteration:
            leave(0)
        except BaseException:
            traceback.print_exc()
            leave(1)
        return None

    bpy.context.preferences.view.show_splash = False
    bpy.app.timers.register(step, first_interval=1.0)


def leave(code: int) -> None:
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def view() -> tuple[bpy.types.Window, bpy.types.Area]:
    """The window, and the 3D view in it."""
    window = bpy.context.window_manager.windows[0]
    return window, next(area for area in window.screen.areas if area.type == "VIEW_3D")


def sidebar() -> bpy.types.Region:
    return next(region for region in view()[1].regions if region.type == "UI")


def press(window: bpy.types.Window, x: int, y: int, button: int = 1) -> None:
    """A click where Blender counts from below."""
    subprocess.run(["xdotool", "mousemove", str(x), str(window.height - y), "click", str(button)], check=True)


def key(name: str) -> None:
    subprocess.run(["xdotool", "key", name], check=True)


def shot(path: Path, box: tuple[int, int, int, int] | None = None) -> None:
    """The window, or of it left, bottom, width and height, as a JPEG or PNG by the path's ending."""
    whole = path.with_suffix(".whole.png")
    bpy.ops.screen.screenshot(filepath=str(whole))
    loaded = bpy.data.images.load(str(whole))
    width, height = loaded.size
    pixels = np.empty(width * height * 4, dtype=np.float32)
    loaded.pixels.foreach_get(pixels)
    bpy.data.images.remove(loaded)
    whole.unlink()
    left, bottom, wide, high = box or (0, 0, width, height)
    cut = pixels.reshape(height, width, 4)[bottom:bottom + high, left:left + wide]
    made = bpy.data.images.new("Cut", cut.shape[1], cut.shape[0])
    made.pixels.foreach_set(np.ascontiguousarray(cut).ravel())
    made.filepath_raw, made.file_format = str(path), "JPEG" if path.suffix == ".jpg" else "PNG"
    made.save()
    bpy.data.images.remove(made)
