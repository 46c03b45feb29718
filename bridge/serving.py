"""The daemon as a process: one in a place, its connection file, its signals, and who watches it."""
from __future__ import annotations

import gc
import logging
import signal
import socket
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from bridge.config import ServeConfig
from bridge.engine.host import EngineLink, begin_engine
from bridge.errors import DaemonMissing, UsageError
from bridge.security import read_connection, remove_connection, write_connection

if TYPE_CHECKING:
    from bridge.server import Observer, Server

log = logging.getLogger(__name__)


def run_server(config: ServeConfig) -> None:
    """Serves until SIGTERM or SIGINT; a second one does not wait for what runs. The connection file tells clients."""
    refuse_second(config.connection_file)
    with ExitStack() as stack:
        engine = None if config.in_process else begin_engine(config)  # it takes seconds to load, and we one
        try:
            server = _server(config, engine, stack)
        except BaseException:
            if engine:
                engine.close(0.0)
            raise
        _serve(config, server)


def _server(config: ServeConfig, engine: EngineLink | None, stack: ExitStack) -> Server:
    from bridge.server import Server
    from bridge.systemd import Systemd

    observers: list[Observer] = [Systemd()]
    if config.metrics_port is not None:
        observers.append(_metrics(config.metrics_port, stack))
    return Server(config, observers=observers, engine=engine)


def _serve(config: ServeConfig, server: Server) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: server.stop())
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, lambda *_: server.reload_keys())
    write_connection(config.connection_file, server.connection)
    gc.freeze()  # see bridge/engine/worker.py
    log.info("control port %d, live port %d, connection file %s",
             server.connection.control_port, server.connection.live_port, config.connection_file)
    try:
        server.serve()
    finally:
        remove_connection(config.connection_file, server.connection)


def _metrics(port: int, stack: ExitStack) -> Observer:
    from bridge.metrics import Metrics  # its library takes memory that most daemons do without

    metrics = Metrics(port)
    stack.callback(metrics.close)
    log.info("metrics: http://127.0.0.1:%d/metrics", metrics.port)
    return metrics


def refuse_second(connection_file: Path) -> None:
    """UsageError if a daemon already answers where this one's clients would look."""
    try:
        there = read_connection(connection_file)
        socket.create_connection((there.host, there.control_port), timeout=0.5).close()
    except (DaemonMissing, OSError):
        return
    raise UsageError(f"a daemon already runs there (pid {there.pid}, {connection_file})")
