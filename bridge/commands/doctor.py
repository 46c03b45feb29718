"""Check this installation and say what was found, a line each: versions, extras, device, prior, daemon. The exit code
is 0 if sessions can be solved here, else that of what is missing."""
from __future__ import annotations

import argparse
import platform
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from bridge import __version__
from bridge.client import Client
from bridge.commands.console import waiting
from bridge.config import default_connection_file
from bridge.errors import DaemonMissing, ModelMissing, PoseBridgeError
from bridge.report import report

EXAMPLES = """examples:
  posebridge doctor
  posebridge doctor --weights run1/default.safetensors"""
CORE = ("torch", "onnxruntime", "onnx", "llvmlite", "numpy", "scipy", "psutil", "prometheus-client", "pyzmq",
        "protobuf", "mcap", "python-osc", "safetensors", "roma", "matplotlib", "pillow", "rich", "platformdirs",
        "zstandard")
EXTRAS = {"smpl": "smplx", "view": "viser", "farm": "ray", "usd": "usd-core"}


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--weights", type=Path, metavar="PRIOR",
                        help="check this prior, a file or a shipped one's name, instead of the default")
    parser.add_argument("--connection-file", type=Path, default=default_connection_file(), metavar="FILE",
                        help="where a running daemon left its ports and token")


def run(args: argparse.Namespace) -> int:
    for heading, text in [*versions(), *extras()]:
        _say(heading, text)
    failures = [report(failure) for failure in _check_solving(args.weights)]
    _say("daemon", daemon(args.connection_file))
    return failures[0] if failures else 0


def versions() -> Iterator[tuple[str, str]]:
    """Ours, Python's, and the libraries'."""
    yield "posebridge", __version__
    yield "python", f"{platform.python_version()} on {platform.platform()}"
    yield "libraries", ", ".join(f"{name} {installed(name) or 'MISSING'}" for name in CORE)


def extras() -> Iterator[tuple[str, str]]:
    """What is optional, and how to get it."""
    for extra, library in EXTRAS.items():
        version = installed(library)
        yield f"[{extra}]", f"{library} {version}" if version else f"not installed: pip install 'posebridge[{extra}]'"


def installed(distribution: str) -> str | None:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None


def daemon(connection_file: Path) -> str:
    """Whether one runs, and what it solves with."""
    try:
        with Client.connect(connection_file, timeout_s=2.0) as client:
            clock, welcome = client.ping(), client.welcome
            solver = f"{welcome.model} on {welcome.device}" if welcome.model else "no solver yet"
            several = f"{count} side by side, " if (count := len(client.daemon_pids)) > 1 else ""
            return (f"running, {several}version {welcome.version}, engine {clock.engine.name.lower()}, {solver}; "
                    f"answers in {clock.round_trip_ns / 1e6:.1f} ms; {connection_file}")
    except DaemonMissing as missing:
        return f"none running ({missing})"
    except PoseBridgeError as error:
        return f"there is one, but it refuses: {error}"


def _check_solving(weights: Path | None) -> Iterator[PoseBridgeError]:
    """Says device and prior; gives what stands in the way of solving."""
    try:
        with waiting("loading torch and the prior"):
            from bridge.engine.devices import devices, prior_summary

            found = devices()
    except ImportError as error:
        yield ModelMissing(f"torch cannot be imported: {error}")
        return
    for device in found:
        _say("device", device)
    try:
        _say("prior", prior_summary(weights))
    except ModelMissing as missing:
        yield missing


def _say(heading: str, text: str) -> None:
    print(f"{heading:<11}{text}")
