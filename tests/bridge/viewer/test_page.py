from __future__ import annotations

import importlib.util
import socket

import pytest

from bridge.errors import UsageError
from bridge.viewer.page import HOST, ExtraMissing, has_display, require_port, require_viser, served


def test_a_port_in_use_is_named() -> None:
    with socket.socket() as other:
        other.bind((HOST, 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(UsageError, match=f"port {port} is in use"):
            require_port(port)
    require_port(0)
    with pytest.raises(UsageError, match="70000"):
        require_port(70000)


def test_without_the_extra_it_says_how_to_get_it() -> None:
    with pytest.raises(ExtraMissing, match=r"pip install 'posebridge\[view\]'"):
        require_viser(find=lambda name: None)


def test_the_page_is_this_machines_alone_and_never_tunnelled(capsys: pytest.CaptureFixture[str]) -> None:
    if importlib.util.find_spec("viser") is None:
        pytest.skip("viser is not installed (the extra view)")
    with served(0) as server:
        assert server.get_host() == HOST and server.request_share_url() is None
        with socket.create_connection((HOST, server.get_port()), 5) as line:
            line.sendall(b"nonsense\r\n\r\n")
            while line.recv(4096):  # until the server has closed its end too, and leaves nothing to be collected
                pass
        with pytest.raises(UsageError, match="in use"):
            require_port(server.get_port())
    assert capsys.readouterr().out == ""  # stdout is for results


def test_a_browser_needs_a_display() -> None:
    assert not has_display("linux", {"DISPLAY": ""}) and has_display("linux", {"WAYLAND_DISPLAY": "wayland-0"})
    assert has_display("darwin", {}) and has_display("win32", {})
