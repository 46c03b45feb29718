"""Without a window, for farms and scripts:

    blender -b file.blend --command posebridge retarget --motion solved.npz --armature NAME --out a.blend --out a.glb
    blender -b file.blend --command posebridge batch takes/ --out 'shots/{name}.blend' --report report.json

One line on stderr per error, and the exit codes of the posebridge command.
"""
from __future__ import annotations

import argparse
import sys

from .command_run import SolveFailed
from .core.batch import BatchError, Take
from .core.bone_map import BoneMapError
from .core.client_errors import DaemonError, DaemonMissing
from .core.exit_codes import DONE, FAILED, INVALID, MISSING, NO_DAEMON, REFUSED, USAGE
from .core.motion_file import MotionFileError, MotionFileMissing
from .farm_batch import batch
from .farm_parser import parser
from .farm_run import Stopped, animate, armature_of, stopping
from .farm_save import check, save

CODES = ((BatchError, USAGE), (MotionFileMissing, MISSING), (FileNotFoundError, MISSING), (LookupError, MISSING),
         (MotionFileError, INVALID), (BoneMapError, INVALID), (DaemonMissing, NO_DAEMON), (DaemonError, REFUSED))


def main(argv: list[str]) -> int:
    """What Blender calls with the arguments after `posebridge`; the exit code."""
    try:
        args = parser().parse_args(argv)
        if args.what == "batch":
            return batch(args, exit_code)
        print(retarget(args))
        return DONE
    except SystemExit as told:  # argparse has said its line, or its help
        return int(told.code or DONE)
    except Exception as error:
        print(f"posebridge: {str(error) or type(error).__name__}", file=sys.stderr)
        return exit_code(error)


def exit_code(error: Exception) -> int:
    if isinstance(error, SolveFailed | Stopped):
        return error.code
    return next((code for kind, code in CODES if isinstance(error, kind)), FAILED)


def retarget(args: argparse.Namespace) -> str:
    """Animate and save; each file appears whole or not at all."""
    for out in args.out:
        check(out)
    take = Take(args.motion or args.session, args.out[0], args.armature, args.action, args.bone_map, args.first_frame,
                solve=args.motion is None)
    with stopping() as state:
        said = animate(take, args, state, lambda stage, share: None)
    for out in args.out[1:]:
        save(out, armature_of(take), args.strip)
    return f"{said}; saved {', '.join(map(str, args.out))}"
