"""See it work. Starts a daemon of its own, plays the captured session that comes with the package (a headset and two
controllers, 20 s, one hand lost for a second) through the live socket in real time, has the daemon record it, and
solves it once more as a whole. Leaves in --out: live.* and solved.* (.bvh, .npz, .png), session.mcap, summary.md and
summary.json."""
from __future__ import annotations

import argparse
import json
import shutil
import time
from dataclasses import asdict, dataclass, replace
from importlib import resources
from pathlib import Path

from bridge.capture.load import load_session
from bridge.client import Client
from bridge.commands import reach
from bridge.commands.console import bar, table, waiting
from bridge.commands.folders import make_folder
from bridge.commands.outputs import write_solved
from bridge.compare import Errors, errors
from bridge.errors import DaemonRefused, UsageError
from bridge.export.atomic import replacing
from bridge.frames import Motion, Session, TrackerClip
from bridge.playback import LiveFigures, figures, play, shown_motion

EXAMPLES = """examples:
  posebridge demo --out demo
  posebridge demo --out demo --seconds 5 --engine cpu --threads 1
  posebridge demo --out demo --file take.mcap       a session of yours in place of ours"""


@dataclass(frozen=True)
class Live:
    """What playing the session live gave."""

    motion: Motion
    figures: LiveFigures
    recording: Path


@dataclass(frozen=True)
class Offline:
    """What solving the session as a whole gave."""

    motion: Motion
    frames_per_s: float


@dataclass(frozen=True)
class Outcome:
    """All there is to say of a demo; the errors are None where the truth is not known."""

    solver: str
    live: LiveFigures
    live_errors: Errors | None
    offline_frames: int
    offline_frames_per_s: float
    offline_errors: Errors | None


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, default=Path("demo"), metavar="DIR", help="where the results go")
    parser.add_argument("--seconds", type=float, metavar="N", help="play only the beginning")
    parser.add_argument("--file", type=Path, metavar="FILE", help="play this session instead of ours")
    reach.solver_arguments(parser)


def run(args: argparse.Namespace) -> int:
    session = beginning(load_session(args.file) if args.file else packaged_session(), args.seconds)
    out = make_folder(args.out)
    with reach.private_daemon(args, live=True) as client:
        live = play_live(client, session)
        shutil.copyfile(live.recording, out / "session.mcap")
        offline = solve_whole(client, session)
        solver = f"{client.welcome.model} on {client.welcome.device}"
    outcome = Outcome(solver, live.figures, _errors(live.motion, session), len(offline.motion),
                      offline.frames_per_s, _errors(offline.motion, session))
    print(summary(outcome))
    files = [out / "session.mcap", *write_summary(out, outcome)]
    for name, motion in (("solved", offline.motion), ("live", live.motion)):
        with waiting(f"drawing {name}"):
            files += write_solved(out, name, motion, session)
    print("\n" + "\n".join(map(str, files)))
    return 0


def packaged_session() -> Session:
    """The session that comes with the package, with its truth."""
    with resources.as_file(resources.files("bridge") / "assets" / "demo.mcap") as path:
        return load_session(path)


def beginning(session: Session, seconds: float | None) -> Session:
    """The first so many seconds; all of it for None."""
    if seconds is None:
        return session
    count = round(seconds * session.clip.rate_hz)
    if not 1 < count <= len(session.clip):
        raise UsageError(f"--seconds {seconds:g}: the session lasts {len(session.clip) / session.clip.rate_hz:g} s")
    clip, truth = session.clip, session.truth
    short = TrackerClip(clip.rate_hz, clip.positions_m[:count], clip.rotations_xyzw[:count],
                        clip.position_valid[:count], clip.rotation_valid[:count])
    return replace(session, clip=short, truth=truth and replace(
        truth, root_position_m=truth.root_position_m[:count], local_xyzw=truth.local_xyzw[:count],
        confidence=None if truth.confidence is None else truth.confidence[:count]))


def play_live(client: Client, session: Session) -> Live:
    """Plays the session at its own pace while the daemon records it."""
    clip = session.clip
    with client.open_session(session.setup, session.name, record=True) as live, bar("playing live") as on_progress:
        answers = play(live, clip, on_progress)
        account = live.close()
    if live.recording is None:
        raise DaemonRefused("the daemon was asked to record the session and named no file")
    found = figures(len(clip), answers, account.superseded)
    return Live(shown_motion(answers, session.setup.skeleton, clip), found, live.recording)


def solve_whole(client: Client, session: Session) -> Offline:
    """Solves the session offline: with all of it known at once."""
    began_s = time.perf_counter()
    with bar("solving it as a whole") as on_progress:
        motion = client.solve_clip(session.setup, session.clip, on_progress)
    return Offline(motion, len(motion) / (time.perf_counter() - began_s))


def _errors(motion: Motion, session: Session) -> Errors | None:
    return errors(motion, session.truth) if session.truth else None


def summary(outcome: Outcome) -> str:
    """Two tables: how the daemon kept up, and how far off the poses were."""
    live = outcome.live
    speed = table(
        ("live p50 ms", "p95 ms", "p99 ms", "sent", "answered", "superseded", "lost", "offline frames/s"),
        [[f"{live.p50_ms:.1f}", f"{live.p95_ms:.1f}", f"{live.p99_ms:.1f}", str(live.sent), str(live.answered),
          str(live.superseded), str(live.lost), f"{outcome.offline_frames_per_s:.0f}"]],
    )
    rows = [[name, *(f"{value:.2f}" for value in asdict(found).values())]
            for name, found in (("live", outcome.live_errors), ("offline", outcome.offline_errors)) if found]
    headings = ("against truth", "MPJPE cm", "upper cm", "lower cm", "hands cm", "MPJRE deg", "jitter", "true jitter")
    accuracy = table(headings, rows) if rows else "The truth is not known, so there are no errors to show."
    return f"{outcome.solver}\n\n{speed}\n\n{accuracy}"


def write_summary(out: Path, outcome: Outcome) -> list[Path]:
    """summary.md for people, summary.json for programs."""
    texts = {"summary.md": f"# posebridge demo\n\n{summary(outcome)}\n",
             "summary.json": json.dumps(asdict(outcome), indent=1) + "\n"}
    for name, text in texts.items():
        with replacing(out / name) as unfinished:
            unfinished.write_text(text)
    return [out / name for name in texts]
