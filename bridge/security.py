"""Who may speak to the daemon: whoever can read its connection file, on this machine."""
from __future__ import annotations

import hmac
import ipaddress
import json
import os
import secrets
import stat
from dataclasses import asdict, dataclass
from pathlib import Path

from bridge.errors import DaemonMissing, UsageError


@dataclass(frozen=True)
class Connection:
    """What a client needs to know to speak to a running daemon."""

    host: str
    control_port: int
    live_port: int
    token: str
    pid: int
    protocol: int
    version: str


def new_token() -> str:
    return secrets.token_hex(32)


def same_token(given: str, wanted: str) -> bool:
    """Compares in constant time."""
    return hmac.compare_digest(given.encode(), wanted.encode())


def check_host(host: str) -> str:
    """UsageError for an address beyond this machine: there is no encryption yet."""
    try:
        loopback = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise UsageError(f"the daemon listens on this machine only (127.0.0.1); {host!r} would open it to others")
    return "127.0.0.1" if host == "localhost" else host


def write_connection(path: Path, connection: Connection) -> None:
    """Whole or not at all, readable by its owner alone from the first byte."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        json.dump(asdict(connection), file, indent=1)
    os.replace(fresh, path)


def read_connection(path: Path) -> Connection:
    """DaemonMissing if there is none, or one that others could have written."""
    try:
        about = path.stat()
        data = json.loads(path.read_text())
    except FileNotFoundError:
        raise DaemonMissing(f"no daemon: {path} is not there (start one with: posebridge serve)") from None
    except (OSError, ValueError) as error:
        raise DaemonMissing(f"{path} is no connection file: {error}") from None
    if os.name == "posix" and (about.st_uid != os.getuid() or stat.S_IMODE(about.st_mode) & 0o077):
        raise DaemonMissing(f"{path} is open to others (mode {stat.S_IMODE(about.st_mode):o}); its mode must be 600")
    return _connection(path, data)


def _connection(path: Path, data: object) -> Connection:
    kinds = {"host": str, "control_port": int, "live_port": int, "token": str, "pid": int, "protocol": int,
             "version": str}
    if not isinstance(data, dict) or any(not isinstance(data.get(key), kind) for key, kind in kinds.items()):
        raise DaemonMissing(f"{path} is no connection file: it must hold {', '.join(kinds)}")
    return Connection(**{key: data[key] for key in kinds})


def remove_connection(path: Path, connection: Connection) -> None:
    """Removes the file unless another daemon has since written its own."""
    try:
        ours = read_connection(path) == connection
    except DaemonMissing:
        return
    if ours:
        path.unlink(missing_ok=True)
