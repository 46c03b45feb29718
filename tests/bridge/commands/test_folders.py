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
