"""Captured sessions to full-body motion, for OpenCue: each frame of the layer solves its share of the folder.

    python posebridge_opencue.py SESSIONS OUT --shards 8        with opencue-pyoutline from PyPI, and a Cuebot

What is up to date is left alone, so a frame may be tried again at will.
"""
from __future__ import annotations

import argparse

import outline
import outline.cuerun
import outline.modules.shell


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sessions", help="a folder of sessions (.mcap, .csv, .npz), as the hosts see it")
    parser.add_argument("out", help="where the results go, shared by all hosts")
    parser.add_argument("--shards", type=int, default=8, metavar="N", help="frames among which they are shared out")
    parser.add_argument("--engine", default="auto", help="auto, cpu, cuda or cuda:N")
    parser.add_argument("--threads", type=int, default=4, metavar="N", help="CPU threads of a frame")
    parser.add_argument("--command", default="posebridge", help="the posebridge command of the hosts")
    parser.add_argument("--name", default="posebridge", help="of the job")
    return parser.parse_args()


def job(args: argparse.Namespace) -> outline.Outline:
    """A layer of shards, and one that writes the report when they are done."""
    solve = [args.command, "solve", args.sessions, "--out", args.out, "--engine", args.engine]
    made = outline.Outline(args.name, frame_range=f"1-{args.shards}")
    shards = outline.modules.shell.Shell(
        "solve", command=[*solve, "--shard", f"%{{FRAME}}/{args.shards}", "--threads", str(args.threads), "--progress",
                          "text", "--log-format", "json"],
        range=f"1-{args.shards}", chunk=1, threads=args.threads)
    report = outline.modules.shell.Shell(
        "report", command=[*solve, "--dry-run", "--report", f"{args.out}/report.html"], range="1-1", chunk=1)
    made.add_layer(shards)
    made.add_layer(report)
    report.depend_all(shards)
    return made


if __name__ == "__main__":
    outline.cuerun.launch(job(arguments()), use_pycuerun=False)
