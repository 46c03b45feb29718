"""Without a window, for farms and scripts:

    blender -b file.blend --command posebridge retarget --motion solved.npz --armature NAME --out out.blend

One line on stderr per error, and the exit codes of the posebridge command.
"""
from __future__ import annotations

import argparse
import os
import sys
from functools import partial
from pathlib import Path

import bpy

from .action_writer import Placement
from .core.bone_map import BoneMap, BoneMapError
from .core.motion_file import MotionFileError, MotionFileMissing
from .core.retarget import Options, Place, RootMotion
from .preferences import needed_command
from .retarget_job import Task, start
from .sources import SolveFailed, from_file, from_session

DONE, FAILED, USAGE, MISSING, INVALID = 0, 1, 2, 3, 4


def main(argv: list[str]) -> int:
    """What Blender calls with the arguments after `posebridge`; the exit code."""
    try:
        print(retarget(_parser().parse_args(argv)))
        return DONE
    except SystemExit as told:  # argparse has said its line, or its help
        return int(told.code or DONE)
    except Exception as error:
        print(f"posebridge: {str(error) or type(error).__name__}", file=sys.stderr)
        return exit_code(error)


def exit_code(error: Exception) -> int:
    if isinstance(error, SolveFailed):
        return error.code
    if isinstance(error, MotionFileMissing | FileNotFoundError | LookupError):
        return MISSING
    return INVALID if isinstance(error, MotionFileError | BoneMapError) else FAILED


def retarget(args: argparse.Namespace) -> str:
    """Animate and save; the file appears whole or not at all."""
    armature = _armature(args.armature)
    own = BoneMap.from_json(args.bone_map.read_text(encoding="utf-8")) if args.bone_map else None
    options = Options(RootMotion[args.root], Place[args.place], None, not args.no_foot_lock, args.reach_hands)
    if args.motion:
        source = partial(from_file, args.motion)
    else:
        source = partial(from_session, args.session, needed_command(bpy.context))
    name = (args.motion or args.session).stem
    place = Placement(args.action or name, args.first_frame, args.strip)
    said = start(Task(armature, source, place, options, own), bpy.context.scene).finish()
    _save(args.out)
    return f"{said}; saved {args.out}"


def _armature(name: str | None) -> bpy.types.Object:
    found = [one for one in bpy.data.objects if one.type == "ARMATURE" and name in (None, one.name)]
    if len(found) == 1:
        return found[0]
    there = ", ".join(one.name for one in bpy.data.objects if one.type == "ARMATURE") or "none"
    raise MissingArmature(f"{name}: there is no such armature; there is: {there}" if name else
                          f"--armature is needed where there is not exactly one; there is: {there}")


class MissingArmature(LookupError):
    """The file has no such armature."""

    def __str__(self) -> str:
        return str(self.args[0])


def _save(path: Path) -> None:
    unfinished = path.with_name(f".{path.stem}.{os.getpid()}.unfinished.blend")
    try:
        bpy.ops.wm.save_as_mainfile(filepath=str(unfinished.absolute()), copy=True)
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="posebridge", description="PoseBridge in Blender, without a window")
    one = parser.add_subparsers(dest="what", required=True).add_parser(
        "retarget", help="a motion onto an armature of the open file, saved as another file")
    source = one.add_mutually_exclusive_group(required=True)
    source.add_argument("--motion", type=Path, metavar="NPZ", help="what posebridge solve has written")
    source.add_argument("--session", type=Path, metavar="FILE", help="a session, solved by posebridge solve first")
    one.add_argument("--armature", metavar="NAME", help="may be left out where there is only one")
    one.add_argument("--out", type=Path, required=True, metavar="BLEND")
    one.add_argument("--bone-map", type=Path, metavar="JSON", help="else the one kept with the armature, or found")
    one.add_argument("--action", metavar="NAME", help="of the new action; else as the file is called")
    one.add_argument("--first-frame", type=int, default=1, metavar="N")
    one.add_argument("--strip", action="store_true", help="as an NLA strip above what is there")
    one.add_argument("--root", choices=[root.name for root in RootMotion], default="IN_WORLD")
    one.add_argument("--place", choices=[place.name for place in Place], default="CHARACTER")
    one.add_argument("--no-foot-lock", action="store_true")
    one.add_argument("--reach-hands", action="store_true")
    return parser
