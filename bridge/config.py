"""What the daemon is told before it starts: one frozen tree, built once from defaults, environment and flags."""
from __future__ import annotations

import os
import warnings
from dataclasses import dataclass, field
from pathlib import Path

from platformdirs import user_config_dir, user_data_dir, user_runtime_dir, user_state_dir

WIDE_CONTROL_PORT, WIDE_LIVE_PORT = 7311, 7312  # beyond this machine, where no connection file tells of any other
CONNECTION_VARIABLE = "POSEBRIDGE_CONNECTION"
FOLLOW_VARIABLE = "POSEBRIDGE_FOLLOW_PARENT"
TOKEN_VARIABLE = "POSEBRIDGE_TOKEN"


def default_connection_file() -> Path:
    """Where a daemon leaves, and a client looks for, the ports and the token."""
    named = os.environ.get(CONNECTION_VARIABLE)
    if named:
        return Path(named)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a machine with no login session: its fallback under /tmp serves as well
        return Path(user_runtime_dir("posebridge")) / "daemon.json"


def default_keys() -> Path:
    """Where the keys of a daemon are that listens beyond its machine."""
    return Path(user_config_dir("posebridge")) / "keys"


def default_recordings() -> Path:
    return Path(user_data_dir("posebridge")) / "recordings"


def default_jobs_folder() -> Path:
    """Where accepted jobs are kept, so that they outlive the daemon."""
    return Path(user_state_dir("posebridge")) / "jobs"


def _follow_parent() -> bool:
    return os.environ.get(FOLLOW_VARIABLE) == "1"


def _given_token() -> str:
    return os.environ.get(TOKEN_VARIABLE, "")


def default_threads() -> int:
    """CPU threads of the engine: one core is left to the sockets and the client, or both wait for the engine."""
    return max(1, min(4, (os.cpu_count() or 2) - 1))


def offline_threads() -> int:
    """The same where nobody waits for a live frame."""
    return max(1, min(4, os.cpu_count() or 1))


@dataclass(frozen=True)
class Limits:
    """What a client may ask for; anything beyond is refused with a named error."""

    sessions: int = 16
    trackers: int = 22  # per session; the validity masks of a frame hold 32
    clip_frames: int = 432_000  # two hours at 60 Hz, eighty minutes at 90
    clips_waiting: int = 8  # however long they are,
    frames_waiting: int = 262_144  # or more of them, of so many frames in all
    live_message_bytes: int = 4096
    control_message_bytes: int = 64 << 20
    small_message_bytes: int = 65_536  # any control message, the readings of a clip aside
    text_length: int = 200
    peers: int = 256  # connections that have said Hello
    jobs_waiting: int = 64
    jobs_kept: int = 200  # of those that have ended
    job_files: int = 256
    job_formats: int = 8
    job_options: int = 64
    job_folder_files: int = 100_000  # of one folder that stands for a clip
    job_file_bytes: int = 1 << 30
    path_length: int = 1024


@dataclass(frozen=True)
class Timing:
    """Seconds of the daemon's patience."""

    heartbeat_s: float = 1.0
    missed_heartbeats: int = 3
    session_grace_s: float = 30.0  # a session whose client is gone lives this long
    drain_s: float = 8.0
    engine_silence_s: float = 2.0  # work pending, and no sign of life or no computing: the engine hangs
    engine_tick_s: float = 10.0  # of computing at one live tick,
    engine_piece_s: float = 60.0  # or at one piece of a clip: it hangs too
    engine_load_s: float = 180.0
    engine_restarts: int = 5
    engine_restart_window_s: float = 60.0
    jobs_kept_s: float = 30 * 86_400.0  # jobs that have ended are forgotten after that
    runner_silence_s: float = 30.0  # asked about jobs, and no answer: their process hangs


@dataclass(frozen=True)
class ServeConfig:
    """A daemon. Port 0 = any free port; the connection file says which."""

    host: str = "127.0.0.1"
    live_port: int = 0
    control_port: int = 0
    connection_file: Path = field(default_factory=default_connection_file)
    recordings: Path = field(default_factory=default_recordings)
    engine: str = "auto"  # cpu, cuda, auto, or echo: a T-pose for tests
    weights: Path | None = None  # None: the shipped prior
    threads: int = field(default_factory=default_threads)
    fuse: bool = False  # the engine's live steps compiled before it says that it is ready, on a CUDA device
    compile: bool = True  # live steps on a CPU as machine code, soon after the engine is ready
    in_process: bool = False  # the engine in a thread of this process
    keys: Path = field(default_factory=default_keys)  # for a host beyond this machine
    plain_token: bool = False  # there: a token in the clear instead of keys
    allow_jobs: tuple[Path, ...] = ()  # folders that jobs may read and write; none: no jobs
    jobs: Path = field(default_factory=default_jobs_folder)  # where accepted ones are kept
    jobs_device: str = "cpu"  # of those that are not of sessions, so that live sessions have theirs to themselves
    metrics_port: int | None = None  # of the loopback; None: no metrics
    daemons: int = 1  # complete ones side by side, each with an engine and ports of its own: bridge/family.py
    token: str = field(default_factory=_given_token, repr=False)  # empty: a new one
    follow_parent: bool = field(default_factory=_follow_parent)  # leave when the parent process does
    limits: Limits = field(default_factory=Limits)
    timing: Timing = field(default_factory=Timing)
