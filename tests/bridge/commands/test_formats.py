"""Flags to formats, and formats to files."""
from __future__ import annotations

import argparse
import importlib.util
from collections.abc import Callable
from pathlib import Path

import pytest

from bridge.cli import main
from bridge.commands import formats
from bridge.commands.formats import Formats
from bridge.commands.outputs import write_solved
from bridge.export.bvh_style import BvhStyle
from bridge.export.names import KINDS
from bridge.frames import Motion
from bridge.simulate import as_session


def chosen(line: str) -> Formats:
    parser = argparse.ArgumentParser()
    formats.arguments(parser)
    return formats.chosen(parser.parse_args(line.split()))


def test_without_flags_they_are_the_usual() -> None:
    assert chosen("") == Formats(("bvh", "npz", "png"), BvhStyle("cm", "y", "ZXY"))


def test_flags() -> None:
    said = chosen("--formats glb,BVH,glb --bvh-unit in --bvh-up z --bvh-order XYZ")
    assert said == Formats(("glb", "bvh"), BvhStyle("in", "z", "XYZ"))


@pytest.mark.parametrize(("line", "code", "said"), [
    ("--formats fbx", 2, "fbx is none of bvh"), ("--formats ,", 2, "nothing is none of"),
    ("--armature Hero", 2, "--character"), ("--character {folder}/none.blend", 3, "no such file"),
    ("--character {folder}/a.blend --character-formats obj", 2, "obj is none of blend, glb, fbx"),
    ("--character {folder}/a.blend --blender no-such-blender", 2, "no such command"),
    ("--bvh-unit feet", 2, "invalid choice")])
def test_what_cannot_be_is_said_before_anything_is_solved(
    line: str, code: int, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.blend").touch()
    words = ["solve", "a.mcap", "--out", str(tmp_path / "out"), *line.format(folder=tmp_path).split()]
    assert main(words) == code
    assert said in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_every_kind_is_one_file(tmp_path: Path, swaying: Callable[..., Motion]) -> None:
    kinds = tuple(kind for kind in KINDS if importlib.util.find_spec("pxr") or not kind.startswith("usd"))
    motion = swaying(seconds=1)
    written = write_solved(tmp_path, "a.b", motion, as_session(motion), Formats(kinds))
    assert [path.name for path in written] == [f"a.b.{kind}" for kind in kinds]
    assert sorted(tmp_path.iterdir()) == sorted(written)
    before = {path.name: path.read_bytes() for path in written}
    write_solved(tmp_path, "a.b", motion, as_session(motion), Formats(kinds))
    assert {path.name for path in written if path.read_bytes() != before[path.name]} == set(), "the same bytes again"
