"""Turn captured sessions into full-body motion. Each FILE leaves NAME.bvh, NAME.npz (AMASS layout) and NAME.png (a
contact sheet) in --out, or what --formats says. Takes session files (.mcap), tables (.csv), captures of VMC or other
OSC (.pcap, .pcapng, .oscdump), and known motion (.npz, .bvh) as simulated trackers.

Uses the running daemon, or starts one for itself. A file that fails does not stop the others; the exit code is then
that of the first failure."""
from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from bridge.capture.body_json import read_body
from bridge.capture.load import load_session
from bridge.commands import formats, reach
from bridge.commands.calibrate import POSES
from bridge.commands.console import OnProgress, bar, table
from bridge.commands.folders import make_folder
from bridge.commands.outputs import USUAL, write_solved
from bridge.compare import Errors, errors
from bridge.errors import PoseBridgeError, UsageError
from bridge.export.names import distinct, result_name
from bridge.frames import Motion, Session, Setup, TrackerClip
from bridge.report import report, say

EXAMPLES = """examples:
  posebridge solve session.mcap --out solved
  posebridge solve take1.csv take2.csv --out solved --threads 4
  posebridge solve *.mcap --out solved --connect        only with the daemon that runs
  posebridge solve session.mcap --out solved --weights run1/default.safetensors
  posebridge solve session.mcap --out solved --calibrate        with the bones that its own motion shows
  posebridge solve *.mcap --out solved --body me.json           with those of posebridge calibrate
  posebridge solve take.mcap --out solved --formats glb,usd     for engines and film
  posebridge solve take.mcap --out solved --character hero.blend --character-formats blend,fbx"""
Prepare = Callable[[Session], Session]
HEADINGS = ("file", "frames", "frames/s", "MPJPE cm", "MPJRE deg", "hands cm", "jitter", "true jitter", "result")


class Solver(Protocol):
    """What solving a file needs of bridge.client's Client."""

    def solve_clip(self, setup: Setup, clip: TrackerClip, on_progress: OnProgress | None = None) -> Motion: ...


@dataclass(frozen=True)
class Solved:
    """What became of one file; `failure` is the error that stopped it."""

    file: Path
    frames: int = 0
    frames_per_s: float = 0.0
    errors: Errors | None = None  # where the truth is known
    warning: str | None = None
    failure: PoseBridgeError | OSError | None = None


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE", help="sessions (.mcap, .csv, .npz, .bvh, .pcap)")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the results go")
    parser.add_argument("--body", type=Path, metavar="FILE", help="bones and mounts as posebridge calibrate wrote them")
    parser.add_argument("--calibrate", choices=POSES, nargs="?", const="moving", metavar="POSE",
                        help=f"find them in each session first: {', '.join(POSES)}; moving if not said")
    formats.arguments(parser)
    reach.arguments(parser)


def run(args: argparse.Namespace) -> int:
    kinds = formats.chosen(args)
    out, prepare = make_folder(args.out), preparation(args)
    with reach.daemon(args) as client:
        done = list(solve_files(client, args.files, out, prepare, kinds))
    print(table(HEADINGS, [row(solved) for solved in done]))
    for solved in done:
        if solved.warning:
            say(f"{solved.file.name}: {solved.warning}", 0)
    failures = [report(solved.failure) for solved in done if solved.failure]
    return failures[0] if failures else 0


def preparation(args: argparse.Namespace) -> Prepare:
    """What is done to each session before it is solved: nothing, another body, or its own calibration."""
    if args.body and args.calibrate:
        raise UsageError("--body says whose session it is, --calibrate finds it out: give one of them")
    if args.body:
        return lambda session: replace(session, setup=read_body(args.body, session.setup))
    if not args.calibrate:
        return lambda session: session
    from bridge.engine.calibrate import Calibrator

    calibrator = Calibrator(args.weights)
    return lambda session: replace(session, setup=calibrator.calibrate(session, args.calibrate).setup)


def solve_files(
    solver: Solver, files: list[Path], out: Path, prepare: Prepare = lambda session: session,
    kinds: formats.Formats = USUAL,
) -> Iterator[Solved]:
    """Each file in turn; a failure is a row of its own."""
    for file, name in zip(files, distinct([result_name(file) for file in files]), strict=True):
        try:
            with bar(name) as on_progress:
                yield solve_file(solver, file, out, name, on_progress, prepare, kinds)
        except (PoseBridgeError, OSError) as failure:
            yield Solved(file, failure=failure)


def solve_file(
    solver: Solver, file: Path, out: Path, name: str, on_progress: OnProgress, prepare: Prepare,
    kinds: formats.Formats = USUAL,
) -> Solved:
    """Read, solve, write, compare; and say so if the hands look exchanged."""
    from bridge.engine.swapped import swap_warning

    session = prepare(load_session(file))
    began_s = time.perf_counter()
    motion = solver.solve_clip(session.setup, session.clip, on_progress)
    rate = len(motion) / (time.perf_counter() - began_s)
    write_solved(out, name, motion, session, kinds)
    found = errors(motion, session.truth) if session.truth else None
    return Solved(file, len(motion), rate, found, swap_warning(session))


def row(solved: Solved) -> list[str]:
    """The table's row of one file; what is not known is a dash."""
    if solved.failure:
        return [solved.file.name, *["-"] * 7, "failed"]
    found = solved.errors
    known = [f"{value:.2f}" for value in (found.mpjpe_cm, found.mpjre_deg, found.hand_cm, found.jitter,
                                          found.truth_jitter)] if found else ["-"] * 5
    return [solved.file.name, str(solved.frames), f"{solved.frames_per_s:.0f}", *known, "done"]
