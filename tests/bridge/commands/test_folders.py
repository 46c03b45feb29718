from __future__ import annotations

from pathlib import Path

import pytest

from bridge.commands.folders import distinct_names, make_folder
from bridge.errors import UsageError


def test_files_of_one_name_get_results_of_their_own() -> None:
    files = [Path("a/take.mcap"), Path("b/take.mcap"), Path("take-2.csv"), Path("other.npz")]
    names = distinct_names(files)
    assert names[0] == "take"
    assert len(set(names)) == len(files)


def test_a_folder_is_made_with_those_above_it(tmp_path: Path) -> None:
    assert make_folder(tmp_path / "a" / "b").is_dir()


def test_a_file_in_the_folders_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    with pytest.raises(UsageError, match="must be a folder"):
        make_folder(tmp_path / "out")
