"""Build the extension's zip with Blender's own command, and have Blender validate it.

    python engine_plugins/blender/build.py --out DIR [--bpy PYTHON]

Needs a Blender: `blender` on the PATH, or a Python with the bpy module, which brings the same command.
"""
from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).resolve().parent / "posebridge"
LARGEST_BYTES = 300_000
WHERE = "import bpy, os, sys; print(bpy.utils.system_resource('SCRIPTS')); sys.stdout.flush(); os._exit(0)"


class BuildFailed(Exception):
    """One line that says why."""


def build(out: Path, extension_command: list[str]) -> Path:
    """The zip. Raises BuildFailed."""
    out.mkdir(parents=True, exist_ok=True)
    _run([*extension_command, "build", "--source-dir", str(SOURCE), "--output-dir", str(out)])
    made = max(out.glob("posebridge-*.zip"), key=lambda path: path.stat().st_mtime)
    _run([*extension_command, "validate", str(made)])
    if made.stat().st_size > LARGEST_BYTES:
        raise BuildFailed(f"{made} has {made.stat().st_size} bytes; {LARGEST_BYTES} are allowed")
    return made


def extension_command(bpy_python: str | None) -> list[str]:
    """Blender's own, or the one that lies in the bpy module. Raises BuildFailed where there is neither."""
    if bpy_python is None and shutil.which("blender"):
        return ["blender", "--command", "extension"]
    python = bpy_python or sys.executable
    found = subprocess.run([python, "-c", WHERE], capture_output=True, text=True, timeout=120)
    tool = Path(found.stdout.strip()) / "addons_core" / "bl_pkg" / "cli" / "blender_ext.py"
    if found.returncode or not tool.is_file():
        raise BuildFailed(f"neither a blender command nor a bpy module in {python}: name one with --bpy")
    return [python, str(tool)]


def _run(command: list[str]) -> None:
    ended = subprocess.run(command, capture_output=True, text=True, timeout=300)
    if ended.returncode:
        raise BuildFailed((ended.stderr or ended.stdout).strip() or f"{command} ended with {ended.returncode}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.add_argument("--bpy", metavar="PYTHON", help="a Python that has the bpy module")
    chosen = parser.parse_args()
    try:
        print(build(chosen.out, extension_command(chosen.bpy)))
    except BuildFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
