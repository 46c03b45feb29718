"""What a batch is of, decided before anything starts; receipts; what is told while it goes."""
from __future__ import annotations

import json
import math
import os
from dataclasses import replace
from pathlib import Path

import pytest

from bridge.config import ServeConfig
from bridge.local import LocalDaemon
from engine_plugins.blender.posebridge.core.batch import BatchError, Take, placed, shard, takes_of
from engine_plugins.blender.posebridge.core.batch_daemon import BatchDaemon
from engine_plugins.blender.posebridge.core.batch_receipt import (
    forget_receipt,
    sha256_of,
    what_changed,
    write_receipt,
    write_whole,
)
from engine_plugins.blender.posebridge.core.batch_report import CURRENT, DONE, FAILED, Report
from engine_plugins.blender.posebridge.core.client_errors import DaemonMissing

RIG = Path("hero.blend")
USUAL = Take(Path(), armature="Hero")


def test_folders_files_and_rows(tmp_path: Path) -> None:
    for name in ("b.mcap", "a.CSV", "c.npz", "notes.txt"):
        (tmp_path / name).touch()
    (tmp_path / "list.json").write_text('[{"source": "b.mcap", "armature": "Other", "first_frame": 5}]')
    found = takes_of([tmp_path, Path("gone.mcap")], tmp_path / "list.json", USUAL)
    assert [take.source.name for take in found] == ["a.CSV", "b.mcap", "c.npz", "gone.mcap", "b.mcap"]
    assert [take.is_session for take in found] == [True, True, False, True, True]
    assert (found[0].armature, found[4].armature, found[4].first_frame) == ("Hero", "Other", 5)


@pytest.mark.parametrize(("text", "said"), [
    ("{", "not JSON"), ("{}", "a list of rows, got dict"), ('["a.mcap"]', 'row 1: a row is an object with a "source"'),
    ('[{"source": "a.mcap", "colour": 1}]', "colour is 1; allowed are source"),
    ('[{"source": "a.mcap", "first_frame": true}]', "first_frame is True"), ("[]", "nothing to do"),
    ('[{"source": "a.fbx"}]', "a.fbx is no take")])
def test_a_manifest_that_is_none(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "list.json").write_text(text)
    with pytest.raises(BatchError, match=said.replace("(", r"\(")):
        takes_of([], tmp_path / "list.json", USUAL)


def test_nothing_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"no \.mcap, \.csv, \.npz in this folder"):
        takes_of([tmp_path], None, USUAL)
    with pytest.raises(FileNotFoundError, match="no such file"):
        takes_of([], tmp_path / "none.json", USUAL)


def test_places_by_a_pattern() -> None:
    takes = [Take(Path("day1/walk.v2.mcap")), Take(Path("day2/walk.v2.mcap"), out=Path("own.blend"))]
    found = placed(takes, "{rig}/{folder}_{number:03d}_{name}", RIG)
    assert [take.out for take in found] == [Path("hero/day1_001_walk.v2.blend"), Path("own.blend")]


@pytest.mark.parametrize(("pattern", "said"), [
    ("{name}", "{folder} or {number}"), ("{take}", "may hold {name}"), ("{name", "may hold"), (None, "give --out"),
    ("hero.blend", "the open file itself")])
def test_places_that_cannot_be(pattern: str | None, said: str) -> None:
    takes = [Take(Path("day1/walk.mcap")), Take(Path("day2/walk.mcap"))]
    with pytest.raises(BatchError) as error:
        placed(takes, pattern, RIG)
    assert said in str(error.value)


@pytest.mark.parametrize("count", [1, 2, 3, 7, 20])
def test_shares_are_each_take_once(count: int) -> None:
    takes = [Take(Path(f"{number}.mcap")) for number in range(10)]
    shares = [shard(takes, f"{number}/{count}") for number in range(1, count + 1)]
    assert sorted(take.source for share in shares for take in share) == sorted(take.source for take in takes)
    assert max(map(len, shares)) == math.ceil(10 / count)


@pytest.mark.parametrize("part", ["0/2", "3/2", "1", "a/b", "1/2/3", "-1/2"])
def test_no_share(part: str) -> None:
    with pytest.raises(BatchError, match="a share is i/n"):
        shard([], part)


