"""Where the daemon listens and how that is guarded: this machine alone, or others with keys, or others with a token."""
from __future__ import annotations

import logging
import os
from dataclasses import dataclass, replace

import zmq

from bridge import __version__
from bridge.config import WIDE_CONTROL_PORT, WIDE_LIVE_PORT, ServeConfig
from bridge.errors import UsageError
from bridge.messages import PROTOCOL_MAX
from bridge.security import Connection, is_loopback, new_token, reached_at
from bridge.security_keys import KeyRing, new_key_pair
from bridge.server_door import CurveGuard, Guard, PlainGuard
from bridge.server_sockets import Sockets

log = logging.getLogger(__name__)
UNENCRYPTED = ("%s is open to who has the token, and nothing is encrypted: poses and token can be read on the way. "
               "For a network you trust alone; the token is in %s")


@dataclass(frozen=True)
class Bound:
    """Sockets that listen, what clients of this machine need to know, and who else is allowed."""

    sockets: Sockets
    connection: Connection
    ring: KeyRing | None


def bind(config: ServeConfig) -> Bound:
    """UsageError for a port that is taken, or for a wide address without a guard."""
    if is_loopback(config.host):
        return _listen(config, (config.control_port, config.live_port), _told(config.token or new_token()))
    ports = config.control_port or WIDE_CONTROL_PORT, config.live_port or WIDE_LIVE_PORT
    ring = KeyRing(config.keys)
    own = ring.own()
    if config.plain_token:
        log.warning(UNENCRYPTED, config.host, config.keys / "daemon.json")
        return _listen(config, ports, replace(_told(own.token), mechanism="plain"), PlainGuard(own.token))
    if not ring.allowed:
        raise UsageError(f"{config.host} would open the daemon to others, and nobody has a key yet: make one with "
                         f"posebridge keys invite NAME (keys in {config.keys})")
    local = new_key_pair()
    told = replace(_told(own.token), mechanism="curve", server_key=own.public, public_key=local.public,
                   secret_key=local.secret)
    return _listen(config, ports, told, CurveGuard(own, ring, local.public), ring)


def _told(token: str) -> Connection:
    return Connection("", 0, 0, token, os.getpid(), PROTOCOL_MAX, __version__)


def _listen(
    config: ServeConfig, ports: tuple[int, int], told: Connection, guard: Guard | None = None,
    ring: KeyRing | None = None,
) -> Bound:
    host = "127.0.0.1" if config.host == "localhost" else config.host
    try:
        sockets = Sockets(host, ports, config.limits, config.timing, guard)
    except zmq.ZMQError as error:
        raise UsageError(f"cannot listen on ports {ports[0]} and {ports[1]} of {config.host}: {error}") from error
    connection = replace(
        told, host=reached_at(host), control_port=sockets.control.port, live_port=sockets.live.port)
    return Bound(sockets, connection, ring)
