"""Turn captured sessions into full-body motion. Each FILE leaves NAME.bvh, NAME.npz (AMASS layout) and NAME.png (a
contact sheet) in --out, or what --formats says. Takes session files (.mcap), tables (.csv), captured VMC (.pcap,
.pcapng, .oscdump) and known motion (.npz, .bvh) as simulated trackers; a folder stands for all of these in it.

Uses the running daemon, or starts one for itself. A file that fails does not stop the others; the exit code is then
that of the first failure. NAME.solved.json says what results were made of; is all of that the same (session, body,
frames, formats, solver and prior, versions), they are up to date and nothing is made. So whatever was stopped, killed
or failed, the same command again does what is left. The device is not part of it."""
from __future__ import annotations

import argparse
import sys
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

from bridge.capture.body_json import POSES
from bridge.commands import formats, reach
from bridge.commands.console import table
from bridge.commands.folders import make_folder
from bridge.config import default_threads, offline_threads
from bridge.errors import UsageError
from bridge.farm.batch import Batch, Execute, Left, Order, Told
from bridge.farm.equipment import Equipment
from bridge.farm.frame_range import WHY_WHOLE, FrameRange
from bridge.farm.identity import of_daemon, of_private_daemon
from bridge.farm.on_ray import LOCAL, on_ray
from bridge.farm.preparation import Preparation
from bridge.farm.progress import KINDS, Progress
from bridge.farm.report import Reporter
from bridge.farm.row import DONE, FAILED, Row, counted
from bridge.farm.take import Take, shard, takes_of
from bridge.report import say

EXAMPLES = """examples:
  posebridge solve session.mcap --out solved
  posebridge solve take1.csv take2.csv --out solved --threads 4
  posebridge solve *.mcap --out solved --connect        only with the daemon that runs
  posebridge solve session.mcap --out solved --weights run1/default.safetensors
  posebridge solve session.mcap --out solved --calibrate        with the bones that its own motion shows
  posebridge solve *.mcap --out solved --body me.json           with those of posebridge calibrate
  posebridge solve take.mcap --out solved --formats glb,usd     for engines and film
  posebridge solve take.mcap --out solved --character hero.blend --character-formats blend,fbx

on a farm:
  posebridge solve takes/ --out solved --report solved/report.html     and report.json, with what to look at
  posebridge solve takes/ --out solved --shard 2/5 --progress openjd --log-format json --device cuda:0
  posebridge solve --manifest rows.json --out solved    [{"source": FILE, "name", "body", "frames"}, ...]
  posebridge solve take.mcap --out solved --frames 1-300        to take.f1-300.*; equals those frames of the whole
  posebridge solve takes/ --out solved --dry-run                what would be made, and why
  posebridge solve takes/ --out solved --validate-input         reads every file; nothing is solved"""
HEADINGS = ("file", "frames", "frames/s", "MPJPE cm", "MPJRE deg", "hands cm", "jitter", "true jitter", "flags",
            "result")
FIGURES = ("mpjpe_cm", "mpjre_deg", "hand_cm", "jitter", "truth_jitter")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", type=Path, nargs="*", metavar="FILE", help="sessions, or folders of them")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the results go")
    parser.add_argument("--body", type=Path, metavar="FILE", help="bones and mounts as posebridge calibrate wrote them")
    parser.add_argument("--calibrate", choices=POSES, nargs="?", const="moving", metavar="POSE",
                        help=f"find them in each session first: {', '.join(POSES)}; moving if not said")
    formats.arguments(parser)
    reach.arguments(parser)
    _farm_arguments(parser.add_argument_group("on a farm"))


def _farm_arguments(parser: argparse._ArgumentGroup) -> None:
    parser.add_argument("--ray", nargs="?", const=LOCAL, metavar="ADDRESS",
                        help="on the Ray cluster there (auto: the one that runs; without ADDRESS one of our own), each "
                        "device a session at a time; pip install 'posebridge[farm]'")
    parser.add_argument("--manifest", type=Path, metavar="JSON", help="more sessions, one a row, each with options")
    parser.add_argument("--shard", default="1/1", metavar="I/N", help="only every N-th session, for N machines")
    parser.add_argument("--frames", type=FrameRange.parse, metavar="RANGES",
                        help="only these frames, as 1-300 or 1-3,5,7-20:2; the whole clip is solved all the same")
    parser.add_argument("--force", action="store_true", help="make again what is up to date")
    parser.add_argument("--resume", action="store_true",
                        help="go on with what was stopped: whole results stay, whatever they were made of")
    parser.add_argument("--dry-run", action="store_true", help="say what would be made, and why; make nothing")
    parser.add_argument("--validate-input", action="store_true", help="read every file and say what is wrong; no more")
    parser.add_argument("--report", type=Path, metavar="HTML",
                        help="a page of all sessions, what to look at, and their contact sheets; the same as .json")
    parser.add_argument("--progress", choices=KINDS, default="auto",
                        help="on stdout, in the words of a farm; auto is a bar on a terminal")


