"""Test 15: whenever a writer is killed, every file that can be seen is whole."""
from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WRITER = """
import sys
from pathlib import Path
from dataclasses import replace
from bridge.capture.mcap import write_session
from bridge.commands.demo import packaged_session
from bridge.export.bvh import write_bvh
from bridge.export.npz import write_npz
session, out = packaged_session(), Path(sys.argv[1])
print("begins", flush=True)
for number in range(10_000):
    name = out / str(number % 3)
    write_session(name.with_suffix(".mcap"), session)
    write_npz(name.with_suffix(".npz"), session.truth)
    write_bvh(name.with_suffix(".bvh"), session.truth)
"""


@pytest.mark.skipif(os.name != "posix", reason="signals are POSIX's")
@pytest.mark.parametrize("kills", [4, pytest.param(200, marks=[pytest.mark.slow, pytest.mark.timeout(3600)])])
def test_what_a_killed_writer_leaves_is_whole(
    tmp_path: Path, figures: Callable[..., None], whole: Callable[[Path], None], kills: int
) -> None:
    moments, checked, cut = random.Random(15), 0, 0
    for _ in range(kills):
        command = [sys.executable, "-c", WRITER, str(tmp_path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as writer:
            assert writer.stdout is not None and writer.stdout.readline() == b"begins\n"
            time.sleep(moments.uniform(0.0, 1.5))
            writer.send_signal(signal.SIGKILL)
        cut += len(list(tmp_path.glob(".*.unfinished")))
        for path in tmp_path.glob("[!.]*"):
            checked += 1
            whole(path)
        for left in tmp_path.glob(".*.unfinished"):
            left.unlink()
    figures(kills=kills, checked=checked, cut_off_while_writing=cut)
    assert checked > 0
