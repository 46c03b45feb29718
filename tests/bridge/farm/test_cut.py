from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from bridge.commands.formats import Formats
from bridge.commands.outputs import write_solved
from bridge.errors import UsageError
from bridge.export.character import Character
from bridge.farm.cut import write_part
from bridge.farm.frame_range import FrameRange
from bridge.frames import Motion
from bridge.simulate import as_session
from tests.bridge.export.gltf_reader import parse


def arrays(path: Path) -> dict[str, np.ndarray]:
    with np.load(path) as archive:
        return dict(archive)


def frames_of(bvh: Path) -> list[str]:
    return bvh.read_text().split("Frame Time: ")[1].splitlines()[1:]


def test_two_parts_are_exactly_the_whole(tmp_path: Path, swaying: Callable[..., Motion]) -> None:
    """In the text of BVH too, though its angles go beyond half a turn and depend on the frames before."""
    motion = swaying(seconds=4)
    turn = np.linspace(0, 9, len(motion))
    motion.local_xyzw[:, 0] = np.stack([0 * turn, np.sin(turn / 2), 0 * turn, np.cos(turn / 2)], -1)
    session = as_session(motion)
    write_solved(tmp_path, "whole", motion, session)
    for name, asked in (("one", "1-150"), ("two", "151-999")):
        write_part(tmp_path, name, motion, session, FrameRange.parse(asked).rows(len(motion)))
    whole, one, two = (arrays(tmp_path / f"{name}.npz") for name in ("whole", "one", "two"))
    for key in ("poses", "trans"):
        assert np.array_equal(np.concatenate([one[key], two[key]]), whole[key])
    assert frames_of(tmp_path / "one.bvh") + frames_of(tmp_path / "two.bvh") == frames_of(tmp_path / "whole.bvh")
    assert any(abs(float(value)) > 200 for value in frames_of(tmp_path / "two.bvh")[-1].split()[3:6])


def test_every_other_frame_has_half_the_rate(tmp_path: Path, swaying: Callable[..., Motion]) -> None:
    motion = swaying(seconds=1)
    write_part(tmp_path, "part", motion, as_session(motion), FrameRange.parse("1-9:2").rows(len(motion)))
    assert arrays(tmp_path / "part.npz")["mocap_framerate"] == 30
    text = (tmp_path / "part.bvh").read_text()
    assert "Frames: 5\nFrame Time: 0.03333333" in text and len(frames_of(tmp_path / "part.bvh")) == 5


def test_a_single_frame_is_a_part_too(tmp_path: Path, swaying: Callable[..., Motion]) -> None:
    motion = swaying(seconds=1)
    written = write_part(tmp_path, "part", motion, as_session(motion), FrameRange.parse("7").rows(len(motion)))
    assert all(path.stat().st_size for path in written) and len(arrays(tmp_path / "part.npz")["poses"]) == 1


def test_parts_are_exactly_the_whole_in_gltf_too(tmp_path: Path, swaying: Callable[..., Motion]) -> None:
    """Of q and -q the one that the whole has, though each file goes on from its own first frame."""
    motion = swaying(seconds=4)
    motion.local_xyzw[100:] *= -1
    session, formats = as_session(motion), Formats(("glb", "vrma"))
    write_solved(tmp_path, "whole", motion, session, formats)
    for name, asked in (("one", "1-150"), ("two", "151-999")):
        write_part(tmp_path, name, motion, session, FrameRange.parse(asked).rows(len(motion)), formats)
    for kind in formats.kinds:
        content, whole = parse(tmp_path / f"whole.{kind}")
        (_, one), (_, two) = (parse(tmp_path / f"{name}.{kind}") for name in ("one", "two"))
        outputs = [sampler["output"] for sampler in content["animations"][0]["samplers"]]
        assert len(outputs) == 23
        for row in outputs:
            assert np.array_equal(np.concatenate([one[row], two[row]]), whole[row])


def test_a_character_takes_no_part(tmp_path: Path, swaying: Callable[..., Motion]) -> None:
    motion, hero = swaying(seconds=1), Formats(character=Character(Path("a.blend")))
    with pytest.raises(UsageError, match="whole sessions"):
        write_part(tmp_path, "a", motion, as_session(motion), np.arange(9), hero)
    assert not list(tmp_path.iterdir())