def run(args: argparse.Namespace) -> int:
    takes = shard(takes_of(args.files, args.manifest, Take(Path(), "", args.body, args.frames)), args.shard)
    if args.calibrate and any(take.body for take in takes):
        raise UsageError("--body says whose session it is, --calibrate finds it out: give one of them")
    kinds = formats.chosen(args)
    if kinds.character and any(take.frames for take in takes):
        raise UsageError(f"--character takes whole sessions: {WHY_WHOLE}; leave out --frames")
    prepare = Preparation(None if args.validate_input else args.calibrate, args.weights)
    writes = not (args.dry_run or args.validate_input)
    out = make_folder(args.out) if writes else args.out
    with ExitStack() as stack:
        identity, execute = _solving(args, stack, prepare)
        order = Order(out, {"solver": identity, "calibrate": args.calibrate}, prepare, args.force, args.resume,
                      args.dry_run, args.validate_input, kinds)
        batch = Batch(order, takes)
        progress = Progress(args.progress, batch.rows, partial(print, file=sys.stdout, flush=True))
        with Reporter(batch.rows, progress, args.report, out, _about(args, identity)) as told:
            batch.run(told, execute)
    if args.progress != "json":
        print(table(HEADINGS, [cells(row) for row in batch.rows]))
        print(counted(batch.rows))
    _say_what_is_wrong(batch.rows)
    return batch.code


def cells(row: Row) -> list[str]:
    """The table's row of one session; what is not known is a dash."""
    about, found = row.about, row.about.get("errors")
    solved = [str(about.get("frames", "-")), f"{about['frames_per_s']:.0f}" if "frames_per_s" in about else "-"]
    known = [f"{found[name]:.2f}" for name in FIGURES] if found else ["-"] * len(FIGURES)
    flags = ", ".join(flag["kind"] for flag in row.flags) or "-"
    return [Path(row.source).name, *solved, *known, flags, row.state]


def _solving(args: argparse.Namespace, stack: ExitStack, prepare: Preparation) -> tuple[str, Execute]:
    """Who solves, and what makes a batch: a cluster, the running daemon, or one of our own that is not started before
    something must be made."""
    if args.validate_input:
        return "", _nothing
    if args.ray == "":  # a variable that nobody has set
        raise UsageError("--ray has an empty address: name the cluster's, auto, or leave it out for one of our own")
    if args.ray and args.connect:
        raise UsageError("--connect takes the running daemon, --ray the cluster's machines: give one of them")
    running = None if args.ray else reach.running(args)
    if running is not None:
        from bridge.farm.pipeline import flight_of, in_turn

        client = stack.enter_context(running)
        return of_daemon(client.wait_ready()), in_turn(prepare, lambda _: flight_of(client))
    identity = of_private_daemon(args.engine, args.weights)
    if args.ray:
        weights = args.weights and (args.weights.absolute() if args.weights.exists() else args.weights)
        equipment = Equipment(identity, args.engine or "auto", weights, args.threads or default_threads(), prepare)
        return identity, on_ray(args.ray, equipment)
    own = argparse.Namespace(**{**vars(args), "threads": args.threads or offline_threads()})
    return identity, partial(_by_one_of_our_own, own, stack, prepare)


def _nothing(left: Left, told: Told) -> None:
    """Of files that are only read."""


def _by_one_of_our_own(
    args: argparse.Namespace, stack: ExitStack, prepare: Preparation, left: Left, told: Told
) -> None:
    """A daemon that starts while what speaks with it, reads and writes is loaded."""
    local = stack.enter_context(reach.begun_daemon(args))
    from bridge.farm.pipeline import flight_of, in_turn

    in_turn(prepare, lambda meanwhile: flight_of(stack.enter_context(reach.reached(local, meanwhile))))(left, told)


def _about(args: argparse.Namespace, identity: str) -> dict[str, Any]:
    """What the report says of the whole."""
    return {"solver": identity, "shard": args.shard}


def _say_what_is_wrong(rows: list[Row]) -> None:
    """Failures and exchanged hands, a line each, on stderr."""
    for row in rows:
        name = Path(row.source).name
        if row.state == FAILED:
            say(row.said, row.code or 1)
        elif row.state == DONE:
            for flag in row.flags:
                if flag["kind"] == "swap":
                    say(f"{name}: {flag['said']}", 0)
