"""Keys for daemons that listen beyond their machine: the daemon's own, and the clients' it allows. Z85 throughout.

A folder of two files that only their owner can read: daemon.json, the daemon's key pair and token, and allowed.json,
public keys by the names of those who hold them.
"""
from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path

import zmq

from bridge.errors import UsageError
from bridge.security import new_token, open_to_others, write_private

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}")
KEY = re.compile(r"[0-9A-Za-z.\-:+=^!/*?&<>()\[\]{}@%$#]{40}")


@dataclass(frozen=True)
class KeyPair:
    """A CURVE key pair."""

    public: str
    secret: str


@dataclass(frozen=True)
class DaemonKey:
    """What a daemon is known by, from start to start."""

    public: str
    secret: str
    token: str


def new_key_pair() -> KeyPair:
    public, secret = zmq.curve_keypair()
    return KeyPair(public.decode(), secret.decode())


class KeyRing:
    """The keys in a folder; allowed clients are as of the last reload()."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._allowed: dict[str, str] = {}
        self.reload()

    def reload(self) -> None:
        """Reads who is allowed. UsageError if the file cannot be trusted; what was known then stays."""
        data = self._read("allowed.json") or {}
        if not all(NAME.fullmatch(name) and isinstance(key, str) and KEY.fullmatch(key) for name, key in data.items()):
            raise UsageError(f"{self._folder / 'allowed.json'} holds something other than names and their public keys")
        self._allowed = data

    @property
    def allowed(self) -> dict[str, str]:
        """Public keys by name."""
        return dict(self._allowed)

    def allows(self, public: str) -> bool:
        return public in self._allowed.values()

    def own(self) -> DaemonKey:
        """The daemon's key, made the first time it is asked for."""
        data = self._read("daemon.json")
        if data is None:
            pair = new_key_pair()
            data = asdict(DaemonKey(pair.public, pair.secret, new_token()))
            write_private(self._folder / "daemon.json", data)
        return DaemonKey(**data)

    def allow(self, name: str, public: str) -> None:
        """UsageError for a name or key that is none, or a name that is taken."""
        if not NAME.fullmatch(name):
            raise UsageError(f"{name!r} is no name for a key: letters, digits, _ . and -, at most 40")
        if not KEY.fullmatch(public):
            raise UsageError(f"{public!r} is no public key: they are 40 characters of Z85")
        if name in self._allowed:
            raise UsageError(f"{name} has a key already; posebridge keys revoke {name} takes it away")
        self._store({**self._allowed, name: public})

    def revoke(self, name: str) -> None:
        """UsageError if nobody has that name."""
        if name not in self._allowed:
            raise UsageError(f"no key of {name}; there are those of {', '.join(self._allowed) or 'nobody'}")
        self._store({other: key for other, key in self._allowed.items() if other != name})

    def _store(self, allowed: dict[str, str]) -> None:
        write_private(self._folder / "allowed.json", allowed)
        self._allowed = allowed

    def _read(self, file: str) -> dict[str, str] | None:
        path = self._folder / file
        try:
            if wrong := open_to_others(path):
                raise UsageError(wrong)
            data = json.loads(path.read_text())
        except FileNotFoundError:
            return None
        except ValueError as error:
            raise UsageError(f"{path} is not JSON: {error}") from None
        if not isinstance(data, dict):
            raise UsageError(f"{path} holds no keys")
        return data
