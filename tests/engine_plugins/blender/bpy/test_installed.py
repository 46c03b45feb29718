"""The zip: built and validated by Blender's own command, installed and enabled in a Blender of its own."""
from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import bridge
from engine_plugins.blender.build import build, extension_command

DEMO = Path(bridge.__file__).parent / "assets" / "demo.mcap"
ENABLE = """
import bpy, os, sys
commands, register = {}, bpy.utils.register_cli_command
bpy.utils.register_cli_command = lambda name, run: (commands.update({name: run}), register(name, run))[1]
bpy.ops.extensions.package_install_files(filepath=sys.argv[1], repo="user_default", enable_on_install=True)
import bl_ext.user_default.posebridge as extension
foreign = [name for name in ("zmq", "google.protobuf", "torch", "bridge", "scipy") if name in sys.modules]
import addon_utils
addon_utils.enable("rigify", default_set=True)
bpy.ops.object.armature_basic_human_metarig_add()
settings = bpy.context.window_manager.posebridge
settings.source, settings.path = "SESSION", sys.argv[2]
print("solved", bpy.ops.posebridge.retarget(), settings.said, bpy.context.object.animation_data.action.frame_range[1])
print("command", commands["posebridge"](["retarget", "--motion", "none.npz", "--out", "a.blend"]), flush=True)
print("enabled", bpy.context.window_manager.posebridge.lock_feet, foreign, extension.__file__, flush=True)
bpy.ops.preferences.addon_disable(module="bl_ext.user_default.posebridge")
print("disabled", hasattr(bpy.types.WindowManager, "posebridge"), flush=True)
os._exit(0)
"""


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("built"), extension_command(sys.executable))


def test_it_is_small_and_holds_what_it_is_and_no_more(package: Path) -> None:
    names = zipfile.ZipFile(package).namelist()
    assert package.stat().st_size < 300_000
    assert {"blender_manifest.toml", "__init__.py", "core/retarget.py", "core/families/mixamo.py"} <= {*names}
    assert [name for name in names if "test" in name or not name.endswith((".py", ".toml", "/"))] == []


def test_it_installs_enables_solves_a_captured_session_and_goes_again(package: Path, tmp_path: Path) -> None:
    around = {**os.environ, "BLENDER_USER_RESOURCES": str(tmp_path)}
    around.pop("PYTHONPATH", None)
    ended = subprocess.run([sys.executable, "-c", ENABLE, str(package), str(DEMO)], capture_output=True, text=True,
                           timeout=100, env=around, cwd=tmp_path)
    assert "solved {'FINISHED'} metarig plays the new action" in ended.stdout, ended.stdout + ended.stderr
    assert "command 3\n" in ended.stdout and "none.npz: there is no such file" in ended.stderr, ended
    assert "enabled True []" in ended.stdout and str(tmp_path) in ended.stdout, ended.stdout + ended.stderr
    assert "disabled False" in ended.stdout
