"""See people in a browser: captured sessions solved, motion files as they are, several at once, with the ground truth
where it is known; or, without a FILE, the live sessions of the running daemon. A body's colours say how sure each joint
is, its joints whether a tracker measures them. The page is for this machine alone; Ctrl-C ends it."""
from __future__ import annotations

import argparse
from contextlib import ExitStack
from pathlib import Path

from bridge.capture.load import load_session
from bridge.client import Client
from bridge.commands import reach
from bridge.commands.console import bar
from bridge.errors import UsageError
from bridge.export.names import distinct
from bridge.report import say
from bridge.viewer.page import HOST, PORT, open_browser, require_port, require_viser, served
from bridge.viewer.people import Take
from bridge.viewer.takes import is_session, motion_take, read_motion, recorded_take, solved_take

EXAMPLES = """examples:
  posebridge view                                    who is live now: they come and go as their clients do
  posebridge view take.mcap                          solve it and look; space plays, the arrow keys step
  posebridge view a.mcap b.csv solved/c.npz          side by side, on one timeline
  posebridge view solved/take.npz --truth mocap.npz  the truth see-through over it, the distance in the panel
  posebridge view take.mcap --recorded               and beside it what was answered live when it was recorded
  posebridge view walk.npz --solve                   known motion, solved from what three trackers on it would read
  posebridge view take.mcap --no-browser --port 0    only say where the page is"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", type=Path, nargs="*", metavar="FILE",
                        help="sessions (.mcap, .csv, .pcap), motion (.npz, .bvh, archive.npz#clip); none: the daemon")
    parser.add_argument("--truth", type=Path, action="append", default=[], metavar="FILE",
                        help="motion that is the truth of the first FILE; again for the next")
    parser.add_argument("--solve", action="store_true", help="solve motion too, as if it wore trackers")
    parser.add_argument("--recorded", action="store_true", help="show also what each .mcap says was answered live")
    parser.add_argument("--at", type=float, metavar="S", help="open at this second, and still")
    parser.add_argument("--port", type=int, default=PORT, metavar="N", help="where the page is; 0: anywhere free")
    parser.add_argument("--no-browser", action="store_true", help="do not open the page")
    reach.arguments(parser)


def run(args: argparse.Namespace) -> int:
    require_viser()
    require_port(args.port)
    if not args.files:
        return _live(args)
    if args.at is not None and not 0 <= args.at < float("inf"):
        raise UsageError(f"--at {args.at:g}: seconds from the beginning, 0 or more")
    takes = load_takes(args)
    from bridge.viewer.play import play

    try:
        with served(args.port) as server:
            _say_where(int(server.get_port()), args)
            play(server, takes, args.at)
    except KeyboardInterrupt:
        pass
    return 0


def _live(args: argparse.Namespace) -> int:
    if args.truth or args.solve or args.recorded or args.at is not None or args.engine or args.weights:
        raise UsageError("without a FILE the running daemon is watched: --truth, --solve, --recorded, --at, --engine "
                         "and --weights are for files")
    from bridge.viewer.watch import watch

    try:
        Client.connect(args.connection_file).close()  # none: say so before there is a page
        with served(args.port) as server:
            _say_where(int(server.get_port()), args)
            watch(server, lambda: Client.connect(args.connection_file))
    except KeyboardInterrupt:
        pass
    return 0


def load_takes(args: argparse.Namespace) -> list[Take]:
    """Every file as a take, those solved by one daemon; what is wrong with a file is said before anything is solved."""
    if len(args.truth) > len(args.files):
        raise UsageError(f"{len(args.truth)} --truth for {len(args.files)} FILE; give at most one for each, in order")
    names = distinct([file.name for file in args.files])
    sessions = {name: load_session(file) for name, file in zip(names, args.files, strict=True)
                if is_session(file) or args.solve}
    truths = dict(zip(names, map(read_motion, args.truth), strict=False))
    takes: list[Take] = []
    with ExitStack() as stack:
        client = stack.enter_context(reach.daemon(args)) if sessions else None
        for name, file in zip(names, args.files, strict=True):
            if client is not None and name in sessions:
                with bar(name) as on_progress:
                    takes.append(solved_take(name, sessions[name], truths.get(name), client, on_progress))
            else:
                takes.append(motion_take(name, file, truths.get(name)))
            if args.recorded and is_session(file):
                takes.append(recorded_take(f"{name}, live", file))
    return takes


def _say_where(port: int, args: argparse.Namespace) -> None:
    url = f"http://{HOST}:{port}"
    print(url, flush=True)
    opened = not args.no_browser and open_browser(url)
    say("the page is open in your browser; Ctrl-C ends it" if opened else "open it in a browser; Ctrl-C ends it", 0)
