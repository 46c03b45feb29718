"""The command `posebridge`: arguments in, exit code out; the work is in bridge/commands, one file per command.

stdout is for results, stderr for progress and errors. A PoseBridgeError is one line and its own exit code.
"""
from __future__ import annotations

import argparse
import importlib
import logging
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Sequence
from types import FrameType
from typing import NoReturn

from bridge import __version__
from bridge.commands.parser import Parser
from bridge.errors import UsageError
from bridge.logs import log_handler
from bridge.report import report, say

COMMANDS = {
    "demo": "see it work: play a captured session through a live daemon and look at what comes out",
    "serve": "run the daemon that solves for engines and tools",
    "solve": "turn captured sessions into full-body motion: BVH, NPZ and a picture each",
    "complete": "find what is missing of a motion: joints, limbs, whole frames",
    "inbetween": "make motion through key frames",
    "clean": "take the noise out of motion",
    "generate": "make motion from a seed, a pose, or along a path",
    "lift": "turn 2D keypoints of a video into full-body motion",
    "calibrate": "find bones and tracker mounts: from standing, a T-pose, or ordinary motion",
    "jobs": "give the running daemon session files to solve, whatever is killed meanwhile",
    "record": "have the running daemon write every live session to a file",
    "simulate": "make tracker sessions or 2D keypoints, with noise and drop-outs, from known motion",
    "vmc": "devices in, avatar out, over the VMC protocol: VSeeFace, Warudo, Unreal and others",
    "keys": "say who on other machines may use the daemon: invite, list, allow, revoke",
    "relay": "use a daemon on another machine as if it ran here",
    "view": "see sessions, motion and who is live in a browser, with the truth beside them",
    "replay": "play session files into the running daemon at their own pace, as a headset would",
    "status": "say how the running daemon is doing",
    "top": "watch the running daemon and its sessions",
    "bench": "measure a daemon under load: many people at once, their delays, its memory",
    "info": "say what is in a file of a session, motion or keypoints",
    "doctor": "check this installation: versions, device, prior, daemon",
    "train": "train a prior on motion data",
    "evaluate": "measure samplers against ground truth",
}
EXIT_CODES = """exit codes:
  0 done   1 failed   2 usage   3 input missing or unreadable   4 input invalid (41 unit, 42 not a number,
  43 too short, 44 unknown tracker)   5 prior missing or damaged   6 device   7 no daemon   8 daemon refused
  75 busy, try again   130 interrupted   143 terminated"""
EXAMPLES = """examples:
  posebridge demo --out demo            the whole way, once, with what the package brings
  posebridge solve session.mcap --out solved
  posebridge serve                      then live from an engine; posebridge record writes what it sees
  posebridge COMMAND --help             each command's own examples"""
LOG_FORMATS = ("plain", "text", "json")
INTERRUPTED = 130
TERMINATED = 143


class _Help(argparse.RawDescriptionHelpFormatter):
    """Keeps the examples' lines and adds each default that says something."""

    def _get_help_string(self, action: argparse.Action) -> str | None:
        tells = action.default not in (None, False, argparse.SUPPRESS) and bool(action.option_strings)
        return f"{action.help} (default: %(default)s)" if tells and action.help else action.help


def build_parser(chosen: str | None) -> argparse.ArgumentParser:
    """The parser of the whole command. Only the chosen command's file is imported, so that --help is quick."""
    parser = Parser(prog="posebridge", description="Three tracked points in, a whole body out.",
                     epilog=f"{EXAMPLES}\n\n{EXIT_CODES}", formatter_class=_Help)
    parser.add_argument("--version", action="version", version=f"posebridge {__version__}")
    parser.add_argument("--debug", action="store_true", help="show the traceback of an error")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, line in COMMANDS.items():
        command = commands.add_parser(name, help=line, formatter_class=_Help)
        command.add_argument("--debug", action="store_true", default=argparse.SUPPRESS,
                             help="show the traceback of an error")
        command.add_argument("--log-format", choices=LOG_FORMATS, default=_usual_log_format(name),
                             help="lines on stderr; wrong usage is said in it too")
        if name == chosen:
            module = importlib.import_module(f"bridge.commands.{name}")
            command.description, command.epilog = module.__doc__, module.EXAMPLES
            module.arguments(command)
            command.set_defaults(run=module.run)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    return guarded(lambda: _run(words), debug="--debug" in words)


def guarded(work: Callable[[], int], debug: bool = False) -> int:
    """The work's exit code, or that of the error it ended with, which is said in one line."""
    try:
        code = work()
        sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        return say("interrupted", INTERRUPTED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # whoever read our results has gone
        return 1
    except Exception as error:
        if debug:
            traceback.print_exc()
        return report(error, hint="" if debug else " (--debug shows where)")


def _run(words: list[str]) -> int:
    chosen = next((word for word in words if not word.startswith("-")), None)
    kind = _log_format(words, _usual_log_format(chosen))
    told = chosen in ("serve", "relay") or kind != "plain"
    level = logging.DEBUG if "--debug" in words else logging.INFO if told else logging.WARNING
    logging.basicConfig(level=level, handlers=[log_handler(kind)])
    args = build_parser(chosen).parse_args(words)
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, _terminate)
    code: int = args.run(args)
    return code


def _usual_log_format(command: str | None) -> str:
    return "text" if command == "serve" else "plain"


def _log_format(words: list[str], usual: str) -> str:
    """What is asked for, found before anything else is understood: what is not understood is said in it too."""
    parser = Parser(add_help=False)
    parser.add_argument("--log-format", choices=LOG_FORMATS, default=usual)
    try:
        return str(parser.parse_known_args(words)[0].log_format)
    except UsageError:
        return usual


def _terminate(signum: int, frame: FrameType | None) -> NoReturn:
    """A terminated command still stops the daemon it started."""
    raise SystemExit(TERMINATED)
