"""A real browser without a window, spoken to over its DevTools protocol: load a page, press keys, take pictures.

It skips, and says why, where there is no viser or no chromium.
"""
from __future__ import annotations

import base64
import contextlib
import importlib.util
import io
import json
import os
import shutil
import signal
import subprocess
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.colors import rgb_to_hsv
from matplotlib.image import imread
from numpy.typing import NDArray

from bridge.viewer.page import HOST, served

FLAGS = ("--headless=new", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage", "--mute-audio",
         "--remote-debugging-port=0", "--disable-extensions", "--hide-scrollbars")
START_S = 30.0
WIDTH, HEIGHT = 1000, 760


def chromium() -> str:
    """The program; skips where there is none."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        pytest.skip("chromium is not installed")
    return found


class Tab:
    """One page of it."""

    def __init__(self, link: Any) -> None:
        self._link, self._number = link, 0
        self.ask("Page.enable")
        self.ask("Runtime.enable")

    def ask(self, method: str, **params: object) -> dict[str, Any]:
        self._number += 1
        self._link.send(json.dumps({"id": self._number, "method": method, "params": params}))
        while True:
            heard: dict[str, Any] = json.loads(self._link.recv(timeout=60))
            if heard.get("id") == self._number:
                assert "error" not in heard, heard
                return dict(heard["result"])

    def run(self, script: str) -> Any:
        """The value of an expression in the page."""
        return self.ask("Runtime.evaluate", expression=script, returnByValue=True)["result"].get("value")

    def text(self) -> str:
        return str(self.run("document.body ? document.body.innerText : ''"))

    def wait_for(self, words: str, timeout_s: float = 60.0) -> str:
        """Until the page says so; what it says then."""
        deadline = time.monotonic() + timeout_s
        while words not in (text := self.text()):
            assert time.monotonic() < deadline, f"no {words!r} on the page: {text!r}"
            time.sleep(0.2)
        return text

    def press(self, key: str, code: str, number: int) -> None:
        for kind in ("rawKeyDown", "keyUp"):
            self.ask("Input.dispatchKeyEvent", type=kind, key=key, code=code, windowsVirtualKeyCode=number)

    def tick(self, label: str) -> None:
        """Clicks the checkbox beside that label."""
        assert self.run(f"""(() => {{
            const named = [...document.querySelectorAll('label')].find(one => one.innerText.trim() === {label!r});
            let row = named; while (row && !row.querySelector('input[type=checkbox]')) row = row.parentElement;
            row && row.querySelector('input[type=checkbox]').click(); return !!row; }})()"""), f"no checkbox {label!r}"

    def picture(self) -> NDArray[np.float32]:
        """(H, W, 3) of what is to be seen, 0 to 1."""
        return np.asarray(imread(io.BytesIO(self.png())))[..., :3]

    def coloured(self) -> dict[str, int]:
        """How many pixels in the middle, where no controls are, are of a body that is sure, and of one that guesses."""
        scene = rgb_to_hsv(self.picture()[: int(0.6 * HEIGHT), int(0.28 * WIDTH) : int(0.7 * WIDTH)])
        strong = (scene[..., 1] > 0.3) & (scene[..., 2] > 0.2)
        hue = 360 * scene[..., 0]
        return {"sure": int((strong & (hue > 155) & (hue < 185)).sum()),
                "guess": int((strong & (hue > 8) & (hue < 40)).sum())}

    def png(self) -> bytes:
        return base64.b64decode(self.ask("Page.captureScreenshot", format="png")["data"])


@contextlib.contextmanager
def browser(profile: Path, url: str) -> Iterator[Tab]:
    """The page in a browser that ends with the context."""
    from websockets.sync.client import connect  # comes with viser

    root = ("--no-sandbox",) if os.name == "posix" and os.geteuid() == 0 else ()
    with subprocess.Popen([chromium(), *FLAGS, *root, f"--window-size={WIDTH},{HEIGHT}",
                           f"--user-data-dir={profile}", url],
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True) as process:
        try:
            with connect(_page_of(profile, url), max_size=None, compression=None) as link:
                yield Tab(link)
        finally:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # its own helpers may be a moment behind


def _page_of(profile: Path, url: str) -> str:
    """Where the page's own DevTools are."""
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError, ValueError, StopIteration):
            port = (profile / "DevToolsActivePort").read_text().split()[0]
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/json", timeout=5) as answer:
                pages = json.loads(answer.read())
            return str(next(page["webSocketDebuggerUrl"] for page in pages if page["url"].startswith(url)))
        time.sleep(0.1)
    raise AssertionError(f"chromium did not open {url} in {START_S:g} s")


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Callable[..., Tab]]:
    """page(show): the page that show(server, running) is the loop of, in a browser."""
    if importlib.util.find_spec("viser") is None:
        pytest.skip("viser is not installed (the extra view)")
    chromium()
    with contextlib.ExitStack() as stack:

        def opened(show: Callable[[Any, Callable[[], bool]], None]) -> Tab:
            server, leaving = stack.enter_context(served(0)), threading.Event()
            loop = threading.Thread(target=show, args=(server, lambda: not leaving.is_set()))
            loop.start()
            stack.callback(loop.join, 10)
            stack.callback(leaving.set)
            return stack.enter_context(browser(tmp_path / "profile", f"http://{HOST}:{server.get_port()}"))

        yield opened
