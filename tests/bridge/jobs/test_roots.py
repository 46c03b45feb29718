"""Where jobs may go, tried with paths that want to go elsewhere."""
from __future__ import annotations

import os
from pathlib import Path

import pytest

from bridge.errors import InputInvalid, InputMissing, UsageError
from bridge.jobs.place import copy_in
from bridge.jobs.roots import SUPPORTED, Roots
from bridge.messages import ErrorCode
from bridge.refusals import Refusal

pytestmark = pytest.mark.skipif(not SUPPORTED, reason="this system opens no files within folders")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """allowed/take.mcap, allowed/deep/; outside/secret; and links of all kinds in allowed that lead out of it."""
    allowed, outside = tmp_path / "allowed", tmp_path / "outside"
    (allowed / "deep").mkdir(parents=True)
    outside.mkdir()
    (allowed / "take.mcap").write_text("readings")
    (outside / "secret").write_text("secret")
    (allowed / "link").symlink_to(outside / "secret")
    (allowed / "door").symlink_to(outside)
    (allowed / "loop").symlink_to(allowed / "loop")
    (allowed / "inside").symlink_to(allowed / "take.mcap")
    os.mkfifo(allowed / "pipe")
    return tmp_path


@pytest.mark.parametrize("path", [
    "", "/", "relative", "take.mcap", "//server/share/a", "\\\\server\\share\\a", "/etc/passwd",
    "{allowed}", "{allowed}/", "{allowed}/../outside/secret", "{allowed}/deep/../../outside/secret",
    "{allowed}/./take.mcap", "{allowed}/link", "{allowed}/door/secret", "{allowed}/loop", "{allowed}/inside",
    "{allowed}/pipe", "{allowed}/deep", "{allowed}/take.mcap/x", "{allowed}/take.mcap\0.png", "{allowed}x/secret",
    "{outside}/secret", "{allowed}/deep/" + "n" * 300, "/proc/self/root{allowed}/take.mcap", "/dev/zero"])
def test_a_path_that_leads_elsewhere_is_refused(tree: Path, path: str) -> None:
    roots = Roots([tree / "allowed"])
    wanted = path.format(allowed=tree / "allowed", outside=tree / "outside")
    with pytest.raises(Refusal) as refused:
        roots.look(wanted)
    assert refused.value.code is ErrorCode.PATH_REFUSED and "\0" not in str(refused.value)


def test_regular_files_below_a_root_are_found(tree: Path) -> None:
    roots = Roots([tree / "allowed"])
    assert roots.look(f"{tree}/allowed//take.mcap").size == len("readings")
    with pytest.raises(InputMissing):
        roots.look(f"{tree}/allowed/none.mcap")


def test_a_root_may_itself_be_reached_by_a_link(tree: Path) -> None:
    (tree / "way").symlink_to(tree / "allowed")
    roots = Roots([tree / "way"])
    for path in (tree / "way" / "take.mcap", tree / "allowed" / "take.mcap"):
        assert roots.look(str(path)).size == len("readings")


@pytest.mark.parametrize("path", ["{allowed}/door/new", "{allowed}/link", "{allowed}/../new", "{allowed}/take.mcap"])
def test_no_folder_is_made_elsewhere(tree: Path, path: str) -> None:
    roots = Roots([tree / "allowed"])
    with pytest.raises(Refusal), roots.folder(path.format(allowed=tree / "allowed"), make=True):
        pass
    assert not (tree / "outside" / "new").exists() and not (tree / "new").exists()


def test_folders_below_a_root_are_made(tree: Path) -> None:
    with Roots([tree / "allowed"]).folder(f"{tree}/allowed/a/b", make=True) as folder:
        assert os.listdir(folder) == []
    assert (tree / "allowed" / "a" / "b").is_dir()


def test_what_becomes_a_link_after_it_was_looked_at_is_not_read(tree: Path) -> None:
    roots = Roots([tree / "allowed"])
    (tree / "allowed" / "deep" / "secret").write_text("harmless")
    seen = roots.look(f"{tree}/allowed/deep/secret")
    (tree / "allowed" / "deep").rename(tree / "allowed" / "was")
    (tree / "allowed" / "deep").symlink_to(tree / "outside")
    with pytest.raises(Refusal):
        copy_in(roots, seen, tree, 1000)
    assert not (tree / "secret").exists()


def test_an_opened_folder_stays_the_one_that_was_checked(tree: Path) -> None:
    with Roots([tree / "allowed"]).folder(f"{tree}/allowed/deep") as folder:
        (tree / "allowed" / "deep").rename(tree / "allowed" / "was")
        (tree / "allowed" / "deep").symlink_to(tree / "outside")
        os.close(os.open("new", os.O_CREAT | os.O_WRONLY, dir_fd=folder))
    assert (tree / "allowed" / "was" / "new").exists() and not (tree / "outside" / "new").exists()


def test_a_file_that_was_changed_is_not_the_one_submitted(tree: Path) -> None:
    roots = Roots([tree / "allowed"])
    seen = roots.look(f"{tree}/allowed/take.mcap")
    (tree / "allowed" / "take.mcap").write_text("other readings")
    with pytest.raises(InputInvalid, match="changed"):
        copy_in(roots, seen, tree, 1000)


@pytest.mark.parametrize("root", ["none", "allowed/take.mcap"])
def test_a_root_that_is_no_folder_is_a_mistake(tree: Path, root: str) -> None:
    with pytest.raises(UsageError):
        Roots([tree / root])
    with pytest.raises(UsageError):
        Roots([Path("relative")])


def test_a_folder_is_what_its_files_are(tree: Path) -> None:
    """Added, removed, renamed or changed, it is another; only the folders that are asked for are looked into."""
    folder, roots = tree / "allowed" / "deep", Roots([tree / "allowed"])
    (folder / "below").mkdir()
    (folder / "a.json").write_text("12")
    (folder / "b.json").write_text("345")
    first = roots.look(str(folder), or_folder_of=9)
    assert first.size == 5 and roots.look(str(folder), or_folder_of=9) == first
    copy = copy_in(roots, first, tree / "outside", 100, 9)
    assert sorted(path.name for path in copy.iterdir()) == ["a.json", "b.json"]
    assert (copy / "b.json").read_text() == "345"
    (folder / "b.json").rename(folder / "c.json")
    assert roots.look(str(folder), or_folder_of=9) != first
    with pytest.raises(InputInvalid, match="was changed"):
        copy_in(roots, first, tree, 100, 9)
    with pytest.raises(Refusal, match="no regular file"):
        roots.look(str(folder))
    with pytest.raises(InputInvalid, match="at most 4 are allowed"):
        copy_in(roots, first, tree, 4, 9)


def test_a_clip_of_an_archive_is_the_archive_unless_a_file_has_the_name(tree: Path) -> None:
    allowed, roots = tree / "allowed", Roots([tree / "allowed"])
    (allowed / "clips.npz").write_text("whole")
    clip = roots.look(f"{allowed}/clips.npz#walk")
    assert (clip.path, clip.size) == (f"{allowed}/clips.npz#walk", 5)
    copy = copy_in(roots, clip, tree, 100)
    assert copy == tree / "clips.npz#walk" and (tree / "clips.npz").read_text() == "whole"
    (allowed / "clips.npz#walk").write_text("a file")
    assert roots.look(f"{allowed}/clips.npz#walk").size == 6
    with pytest.raises(InputMissing):
        roots.look(f"{allowed}/none.npz#walk")
