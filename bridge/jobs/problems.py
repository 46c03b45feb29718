"""Which problems jobs can be of, and their options: the flags of the command of the same name, read by its own parser.

What a command is told of its place (--weights, --device, --threads, --force, --progress) is the daemon's own business,
and a daemon starts no Blender for anybody (--character).
"""
from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

from bridge.commands import clean, complete, formats, generate, inbetween, lift
from bridge.commands.parser import Parser
from bridge.commands.workshop import Workshop
from bridge.errors import UsageError
from bridge.farm.frame_range import FrameRange
from bridge.messages_jobs import SOLVE, Options


class Command(Protocol):
    """What is asked of the commands' modules."""

    def arguments(self, parser: argparse.ArgumentParser, on_daemon: bool = False) -> None: ...
    def check(self, args: argparse.Namespace) -> None: ...
    def one(self, args: argparse.Namespace, name: str, shop: Workshop) -> int: ...


COMMANDS: dict[str, Command] = {
    "lift": lift, "complete": complete, "inbetween": inbetween, "clean": clean, "generate": generate}
PROBLEMS = (SOLVE, *COMMANDS)
SEED = "seed "  # and its number: a row that has no file
_STYLE = ("bvh-unit", "bvh-up", "bvh-order")
OPTIONS = {
    SOLVE: _STYLE,
    "lift": ("view", "rate", "size", "default-rate", "default-size", "person", "detector", "camera", "fov", "fov-axis",
             "camera-height", "camera-pitch", "floor", "body", "person-height", "hypotheses", "all-hypotheses", "seed",
             *_STYLE),
    "complete": ("missing", "frames", "missing-from", *_STYLE),
    "inbetween": ("keys", "every", "spacing", *_STYLE),
    "clean": ("strength", *_STYLE),
    "generate": ("seconds", "seed", "count", "start", "path", *_STYLE),
}


def arguments(problem: str, parser: argparse.ArgumentParser, on_daemon: bool = True) -> None:
    """Of the command, less what is the daemon's business."""
    if problem in COMMANDS:
        COMMANDS[problem].arguments(parser, on_daemon)
        return
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE", help="session files (.mcap, .csv, .npz)")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the results go")
    formats.arguments(parser, on_daemon)


def parsed(
    problem: str, files: Sequence[str], out: str, kinds: Sequence[str], options: Options
) -> argparse.Namespace:
    """What is asked for, as its command understands it. Raises UsageError and what the command's check does; reads no
    file."""
    if problem not in PROBLEMS:
        raise UsageError(f"no problem {problem!a}; there are {', '.join(PROBLEMS)}")
    strange = next((name for name, _ in options if name not in OPTIONS[problem]), None)
    if strange is not None:
        raise UsageError(f"{strange!a} is no option of {problem} on a daemon; there are {', '.join(OPTIONS[problem])}")
    parser = Parser(add_help=False, allow_abbrev=False)
    arguments(problem, parser)
    args = parser.parse_args(words(files, out, kinds, options))
    formats.chosen(args)
    if problem in COMMANDS:
        COMMANDS[problem].check(args)
    return args


def words(files: Sequence[str], out: str, kinds: Sequence[str], options: Options) -> list[str]:
    """For a command's parser."""
    flags = [f"--{name}={value}" if value else f"--{name}" for name, value in options]
    return [*flags, f"--out={out}", f"--formats={','.join(kinds)}", *(["--", *files] if files else [])]


def spoken(problem: str, args: argparse.Namespace) -> Options:
    """All options, usual ones too: the same for whoever means the same."""
    found: list[tuple[str, str]] = []
    for name in OPTIONS[problem]:
        value: Any = getattr(args, name.replace("-", "_"))
        several = value if isinstance(value, list) else [value]
        found += [(name, text) for one in several if (text := _text(name, one)) is not None]
    return tuple(found)


def _text(name: str, value: object) -> str | None:
    """As on the command line; None of what is not said."""
    match value:
        case None:
            return "unknown" if name == "floor" else None
        case bool():
            return "" if value else None
        case (int(width), int(height)):
            return f"{width}x{height}"
        case FrameRange() | Path() | str() | int():
            return str(value)
    return repr(value)


def with_paths(options: Options, moved: Callable[[str], str]) -> Options:
    """The same with every file that they name replaced."""
    return tuple((name, _with_paths(name, value, moved)) for name, value in options)


def _with_paths(name: str, value: str, moved: Callable[[str], str]) -> str:
    match name:
        case "camera" | "body" | "missing-from":
            return moved(value)
        case "view":
            file, _, camera = value.rpartition(":")
            return f"{moved(file)}:{moved(camera)}"
        case "start":
            file, colon, frame = value.rpartition(":")
            return f"{moved(file)}:{frame}" if colon and frame.isdigit() else moved(value)
        case "path" if value.endswith(".json"):
            return moved(value)
    return value


def paths_in(options: Options) -> list[str]:
    """Every file that they name, once."""
    found: list[str] = []
    with_paths(options, lambda path: found.append(path) or path)  # type: ignore[func-returns-value]
    return list(dict.fromkeys(found))


def rows_of(problem: str, args: argparse.Namespace, files: Sequence[str]) -> list[str]:
    """What is solved one by one: files, the first of all views, or seeds in words."""
    if problem == "generate":
        return [f"{SEED}{seed}" for seed in range(args.seed, args.seed + args.count)]
    if problem == "lift" and args.view:
        return [args.view[0].rpartition(":")[0]]
    return list(files)


def words_of_row(row: str, problem: str, options: Options) -> tuple[bool, Options]:
    """For the command that does this row alone: whether the row is a file of its own, and its options."""
    if problem == "generate":
        others = tuple((name, value) for name, value in options if name not in ("seed", "count"))
        return False, (*others, ("seed", row.removeprefix(SEED)))
    return not any(name == "view" for name, _ in options), options
