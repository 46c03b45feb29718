"""Who may speak to the daemon: whoever can read its connection file, on this machine; from others, whoever holds a key
that it allows (security_keys.py)."""
from __future__ import annotations

import hmac
import ipaddress
import json
import os
import secrets
import stat
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from bridge.errors import DaemonMissing, UsageError

PLAIN_NAME = "posebridge"  # the user of ZMTP PLAIN; the token is the password


@dataclass(frozen=True)
class Connection:
    """What a client needs to know to speak to a running daemon."""

    host: str
    control_port: int
    live_port: int
    token: str
    pid: int  # 0: of no process on this machine
    protocol: int
    version: str
    mechanism: str = "null"  # of ZMTP: null, curve or plain
    server_key: str = ""  # Z85, for curve; the daemon's own
    public_key: str = ""  # the client's
    secret_key: str = ""
    others: tuple[Connection, ...] = ()  # daemons beside it, for clients that can choose; this one serves them all


def new_token() -> str:
    return secrets.token_hex(32)


def same_token(given: str, wanted: str) -> bool:
    """Compares in constant time."""
    return hmac.compare_digest(given.encode(), wanted.encode())


def is_loopback(host: str) -> bool:
    """Whether an address is of this machine alone. UsageError if it is none."""
    if host == "localhost":
        return True
    try:
        return ipaddress.IPv4Address(host).is_loopback
    except ValueError:
        raise UsageError(f"{host!r} is no IPv4 address to listen on, such as 127.0.0.1 or 0.0.0.0") from None


def reached_at(host: str) -> str:
    """Where clients of this machine reach what listens on `host`."""
    return "127.0.0.1" if is_loopback(host) or ipaddress.IPv4Address(host).is_unspecified else host


def write_private(path: Path, data: object) -> None:
    """JSON, whole or not at all, readable by its owner alone from the first byte."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        json.dump(data, file, indent=1)
    os.replace(fresh, path)


def open_to_others(path: Path) -> str:
    """What is wrong with who may read a secret file; empty if nothing is."""
    about = path.stat()
    if os.name == "posix" and (about.st_uid != os.getuid() or stat.S_IMODE(about.st_mode) & 0o077):
        return f"{path} is open to others (mode {stat.S_IMODE(about.st_mode):o}); its mode must be 600"
    return ""


def write_connection(path: Path, connection: Connection) -> None:
    """Whole or not at all, its owner's alone."""
    write_private(path, _plain(connection))


def _plain(connection: Connection) -> dict[str, object]:
    plain = {name: value for name, value in asdict(connection).items() if value != "" and name != "others"}
    return plain | ({"others": [_plain(other) for other in connection.others]} if connection.others else {})


def read_connection(path: Path) -> Connection:
    """DaemonMissing if there is none, or one that others could have written."""
    try:
        wrong = open_to_others(path)
        data = json.loads(path.read_text())
    except FileNotFoundError:
        raise DaemonMissing(f"no daemon: {path} is not there (start one with: posebridge serve)") from None
    except (OSError, ValueError) as error:
        raise DaemonMissing(f"{path} is no connection file: {error}") from None
    if wrong:
        raise DaemonMissing(wrong)
    return _connection(path, data)


def _connection(path: Path, data: object) -> Connection:
    kinds = {"host": str, "control_port": int, "live_port": int, "token": str, "pid": int, "protocol": int,
             "version": str}
    if not isinstance(data, dict) or any(not isinstance(data.get(key), kind) for key, kind in kinds.items()):
        raise DaemonMissing(f"{path} is no connection file: it must hold {', '.join(kinds)}")
    known = {field.name for field in fields(Connection)} - {"others"}
    others = data.get("others", [])
    if not isinstance(others, list):
        raise DaemonMissing(f"{path} is no connection file: its others must be a list")
    return Connection(**{key: value for key, value in data.items() if key in known},
                      others=tuple(_connection(path, other) for other in others))


def remove_connection(path: Path, connection: Connection) -> None:
    """Removes the file unless another daemon has since written its own."""
    try:
        ours = read_connection(path) == connection
    except DaemonMissing:
        return
    if ours:
        path.unlink(missing_ok=True)
