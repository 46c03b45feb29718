"""Which files jobs may touch: regular ones in allowed folders, reached without a link, whatever a client names.

A path is walked folder by folder from its root, each opened in the one before and never through a link, so that what
was checked is what is opened, even if somebody renames folders meanwhile.
"""
from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bridge.checks import counted
from bridge.errors import InputMissing, UsageError
from bridge.jobs.job import Input
from bridge.messages import ErrorCode
from bridge.refusals import Refusal

SUPPORTED = os.open in os.supports_dir_fd and hasattr(os, "O_NOFOLLOW")
_NOT_THROUGH = (errno.ELOOP, errno.ENOTDIR, errno.EMLINK)


class Roots:
    """The folders given with --allow-jobs."""

    def __init__(self, folders: Sequence[Path]) -> None:
        """UsageError for one that is not there, or a system that cannot keep jobs within folders."""
        if folders and not SUPPORTED:
            raise UsageError("--allow-jobs: this system cannot open files within a folder without following links")
        for folder in folders:
            if not folder.is_absolute() or not folder.is_dir():
                raise UsageError(f"--allow-jobs {folder}: it must be the absolute path of a folder that is there")
        self._roots = [(str(folder), str(folder.resolve())) for folder in folders]

    @contextmanager
    def opened(self, path: str, or_folder: bool = False) -> Iterator[int]:
        """A descriptor of a regular file, or of a folder too, to be read. Refusal PATH_REFUSED; InputMissing."""
        root, names = self._within(path)
        if not names:
            raise _refused(path, "is a folder")
        with _walked(path, root, names[:-1]) as folder:
            file = _open(path, names[-1], os.O_RDONLY | os.O_NONBLOCK, folder)  # a pipe would wait for its writer
            try:
                mode = os.fstat(file).st_mode
                if not stat.S_ISREG(mode) and not (or_folder and stat.S_ISDIR(mode)):
                    raise _refused(path, "is no regular file")
                yield file
            finally:
                os.close(file)

    def named(self, path: str) -> str:
        """The file that is meant: this one, or of archive.npz#clip the archive."""
        archive, mark, clip = path.rpartition("#")
        if not mark or "/" in clip:
            return path
        try:
            with self.opened(path):
                return path
        except InputMissing:
            return archive

    def look(self, path: str, or_folder_of: int = 0) -> Input:
        """The file as it is now; or the folder, of so many files at most. Raises what `opened` does, and TooLarge."""
        with self.opened(self.named(path), or_folder_of > 0) as file:
            return input_of(path, file, or_folder_of)

    @contextmanager
    def folder(self, path: str, make: bool = False) -> Iterator[int]:
        """A descriptor of a folder, made if need be."""
        root, names = self._within(path)
        with _walked(path, root, names, make) as folder:
            yield folder

    def _within(self, path: str) -> tuple[str, list[str]]:
        """The root, and the names from there to the path. PATH_REFUSED for whatever is no plain absolute path."""
        parts = path.split("/")
        if "\0" in path or not path.startswith("/") or path.startswith("//") or {".", ".."} & set(parts):
            raise _refused(path, "is no plain absolute path")
        plain = "/" + "/".join(filter(None, parts))
        for told, real in self._roots:
            for root in (told, real):
                if plain == root or plain.startswith(root.rstrip("/") + "/"):
                    return real, [name for name in plain[len(root):].split("/") if name]
        raise _refused(path, "is in no folder that this daemon allows (posebridge serve --allow-jobs)")


def input_of(path: str, file: int, most_files: int) -> Input:
    """What an open file or folder is now. TooLarge for a folder of more files."""
    about = os.fstat(file)
    if not stat.S_ISDIR(about.st_mode):
        return Input(path, about.st_size, about.st_mtime_ns)
    names = files_in(path, file)
    counted(len(names), 0, most_files, f"files in {path}")
    inside = [os.stat(name, dir_fd=file, follow_symlinks=False) for name in names]
    return Input(path, sum(one.st_size for one in inside), max(one.st_mtime_ns for one in (about, *inside)))


def files_in(path: str, folder: int) -> list[str]:
    """The names of a folder's files, sorted. PATH_REFUSED for a link, a pipe or the like among them; folders are left
    out."""
    found = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_file(follow_symlinks=False):
                found.append(entry.name)
            elif not entry.is_dir(follow_symlinks=False):
                raise _refused(f"{path}/{entry.name}", "is no regular file")
    return sorted(found)


@contextmanager
def _walked(path: str, root: str, names: Sequence[str], make: bool = False) -> Iterator[int]:
    folder = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for name in names:
            if make:
                _make(path, name, folder)
            below = _open(path, name, os.O_RDONLY | os.O_DIRECTORY, folder)
            os.close(folder)
            folder = below
        yield folder
    finally:
        os.close(folder)


def _make(path: str, name: str, folder: int) -> None:
    try:
        os.mkdir(name, dir_fd=folder)
    except FileExistsError:
        return
    except PermissionError as error:
        raise _refused(path, f"cannot be made: {error.strerror}") from error


def _open(path: str, name: str, how: int, folder: int) -> int:
    try:
        return os.open(name, how | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
    except FileNotFoundError:
        raise InputMissing(f"{path}: no such file") from None
    except (OSError, ValueError) as error:
        if isinstance(error, OSError) and error.errno in _NOT_THROUGH:
            raise _refused(path, f"leads through a link or a file: {name!r}") from error
        raise _refused(path, f"cannot be opened: {error}") from error


def _refused(path: str, why: str) -> Refusal:
    return Refusal(ErrorCode.PATH_REFUSED, f"{path!a} {why}")
