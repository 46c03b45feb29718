"""A farm's night in small: so many real clips, solved by one machine, as times real time.

    python tests/benchmarks/farm_200.py --data motion.npz [more.npz ...] [--clips 200] [--formats bvh,npz] [--json FILE]

Sessions are simulated from the clips first (three trackers at 60 Hz); then `posebridge solve` runs on the folder as a
user would run it, the start of its daemon within the time. CPU seconds are of the command and all that it started.
"""
from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bridge.capture.load import load_motions
from bridge.capture.mcap import write_session
from bridge.frames import Motion
from bridge.resample_motion import resample_motion
from bridge.simulate import as_session

RATE_HZ = 60.0
LEAST_S = 1.0


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, nargs="+", required=True)
    parser.add_argument("--clips", type=int, default=200)
    parser.add_argument("--formats", default="bvh,npz")
    parser.add_argument("--threads", type=int)
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


def main() -> None:
    args = options()
    with tempfile.TemporaryDirectory() as folder:
        takes, out = Path(folder) / "takes", Path(folder) / "out"
        seconds = write_takes(takes, spread(args.data, args.clips))
        threads = ["--threads", str(args.threads)] if args.threads else []
        command = [sys.executable, "-m", "bridge", "solve", str(takes), "--out", str(out), "--formats", args.formats,
                   "--progress", "none", *threads]
        began_s = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        wall_s = time.perf_counter() - began_s
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        began_s = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        again_s = time.perf_counter() - began_s
        made = len(list(out.glob("*.npz")))
    found = {"clips": made, "motion_s": round(seconds, 1), "wall_s": round(wall_s, 2),
             "times_real_time": round(seconds / wall_s, 1), "cpu_s": round(used.ru_utime + used.ru_stime, 1),
             "again_s": round(again_s, 2), "formats": args.formats}
    print(json.dumps(found))
    if args.json:
        args.json.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
