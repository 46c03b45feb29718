from __future__ import annotations

from pathlib import Path

import pytest

from bridge.errors import InputMissing
from bridge.farm.receipt import begin_anew, read_receipt, receipt_path, sha256_of, what_changed, write_receipt

PARTS = {"session": "abc", "frames": None, "solver": "1 default"}


@pytest.fixture
def made(tmp_path: Path) -> Path:
    (tmp_path / "take.npz").write_bytes(b"motion")
    write_receipt(tmp_path, "take", PARTS, [tmp_path / "take.npz"], {"frames": 3})
    return tmp_path


def test_the_same_parts_are_up_to_date(made: Path) -> None:
    kept = read_receipt(made, "take")
    assert what_changed(kept, dict(reversed(PARTS.items()))) is None
    assert kept is not None and kept["about"] == {"frames": 3}


@pytest.mark.parametrize(("changed", "said"), [({"session": "abd"}, "another session"), ({"new": 1}, "another new"),
                                               ({"frames": "1-2", "solver": ""}, "another frames, solver")])
def test_what_else_it_would_be_made_of_is_named(made: Path, changed: dict[str, object], said: str) -> None:
    assert what_changed(read_receipt(made, "take"), PARTS | changed) == said


def test_a_result_that_is_gone_or_cut_is_made_anew(made: Path) -> None:
    (made / "take.npz").write_bytes(b"mot")
    assert what_changed(read_receipt(made, "take"), PARTS) == "not made yet"
    (made / "take.npz").unlink()
    assert read_receipt(made, "take") is None


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"schema": 1, "outputs": [], "parts": 3}', "{\"schema\": 9}"])
def test_a_damaged_receipt_is_none(made: Path, text: str) -> None:
    receipt_path(made, "take").write_text(text)
    assert read_receipt(made, "take") is None


def test_before_results_change_the_receipt_goes_and_so_do_a_killed_process_s_remains(made: Path) -> None:
    left = [".take.npz.12.unfinished", ".take.solved.json.7.unfinished"]
    others = [".take.f1-3.npz.12.unfinished", ".take2.npz.3.unfinished", ".take.npz.swp"]
    for name in left + others:
        (made / name).write_text("")
    begin_anew(made, "take")
    assert sorted(path.name for path in made.iterdir()) == sorted([*others, "take.npz"])


def test_a_file_is_hashed_anew_once_it_changes(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"one")
    first = sha256_of(file)
    file.write_bytes(b"another")
    assert sha256_of(file) != first


def test_what_cannot_be_read_is_missing(tmp_path: Path) -> None:
    with pytest.raises(InputMissing, match="no such file"):
        sha256_of(tmp_path / "none")
    with pytest.raises(InputMissing, match="cannot be read"):
        sha256_of(tmp_path)
