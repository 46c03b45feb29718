"""The page's server: on this machine only, at the port asked for or not at all, and without viser's own prints."""
from __future__ import annotations

import contextlib
import importlib.util
import io
import logging
import os
import socket
import sys
import webbrowser
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from bridge.errors import PoseBridgeError, UsageError

if TYPE_CHECKING:
    import viser

HOST = "127.0.0.1"
PORT = 7313
EXTRA = "the viewer needs an extra: pip install 'posebridge[view]'"


class ExtraMissing(PoseBridgeError):
    """viser is not installed."""


def require_viser(find: Callable[[str], object] = importlib.util.find_spec) -> None:
    """ExtraMissing, before any work is done for a page that cannot be."""
    if find("viser") is None:
        raise ExtraMissing(EXTRA)


def require_port(port: int) -> None:
    """UsageError if something else listens there: viser would take the next port and say nothing."""
    if not 0 <= port <= 65535:
        raise UsageError(f"--port {port}: allowed are 1 to 65535, and 0 for any that is free")
    with socket.socket() as probe:
        if os.name == "posix":  # elsewhere it lets two listen at once
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise UsageError(f"port {port} is in use ({error.strerror}); --port names another, 0 takes any") from error


@contextlib.contextmanager
def served(port: int) -> Iterator[viser.ViserServer]:
    """An empty page that whoever is on this machine may open."""
    require_port(port)
    import viser

    logging.getLogger("websockets.server").setLevel(logging.CRITICAL)  # browsers open connections and drop them
    with contextlib.redirect_stdout(io.StringIO()):
        server = viser.ViserServer(host=HOST, port=port, label="PoseBridge", verbose=False)
    # Any page of the browser can speak to a port of this machine, and viser would open a public tunnel if asked to.
    setattr(server, "request_share_url", lambda verbose=True: None)  # noqa: B010
    try:
        if port and server.get_port() != port:
            raise UsageError(f"port {port} was taken just now; --port names another, 0 takes any")
        yield server
    finally:
        with contextlib.redirect_stdout(io.StringIO()):
            server.stop()


def open_browser(url: str) -> bool:
    """Whether a browser was asked to; without a display it would be one in the terminal, which nobody wants."""
    return has_display(sys.platform, os.environ) and webbrowser.open(url)


def has_display(platform: str, environment: Mapping[str, str]) -> bool:
    """Whether windows can be seen here; Windows and macOS always have some."""
    return platform != "linux" or any(environment.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
