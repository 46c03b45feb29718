from __future__ import annotations

from pathlib import Path

import pytest

from bridge.commands.folders import distinct, make_folder, plain_name, result_name
from bridge.errors import UsageError


def test_results_of_one_name_are_told_apart() -> None:
    assert distinct(["take", "take", "take-2", "other"]) == ["take", "take-2", "take-2-2", "other"]


def test_a_file_gives_its_stem_and_an_archive_its_clip_too() -> None:
    assert result_name(Path("a/take.mcap")) == "take"
    assert result_name(Path("x/archive.npz#01_03_part2")) == "archive-01_03_part2"


def test_nothing_in_a_name_leads_elsewhere() -> None:
    assert plain_name("set/subject/../run 1") == "set_subject_.._run_1"


def test_a_folder_is_made_with_those_above_it(tmp_path: Path) -> None:
    assert make_folder(tmp_path / "a" / "b").is_dir()


def test_a_file_in_the_folders_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    with pytest.raises(UsageError, match="must be a folder"):
        make_folder(tmp_path / "out")
