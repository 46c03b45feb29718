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
    assert sizes[0] > sizes[1] > 10_000


def test_what_is_outside_a_moments_box_is_not_drawn(tmp_path: Path) -> None:
    session, sheets = as_session(demo_motion(10.0)), []
    for name, up_m in (("there", 0.0), ("next", 2.1), ("far", 30.0)):  # boxes are some 2 m high, one above the other
        moved = session.clip.positions_m + np.array([0, up_m, 0], np.float32)
        told = replace(session, clip=replace(session.clip, positions_m=moved), truth=None)
        draw_sheet(tmp_path / f"{name}.png", demo_motion(10.0), told, moments=2)
        sheets.append((tmp_path / f"{name}.png").read_bytes())
    assert sheets[0] != sheets[1] == sheets[2]


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
