"""Measure the daemon's IO process alone: how many frames a second it takes, and what a frame and an answer cost it.

    python tests/benchmarks/io_rate.py --sessions 256 --seconds 3 --rounds 3 --json io.json

The engine is the echo, in its own process as always. The sessions are driven in three ways: "step" (each sends when it
has its answer: every frame is answered), "paced" (each at --rate, whatever comes back) and "flood" (each whenever its
socket takes a frame). Beside the daemon stands the floor: a bare ROUTER in a process of its own, with the daemon's
socket options, that takes the same messages from the same crowd and answers as many with the same bytes, unread.

Costs are CPU seconds, so other work on the machine hardly matters: of the loop's thread, and of the process with
libzmq's own threads. "Ceiling" is what one core would take: one over what a frame and its share of answers cost the
loop. All is measured in turns, round after round in one run, and told as medians.
"""
from __future__ import annotations

import argparse
import json
import statistics
import timeit
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import zmq
from io_bare import POSE
from io_crowd import Person, Spent, bare, daemon

from bridge.generated import posebridge_pb2 as pb
from bridge.replies import Solved
from bridge.wire_server import encode_server

WAYS = ("step", "paced", "flood")
Runs = dict[tuple[str, str], list[Spent]]  # by who was driven, and how


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sessions", type=int, default=256)
    parser.add_argument("--rate", type=float, default=90.0, help="of each session where they are paced, Hz")
    parser.add_argument("--seconds", type=float, default=3.0, help="of each way in each round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path, help="also write the figures here")
    return parser.parse_args()


def run_rounds(chosen: argparse.Namespace, context: zmq.Context[zmq.Socket[bytes]]) -> Runs:
    """The daemon and the bare ROUTERs in turns; what the daemon left unanswered, the bare one leaves too."""
    runs: Runs = {}
    with ExitStack() as stack:
        served = stack.enter_context(daemon(chosen.sessions, context))
        flood = served.measure("flood", chosen.rate, 1.0)
        floors = {"step": stack.enter_context(bare(chosen.sessions, 1.0, context)),
                  "flood": stack.enter_context(bare(chosen.sessions, flood.frames / max(flood.answers, 1), context))}
        for _ in range(chosen.rounds):
            for way in WAYS:
                runs.setdefault(("daemon", way), []).append(served.measure(way, chosen.rate, chosen.seconds))
                if way in floors:
                    floor = floors[way].measure(way, chosen.rate, chosen.seconds)
                    runs.setdefault(("bare", way), []).append(floor)
    return runs


def row_of(who: str, way: str, spent: list[Spent]) -> dict[str, Any]:
    """The medians of one way of driving."""
    def median(values: list[float]) -> float:
        return statistics.median(values)

    loop_us = median([1e6 * one.loop_s / max(one.frames, 1) for one in spent])
    return {
        "who": who, "way": way,
        "frames_per_s": median([one.frames / one.seconds for one in spent]),
        "answers_per_s": median([one.answers / one.seconds for one in spent]),
        "superseded_share": median([1 - one.answers / max(one.frames, 1) for one in spent]),
        "loop_us_per_frame": loop_us,
        "process_us_per_frame": median([1e6 * one.process_s / max(one.frames, 1) for one in spent]),
        "busy": median([one.loop_s / one.seconds for one in spent]),
        "ceiling_frames_per_s": 1e6 / max(loop_us, 1e-3),
    }


def each_us(runs: Runs, who: str) -> tuple[float, float]:
    """What a frame and what an answer cost the loop: the least squares over all runs."""
    spent = [one for (whose, _), several in runs.items() if whose == who for one in several]
    counts = np.array([[one.frames, one.answers] for one in spent], dtype=float)
    (frame, answer), *_ = np.linalg.lstsq(counts, np.array([1e6 * one.loop_s for one in spent]), rcond=None)
    return float(frame), float(answer)


def protobuf_us() -> tuple[float, float]:
    """Parsing a frame and serialising a pose, with nothing around it, the best seen."""
    payload = Person.sample().SerializeToString()
    answer = pb.ServerMessage.FromString(encode_server(0, Solved(POSE, 1 << 40, 1 << 40)))
    return tuple(min(timeit.repeat(call, number=20_000, repeat=5)) / 0.02  # type: ignore[return-value]
                 for call in (lambda: pb.ClientMessage.FromString(payload), answer.SerializeToString))


ROW = ("{who:6} {way:6} {frames_per_s:9.0f} {answers_per_s:11.0f} {superseded_share:11.0%} {loop_us_per_frame:9.1f} "
       "{process_us_per_frame:11.1f} {busy:5.0%} {ceiling_frames_per_s:9.0f}")
HEAD = "              frames/s   answers/s  superseded  loop us  process us  busy   ceiling   (us a frame)"


def main() -> None:
    chosen, context = options(), zmq.Context()
    runs = run_rounds(chosen, context)
    context.destroy(0)
    rows = [row_of(who, way, spent) for (who, way), spent in runs.items()]
    (ours_in, ours_out), (bare_in, bare_out), (parse, serialise) = (
        each_us(runs, "daemon"), each_us(runs, "bare"), protobuf_us())
    figures = {
        "sessions": chosen.sessions, "rate_hz": chosen.rate, "rows": rows,
        "daemon_us": {"frame": ours_in, "answer": ours_out}, "bare_us": {"frame": bare_in, "answer": bare_out},
        "protobuf_us": {"parse": parse, "serialise": serialise},
        "runs": [{"who": who, "way": way, **asdict(one)} for (who, way), several in runs.items() for one in several],
    }
    print("\n".join([f"{chosen.sessions} sessions", HEAD, *(ROW.format(**row) for row in rows)]))
    print(f"us of the loop, a frame and an answer: daemon {ours_in:.1f} and {ours_out:.1f}, "
          f"bare ROUTER {bare_in:.1f} and {bare_out:.1f}, protobuf alone {parse:.2f} and {serialise:.2f}")
    if chosen.json:
        chosen.json.write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
