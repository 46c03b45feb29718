"""Inside a Python with bpy: what `blender -b RIG.blend --command posebridge ...` does with our extension."""
from __future__ import annotations

import os
import sys

import bpy

from engine_plugins.blender.posebridge.farm import main

blender, background, rig, flag, command, *arguments = sys.argv
assert (background, flag, command) == ("-b", "--command", "posebridge")
bpy.ops.wm.open_mainfile(filepath=rig)
code = main(arguments)
sys.stdout.flush()
os._exit(code)
