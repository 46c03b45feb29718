"""Where a running daemon says how it is reached: a file that only its owner can read. Written by bridge/security.py."""
from __future__ import annotations

import json
import os
import stat
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path, PurePath
from typing import Any

from .client_errors import DaemonMissing, DaemonRefused
from .zmtp_mechanism import Mechanism, Null, Plain

VARIABLE = "POSEBRIDGE_CONNECTION"
FOLLOW = "POSEBRIDGE_FOLLOW_PARENT"  # tells `posebridge serve` to leave when whoever started it is gone
NAME = PurePath("posebridge", "daemon.json")
PLAIN_USER = "posebridge"
_KINDS: dict[str, type] = {
    "host": str, "control_port": int, "live_port": int, "token": str, "pid": int, "protocol": int, "version": str}


@dataclass(frozen=True)
class ConnectionFile:
    """What it holds, as far as a plugin needs it."""

    host: str
    control_port: int
    live_port: int
    token: str
    pid: int
    protocol: int
    version: str
    mechanism: str = "null"
    others: tuple[ConnectionFile, ...] = ()  # daemons beside it, which serve as well as it does

    def zmtp_mechanism(self) -> Mechanism:
        """DaemonRefused for CURVE, which takes cryptography that Python does not bring."""
        if self.mechanism == "null":
            return Null()
        if self.mechanism == "plain":
            return Plain(PLAIN_USER, self.token)
        raise DaemonRefused(f"the daemon at {self.host} asks for {self.mechanism.upper()}, which this plugin does not "
                            "speak: let it reach the daemon through `posebridge relay`")


def possible_files(system: str, environment: Mapping[str, str], home: Path, uid: int) -> list[Path]:
    """Where the file may lie, the likeliest first; `system` as in sys.platform. The daemon takes the folder for
    run-time files of the user, which depends on how the user has logged in."""
    if environment.get(VARIABLE):
        return [Path(environment[VARIABLE])]
    if system == "win32":
        local = Path(environment.get("LOCALAPPDATA") or home / "AppData" / "Local")
        return [local / "Temp" / "posebridge" / NAME]
    folders = [Path(environment["XDG_RUNTIME_DIR"])] if environment.get("XDG_RUNTIME_DIR") else []
    if system == "darwin":
        folders.append(home / "Library" / "Caches" / "TemporaryItems")
    else:
        folders += [Path(f"/run/user/{uid}"), Path(tempfile.gettempdir()) / f"runtime-{uid}"]
    return [folder / NAME for folder in folders]


def find_connection() -> ConnectionFile:
    """That of the daemon of this user on this machine. DaemonMissing if none is there."""
    uid = os.getuid() if hasattr(os, "getuid") else 0
    places = possible_files(sys.platform, os.environ, Path.home(), uid)
    place = next((path for path in places if path.exists()), places[0])
    return read_connection(place)


def read_connection(path: Path) -> ConnectionFile:
    """DaemonMissing if it is not there, is none, or others could have written it."""
    try:
        about = path.stat()
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DaemonMissing(f"no daemon is running: {path} is not there (start one with: posebridge serve)") from None
    except (OSError, ValueError) as error:
        raise DaemonMissing(f"{path} is no connection file: {error}") from None
    if os.name == "posix" and (about.st_uid != os.getuid() or stat.S_IMODE(about.st_mode) & 0o077):
        raise DaemonMissing(f"{path} is open to others (mode {stat.S_IMODE(about.st_mode):o}); its mode must be 600")
    return _checked(path, data)


def each_of(connection: ConnectionFile) -> tuple[ConnectionFile, ...]:
    """The daemons a connection names, each by itself."""
    return replace(connection, others=()), *connection.others


def _checked(path: Path, data: Any) -> ConnectionFile:
    if not isinstance(data, dict) or any(not isinstance(data.get(key), kind) for key, kind in _KINDS.items()):
        raise DaemonMissing(f"{path} is no connection file: it must hold {', '.join(_KINDS)}")
    ports = (data["control_port"], data["live_port"])
    if not all(0 < port < 65536 for port in ports) or not isinstance(data.get("mechanism", ""), str):
        raise DaemonMissing(f"{path} is no connection file: its ports are {ports[0]} and {ports[1]}")
    others = data.get("others", [])
    if not isinstance(others, list):
        raise DaemonMissing(f"{path} is no connection file: its others must be a list")
    known = {field.name for field in fields(ConnectionFile)} - {"others"}
    return ConnectionFile(**{key: value for key, value in data.items() if key in known},
                          others=tuple(_checked(path, other) for other in others))
