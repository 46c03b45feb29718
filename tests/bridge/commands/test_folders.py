from __future__ import annotations

from pathlib import Path

import pytest

from bridge.commands.folders import make_folder
from bridge.errors import UsageError


def test_a_folder_is_made_with_those_above_it(tmp_path: Path) -> None:
    assert make_folder(tmp_path / "a" / "b").is_dir()


def test_a_file_in_the_folders_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    with pytest.raises(UsageError, match="must be a folder"):
        make_folder(tmp_path / "out")


def test_a_place_where_no_folder_can_be_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="Not a directory; --out must be a folder"):
        make_folder(tmp_path / "file" / "out")
    (tmp_path / "nowhere").symlink_to(tmp_path / "nowhere")
    with pytest.raises(UsageError, match="--out must be a folder"):
        make_folder(tmp_path / "nowhere" / "out")


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="a folder in which nobody may write is Linux's")
def test_a_folder_in_which_nothing_can_be_made_is_refused() -> None:
    with pytest.raises(UsageError, match="--out must be a folder"):
        make_folder(Path("/proc/none"))
    with pytest.raises(UsageError, match="cannot be written to"):
        make_folder(Path("/proc/self"))
