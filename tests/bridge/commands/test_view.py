from __future__ import annotations

import importlib.util
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bridge.capture.mcap import write_session
from bridge.cli import main
from bridge.export.npz import write_npz
from bridge.frames import Motion
from bridge.simulate import as_session

NO_VISER = importlib.util.find_spec("viser") is None
NEEDS_VISER = pytest.mark.skipif(NO_VISER, reason="viser is not installed (the extra view)")


def said(capsys: pytest.CaptureFixture[str]) -> str:
    err = capsys.readouterr().err
    assert err.count("\n") == 1 and err.startswith("posebridge: "), err
    return err


def test_help_teaches_without_the_extra(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["view", "--help"])
    told = capsys.readouterr().out
    assert "posebridge view take.mcap" in told and "--no-browser" in told and "7313" in told


@NEEDS_VISER
def test_what_is_wrong_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    quiet = ["--no-browser", "--port", "0"]
    (tmp_path / "bad.mcap").write_bytes(b"no session")
    for words, code, text in (
        ([str(tmp_path / "none.mcap")], 3, "no such file"),
        ([str(tmp_path / "bad.mcap")], 4, "bad.mcap"),
        (["--connection-file", str(tmp_path / "none.json")], 7, "no daemon"),
        (["--truth", "a.npz"], 2, "without a FILE"),
        (["a.npz", "--at", "nan"], 2, "--at nan"),
        (["a.npz", "--truth", "a.npz", "--truth", "b.npz"], 2, "2 --truth for 1 FILE"),
    ):
        assert main(["view", *words, *quiet]) == code
        assert text in said(capsys)


# Checks that run in the background ignore Ctrl-C, and their children inherit that: this one is to heed it.
HEEDING = """import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from bridge.cli import main
sys.exit(main(sys.argv[1:]))"""


@NEEDS_VISER
def test_files_are_shown_until_ctrl_c(tmp_path: Path, swaying: Callable[..., Motion]) -> None:
    """One solved by a daemon of its own, one as it is."""
    write_session(tmp_path / "a.mcap", as_session(swaying()))
    write_npz(tmp_path / "b.npz", swaying())
    words = [str(tmp_path / "a.mcap"), str(tmp_path / "b.npz"), "--no-browser", "--port", "0", "--engine", "echo"]
    with subprocess.Popen([sys.executable, "-c", HEEDING, "view", *words], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None and process.stderr is not None
            url, hint = process.stdout.readline(), process.stderr.readline()
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=30)
        finally:
            process.kill()
    assert url.startswith("http://127.0.0.1:") and out == ""
    assert process.returncode == 0 and hint == "posebridge: open it in a browser; Ctrl-C ends it\n" and err == ""