def test_a_receipt_says_what_is_another(tmp_path: Path) -> None:
    out, parts = tmp_path / "a.blend", {"rig": "1", "options": {"strip": False}, "solver": None}
    write_receipt(out, parts)
    assert what_changed(out, parts) == "not made yet"  # the receipt alone is nothing
    out.touch()
    assert what_changed(out, parts) is None
    assert what_changed(out, {**parts, "rig": "2", "options": {"strip": True}}) == "another rig, options"
    (tmp_path / "a.blend.json").write_text("rubbish")
    assert "not known" in str(what_changed(out, parts))
    forget_receipt(out)
    forget_receipt(out)
    assert "not known" in str(what_changed(out, parts))


def test_a_hash_is_of_each_file_in_its_place(tmp_path: Path) -> None:
    first, second = tmp_path / "1", tmp_path / "2"
    first.write_text("ab")
    second.write_text("c")
    one = sha256_of([first, second])
    first.write_text("a")
    second.write_text("bc")
    assert one != sha256_of([first, second]) != sha256_of([second, first])


def test_a_file_is_whole_or_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_whole(tmp_path / "a", "first")
    monkeypatch.setattr(os, "replace", lambda *paths: (_ for _ in ()).throw(OSError("disk")))
    with pytest.raises(OSError, match="disk"):
        write_whole(tmp_path / "a", "second")
    assert (tmp_path / "a").read_text() == "first\n" and len([*tmp_path.iterdir()]) == 1


@pytest.mark.parametrize(("kind", "last"), [
    ("text", "[2/2] b.mcap: failed: too short"), ("openjd", "openjd_progress: 100.0"), ("deadline", "Progress: 100%"),
    ("json", '"percent": 100.0, "said": "failed: too short"}'), ("none", "")])
def test_what_is_told(tmp_path: Path, kind: str, last: str) -> None:
    said: list[str] = [""]
    takes = [Take(Path("a.mcap"), Path("a.blend")), Take(Path("b.mcap"), Path("b.blend"))]
    report = Report(takes, {"rig": "hero.blend"}, kind, tmp_path / "r.json", said.append)
    report.stage(report.rows[0], "solving", 0.25)
    report.stage(report.rows[0], "solving", 0.26)  # too soon to be told
    report.ended(report.rows[0], CURRENT, "", 0)
    half = json.loads((tmp_path / "r.json").read_text())
    assert [row["state"] for row in half["rows"]] == ["up to date", "not begun"] and half["code"] == 0
    report.ended(report.rows[1], FAILED, "too short", 43, 1.234)
    assert said[-1].endswith(last) and sum("solving" in line for line in said) == (kind != "none")
    assert json.loads((tmp_path / "r.json").read_text()) == {"rig": "hero.blend", "code": 43, "rows": [
        {"source": "a.mcap", "out": "a.blend", "state": "up to date", "code": 0, "said": "", "seconds": 0.0},
        {"source": "b.mcap", "out": "b.blend", "state": "failed", "code": 43, "said": "too short", "seconds": 1.23}]}
    assert report.summary() == "2 takes: 1 up to date, 1 failed"
    assert DONE not in report.summary()


def no_program() -> str:
    raise FileNotFoundError("no command")


def test_the_daemon_that_runs_says_who_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = replace(ServeConfig(), connection_file=tmp_path / "d.json", recordings=tmp_path, engine="echo")
    with LocalDaemon(config):
        monkeypatch.setenv("POSEBRIDGE_CONNECTION", str(tmp_path / "d.json"))
        daemon = BatchDaemon(no_program)
        assert daemon.solver().startswith("0.1.0 ") and len(daemon.solver()) > 8
        daemon.close()
    with pytest.raises(FileNotFoundError, match="no command"):
        BatchDaemon(no_program).solver()
    assert BatchDaemon(no_program).solver(may_start=False) == ""


def test_one_of_its_own_that_cannot_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSEBRIDGE_CONNECTION", str(tmp_path / "none.json"))
    program = tmp_path / "posebridge"
    program.write_text("#!/bin/sh\necho the prior is damaged >&2; exit 5\n")
    program.chmod(0o755)
    daemon = BatchDaemon(lambda: str(program))
    with pytest.raises(DaemonMissing, match="the prior is damaged"):
        daemon.solver()
    assert os.environ["POSEBRIDGE_CONNECTION"] == str(tmp_path / "none.json")
