"""Inside a Python with bpy: what `blender -b RIG.blend --command NAME ...` does with our extension enabled.

The bpy module reads no command line of Blender's, so the table of commands that Blender keeps is kept here as well.
"""
from __future__ import annotations

import os
import sys

import bpy

import engine_plugins.blender.posebridge as extension

blender, background, rig, flag, command, *arguments = sys.argv
assert (background, flag) == ("-b", "--command")
commands = {}
register = bpy.utils.register_cli_command
bpy.utils.register_cli_command = lambda name, run: (commands.update({name: run}), register(name, run))[1]
extension.register()
bpy.ops.wm.open_mainfile(filepath=rig)
if command in commands:
    code = commands[command](arguments)
else:
    print(f'Unrecognized command: "{command}"')
    code = 1
sys.stdout.flush()
os._exit(code)
