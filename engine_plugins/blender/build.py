"""Build the extension's zip with Blender's own command, and have Blender validate it.

    python engine_plugins/blender/build.py --out DIR [--bpy PYTHON] [--index]

Needs a Blender: `blender` on the PATH, or a Python with the bpy module, which brings the same command. With --index,
DIR becomes a repository: put the folder onto any web server, or onto a disk that all see, and whoever adds its
index.json to Blender (Preferences, Get Extensions, Repositories) hears of updates. Older zips may stay in DIR.
"""
from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).resolve().parent / "posebridge"
LARGEST_BYTES = 300_000
WHERE = "import bpy, os, sys; print(bpy.utils.system_resource('SCRIPTS')); sys.stdout.flush(); os._exit(0)"


class BuildFailed(Exception):
    """One line that says why."""


def build(out: Path, extension_command: list[str], source: Path = SOURCE) -> Path:
    """The zip. Raises BuildFailed."""
    out.mkdir(parents=True, exist_ok=True)
    _run([*extension_command, "build", "--source-dir", str(source), "--output-dir", str(out)])
    made = max(out.glob("posebridge-*.zip"), key=lambda path: path.stat().st_mtime)
    _run([*extension_command, "validate", str(made)])
    if made.stat().st_size > LARGEST_BYTES:
        raise BuildFailed(f"{made} has {made.stat().st_size} bytes; {LARGEST_BYTES} are allowed")
    return made


def index(out: Path, extension_command: list[str]) -> Path:
    """The folder's index.json, and an index.html for people. Raises BuildFailed."""
    _run([*extension_command, "server-generate", "--repo-dir", str(out), "--html"])
    listed = json.loads((out / "index.json").read_text(encoding="utf-8"))
    listed["data"] = newest(listed["data"])
    unfinished = out / ".index.json.unfinished"
    unfinished.write_text(json.dumps(listed, indent=2), encoding="utf-8")
    unfinished.replace(out / "index.json")
    return out / "index.json"


def newest(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of several versions for the same Blenders only the newest, and newer ones last: of all that fit it, a Blender
    takes the last, and Blender's own index lists them in any order."""
    last: dict[tuple[str, ...], dict[str, Any]] = {}
    for entry in sorted(entries, key=lambda entry: _precedence(entry["version"])):
        blenders = (entry["blender_version_min"], entry.get("blender_version_max", ""), *entry.get("platforms", []))
        last.pop((entry["id"], *blenders), None)
        last[(entry["id"], *blenders)] = entry
    return [*last.values()]


def _precedence(version: str) -> tuple[list[int], bool, str]:
    """Sorts as versions do: 0.9.0, 0.10.0-beta, 0.10.0."""
    numbers, _, before = version.partition("+")[0].partition("-")
    return [int(number) for number in numbers.split(".")], not before, before


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
    parser.add_argument("--index", action="store_true", help="make DIR a repository that Blender can update from")
    chosen = parser.parse_args()
    try:
        command = extension_command(chosen.bpy)
        print(build(chosen.out, command))
        if chosen.index:
            print(index(chosen.out, command))
    except BuildFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
