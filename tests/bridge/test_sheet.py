"""The contact sheet: a real PNG, with and without session and truth, nothing left behind when it fails."""
from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bridge.demo_motion import demo_motion
from bridge.sheet import draw_sheet
from bridge.simulate import Loss, as_session

PNG = b"\x89PNG\r\n\x1a\n"


def test_draws_motion_trackers_and_truth(tmp_path: Path) -> None:
    truth = demo_motion(10.0)
    guess = replace(truth, root_position_m=truth.root_position_m + np.float32(0.05))
    draw_sheet(tmp_path / "full.png", guess, as_session(truth, losses=[Loss(0, 3, 9)]), truth, moments=4)
    draw_sheet(tmp_path / "plain.png", replace(truth, floor=False), moments=4)
    sizes = [path.stat().st_size for path in (tmp_path / "full.png", tmp_path / "plain.png")]
    assert (tmp_path / "full.png").read_bytes().startswith(PNG)
    assert sizes[0] > sizes[1] > 20_000


def test_a_single_frame_is_a_sheet_too(tmp_path: Path) -> None:
    motion = demo_motion(10.0)
    still = replace(motion, root_position_m=motion.root_position_m[:1], local_xyzw=motion.local_xyzw[:1])
    draw_sheet(tmp_path / "one.png", still)
    assert (tmp_path / "one.png").read_bytes().startswith(PNG)


def test_leaves_nothing_behind_when_it_fails(tmp_path: Path) -> None:
    (tmp_path / "taken.png").mkdir()
    with pytest.raises(OSError, match="taken"):
        draw_sheet(tmp_path / "taken.png", demo_motion(5.0), moments=2)
    assert [path.name for path in tmp_path.iterdir()] == ["taken.png"]
