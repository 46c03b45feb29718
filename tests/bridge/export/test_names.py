from __future__ import annotations

from pathlib import Path

from bridge.export.names import distinct, plain_name, result_name


def test_results_of_one_name_are_told_apart() -> None:
    assert distinct(["take", "take", "take-2", "other"]) == ["take", "take-2", "take-2-2", "other"]


def test_a_file_gives_its_stem_and_an_archive_its_clip_too() -> None:
    assert result_name(Path("a/take.mcap")) == "take"
    assert result_name(Path("x/archive.npz#01_03_part2")) == "archive-01_03_part2"


def test_nothing_in_a_name_leads_elsewhere() -> None:
    assert plain_name("set/subject/../run 1") == "set_subject_.._run_1"
