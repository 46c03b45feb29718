"""A farm's night in small: so many real clips, solved by one machine, as times real time.

    python tests/benchmarks/farm_200.py --data motion.npz [more.npz ...] [--clips 200] [--formats bvh,npz]
        [--device cuda:0] [--parts] [--json FILE]

Sessions are simulated from the clips first (three trackers at 60 Hz); then `posebridge solve` runs on the folder as a
user would run it, the start of its daemon within the time: `begin_s` until the first session is done, and the frames a
second of the others. CPU seconds are of the command and all that it started.

--parts says where the time goes, with the same clips a second time each: by the engine alone, by an engine behind a
daemon (the wire), and reading and writing in one process each.
"""
from __future__ import annotations

import argparse
import compileall
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bridge.capture.load import load_motions, load_session
from bridge.capture.mcap import write_session
from bridge.commands.formats import Formats
from bridge.commands.outputs import write_solved
from bridge.commands.reach import private_daemon
from bridge.engine.clip_work import fitting
from bridge.engine.solver import load_engine
from bridge.farm.making import about_solved
from bridge.farm.pipeline import flight_of
from bridge.frames import Motion, Session
from bridge.resample_motion import resample_motion
from bridge.simulate import as_session

ROOT = Path(__file__).resolve().parents[2]
RATE_HZ = 60.0
LEAST_S = 1.0
IN_FLIGHT = 900  # clips, of less frames than a daemon lets wait


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, nargs="+", required=True)
    parser.add_argument("--clips", type=int, default=200)
    parser.add_argument("--formats", default="bvh,npz")
    parser.add_argument("--threads", type=int)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--parts", action="store_true")
    parser.add_argument("--json", type=Path)
    return parser.parse_args()


def spread(files: list[Path], count: int) -> list[Motion]:
    """Clips spread evenly over all files."""
    each = [motion for file in files for motion in load_motions(file) if len(motion) >= LEAST_S * motion.rate_hz]
    return [each[round(place * (len(each) - 1) / max(count - 1, 1))] for place in range(min(count, len(each)))]


def write_takes(folder: Path, motions: list[Motion]) -> float:
    """A session of each; how many seconds they are in all."""
    folder.mkdir()
    sessions = [as_session(resample_motion(motion, RATE_HZ), number) for number, motion in enumerate(motions)]
    for number, session in enumerate(sessions):
        write_session(folder / f"{number:03}.mcap", session)
    return sum(len(session.clip) / RATE_HZ for session in sessions)


def solve(takes: Path, out: Path, args: argparse.Namespace) -> dict[str, float]:
    """Seconds of the command, and until its first row was done."""
    threads = ["--threads", str(args.threads)] if args.threads else []
    command = [sys.executable, "-m", "bridge", "solve", str(takes), "--out", str(out), "--formats", args.formats,
               "--progress", "json", "--device", args.device, *threads]
    began_s, first_s = time.perf_counter(), 0.0
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        for line in running.stdout:
            if not first_s and json.loads(line)["event"] == "row":
                first_s = time.perf_counter() - began_s
    if running.returncode:
        raise SystemExit(f"posebridge solve ended with {running.returncode}")
    return {"wall_s": time.perf_counter() - began_s, "begin_s": first_s}


def parts(takes: Path, args: argparse.Namespace) -> dict[str, Any]:
    """Frames a second of each part by itself."""
    began_s = time.perf_counter()
    sessions = [load_session(path) for path in sorted(takes.iterdir())]
    read_s, frames = time.perf_counter() - began_s, sum(len(session.clip) for session in sessions)
    engine, motions = engine_alone(sessions, args)
    written_s = timed(lambda: write_all(sessions, motions, args.formats))
    return {"read_frames_per_s": frames / read_s, "write_frames_per_s": frames / written_s,
            "engine": {"frames_per_s": frames / engine["again_s"], **engine},
            "wire": {name: frames / seconds for name, seconds in behind_a_daemon(sessions, args).items()}}


def engine_alone(sessions: list[Session], args: argparse.Namespace) -> tuple[dict[str, float], list[Motion]]:
    """In this process, batch after batch."""
    engine = load_engine(device=args.device, threads=args.threads or 0)
    motions: dict[int, Motion] = {}

    def run() -> None:
        left = list(enumerate(sessions))
        while left:
            count = fitting([len(session.clip) for _, session in left], engine.frames_together)
            batch, left = left[:count], left[count:]
            for place, step in engine.solve_clips([(session.setup, session.clip) for _, session in batch]):
                if step.motion is not None:
                    motions[batch[place][0]] = step.motion

    seconds = {"first_s": timed(run), "again_s": min(timed(run) for _ in range(3))}
    return seconds, [motions[place] for place in range(len(sessions))]


def behind_a_daemon(sessions: list[Session], args: argparse.Namespace) -> dict[str, float]:
    """Seconds, the first time and again, in which all of them come back."""
    with private_daemon(argparse.Namespace(engine=args.device, weights=None, threads=args.threads)) as client:
        clips = flight_of(client).clips

        def run() -> None:
            left, back = list(reversed(sessions)), 0
            while back < len(sessions):
                if left and clips.has_room and len(left) + back > len(sessions) - IN_FLIGHT:
                    clips.send(left[-1].setup, left.pop().clip)
                heard = clips.hear(0.0 if left else 0.1)
                if heard and isinstance(heard[1], Exception):
                    raise heard[1]
                back += heard is not None and isinstance(heard[1], Motion)

        return {"first": timed(run), "again": min(timed(run) for _ in range(2))}


def write_all(sessions: list[Session], motions: list[Motion], formats: str) -> None:
    kinds = Formats(tuple(formats.split(",")))
    with tempfile.TemporaryDirectory() as folder:
        for number, (session, motion) in enumerate(zip(sessions, motions, strict=True)):
            about_solved(session, motion, 1.0)
            write_solved(Path(folder), str(number), motion, session, kinds)


def timed(do: Callable[[], object]) -> float:
    began_s = time.perf_counter()
    do()
    return time.perf_counter() - began_s


def main() -> None:
    args = options()
    for room in ("bridge", "models"):
        compileall.compile_dir(ROOT / room, quiet=1)  # as pip leaves them; else three processes do it anew each time
    with tempfile.TemporaryDirectory() as folder:
        takes, out = Path(folder) / "takes", Path(folder) / "out"
        seconds = write_takes(takes, spread(args.data, args.clips))
        first = solve(takes, out, args)
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        again = solve(takes, out, args)
        made = len(list(out.glob("*.solved.json")))
        found = {"clips": made, "motion_s": round(seconds, 1), "wall_s": round(first["wall_s"], 2),
                 "times_real_time": round(seconds / first["wall_s"], 1), "begin_s": round(first["begin_s"], 2),
                 "frames_per_s": round(seconds * RATE_HZ / first["wall_s"]),
                 "frames_per_s_once_begun": round(seconds * RATE_HZ / (first["wall_s"] - first["begin_s"])),
                 "cpu_s": round(used.ru_utime + used.ru_stime, 1), "again_s": round(again["wall_s"], 2),
                 "formats": args.formats, "device": args.device}
        print(json.dumps(found), flush=True)
        if args.parts:
            found |= parts(takes, args)
            print(json.dumps(found), flush=True)
    if args.json:
        args.json.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
