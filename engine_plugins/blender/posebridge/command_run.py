"""The posebridge command as a child of a job's thread: how far it is, what it remarks, and its end. No bpy in here."""
from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path
from typing import IO

from .core.job import Watch

LOOK_EVERY_S = 0.1
SAYS = "posebridge: "  # how each line that it means for people begins


class SolveFailed(RuntimeError):
    """The posebridge command could not; the message is its own last line. `code` is its exit code."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code


class CommandMissing(FileNotFoundError):
    """There is no posebridge command."""

    def __str__(self) -> str:
        text = "the posebridge command is not to be found: name it in the extension's preferences"
        return str(self.args[0]) if self.args else text


def run_command(words: list[str], watch: Watch, stage: str) -> None:
    """The command to its end; what it warns of becomes the watch's remarks. One that is told `--progress json` says
    how far it is. Raises SolveFailed with its own last line, Cancelled."""
    with tempfile.TemporaryDirectory(prefix="posebridge-") as name:
        out, log = Path(name) / "out", Path(name) / "log"
        with out.open("wb") as told, log.open("wb") as said:
            child = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=told, stderr=said)
        with out.open("rb") as told:
            _wait_for(child, watch, stage, told)
        lines = [line.strip() for line in log.read_text(encoding="utf-8", errors="replace").splitlines()]
    if child.returncode:
        last = next((line for line in reversed(lines) if line), "")
        raise SolveFailed(last or f"posebridge {words[1]} ended with {child.returncode}", child.returncode)
    watch.remarks += [line.removeprefix(SAYS) for line in lines if line.startswith(SAYS)]


def percent_of(line: bytes) -> float | None:
    """How far a line of `--progress json` says the command is; None: it is about something else."""
    try:
        said = json.loads(line)
        return float(said["percent"])
    except (ValueError, TypeError, LookupError):
        return None


def _wait_for(child: subprocess.Popen[bytes], watch: Watch, stage: str, told: IO[bytes]) -> None:
    """Until it ends; ends it where the job is not wanted any more."""
    share, rest = 0.0, b""
    try:
        while True:
            watch.at(stage, share)
            *lines, rest = (rest + told.read()).split(b"\n")
            share = next((found / 100 for found in map(percent_of, reversed(lines)) if found is not None), share)
            try:
                child.wait(LOOK_EVERY_S)
                return
            except subprocess.TimeoutExpired:
                continue
    finally:
        if child.poll() is None:
            child.terminate()
            child.wait()
