"""The posebridge command as a child: here any small program that says what it would."""
from __future__ import annotations

import sys
import threading
import time

import pytest

from engine_plugins.blender.posebridge.command_run import SolveFailed, percent_of, run_command
from engine_plugins.blender.posebridge.core.job import Cancelled, Watch

SAYS = """
import sys, time
print("a line for people")
for percent in (10, 55.5):
    print('{"event": "progress", "percent": %s}' % percent, flush=True)
print("posebridge: hardly upright", file=sys.stderr)
print("a library's warning", file=sys.stderr)
"""


class Seeing(Watch):
    """Keeps what it was told."""

    def __init__(self) -> None:
        super().__init__()
        self.shares: list[float] = []

    def at(self, stage: str, share: float) -> None:
        super().at(stage, share)
        self.shares.append(share)


def python(text: str) -> list[str]:
    return [sys.executable, "-c", text]


def test_it_tells_how_far_it_is_and_what_it_warned_of() -> None:
    watch = Seeing()
    run_command(python(SAYS + "time.sleep(0.3)"), watch, "lifting")
    assert watch.shares[0] == 0 and watch.shares[-1] == 0.555 and watch.shares == sorted(watch.shares)
    assert watch.stage == "lifting" and watch.remarks == ["hardly upright"]


def test_its_last_line_is_why_it_failed() -> None:
    watch = Watch()
    with pytest.raises(SolveFailed, match=r"^the end$") as failed:
        run_command(python(SAYS + "print('the end\\n', file=sys.stderr); sys.exit(4)"), watch, "lifting")
    assert failed.value.code == 4 and watch.remarks == []
    with pytest.raises(SolveFailed, match="posebridge -c ended with 3"):
        run_command(python("raise SystemExit(3)"), watch, "lifting")


def test_given_up_it_is_ended() -> None:
    watch = Watch()
    threading.Timer(0.3, lambda: setattr(watch, "cancelled", True)).start()
    begun = time.monotonic()
    with pytest.raises(Cancelled):
        run_command(python("import time; time.sleep(60)"), watch, "lifting")
    assert time.monotonic() - begun < 20


@pytest.mark.parametrize(("line", "percent"), [
    (b'{"percent": 12.5}', 12.5), (b'{"percent": "x"}', None), (b"[1]", None), (b"take.npz", None), (b"\xff", None),
    (b'{"other": 1}', None), (b"", None)])
def test_what_is_no_progress_is_passed_over(line: bytes, percent: float | None) -> None:
    assert percent_of(line) == percent
