from __future__ import annotations

import json
from pathlib import Path

import pytest

from bridge.errors import InputMissing, PoseBridgeError, UsageError
from bridge.farm.frame_range import FrameRange
from bridge.farm.take import Take, shard, takes_of

USUAL = Take(Path(), body=Path("usual.json"))


def manifest(folder: Path, rows: object) -> Path:
    path = folder / "rows.json"
    path.write_text(json.dumps(rows))
    return path


def test_files_folders_and_rows_each_have_a_name_of_their_own(tmp_path: Path) -> None:
    for name in ("b.mcap", "a.csv", "notes.txt"):
        (tmp_path / name).write_text("")
    rows = manifest(tmp_path, [{"source": "x/a.mcap"}, {"source": "y/a.mcap", "name": "a", "frames": "1-3"}])
    takes = takes_of([tmp_path, Path("away/b.mcap")], rows, USUAL)
    assert [take.source.name for take in takes] == ["a.csv", "b.mcap", "b.mcap", "a.mcap", "a.mcap"]
    assert [take.name for take in takes] == ["a-2", "b", "b-2", "a-3", "a"]
    assert takes[3].source == tmp_path / "x/a.mcap" and takes[3].body == USUAL.body
    assert takes[4].frames == FrameRange.parse("1-3")


def test_shards_are_all_of_it_once_and_names_do_not_depend_on_them() -> None:
    takes = takes_of([Path(f"{number % 3}/take.mcap") for number in range(7)], None, USUAL)
    shares = [shard(takes, f"{number}/3") for number in (1, 2, 3)]
    assert sorted(take.name for share in shares for take in share) == sorted(take.name for take in takes)
    assert len({take.name for take in takes}) == 7 and max(map(len, shares)) == 3


@pytest.mark.parametrize("part", ["0/3", "4/3", "1", "a/b", "1/0", "-1/2", ""])
def test_a_share_that_is_none_is_refused(part: str) -> None:
    with pytest.raises(UsageError, match="i/n"):
        shard([], part)


@pytest.mark.parametrize(
    "rows", [{}, [1], [{}], [{"source": 1}], [{"source": "a.mcap", "frame": "1"}], [{"source": "a.mcap", "body": ""}],
             [{"source": "a.mcap", "frames": "x"}], [{"source": "a.mcap", "name": "n"}, {"source": "b", "name": "n"}]])
def test_a_wrong_manifest_is_named(tmp_path: Path, rows: object) -> None:
    with pytest.raises(UsageError):
        takes_of([], manifest(tmp_path, rows), USUAL)


def test_nothing_empty_and_absent_are_told(tmp_path: Path) -> None:
    for inputs, rows, kind in (([], None, UsageError), ([tmp_path], None, InputMissing),
                               ([], tmp_path / "none.json", InputMissing)):
        with pytest.raises(kind):
            takes_of(inputs, rows, USUAL)
    (tmp_path / "rows.json").write_text("[")
    with pytest.raises(PoseBridgeError, match="not JSON"):
        takes_of([], tmp_path / "rows.json", USUAL)
