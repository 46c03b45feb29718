"""Files into and out of the allowed folders: private copies in, whole files out."""
from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from bridge.checks import TooLarge
from bridge.errors import InputInvalid, PoseBridgeError
from bridge.jobs.job import Input, Output
from bridge.jobs.roots import Roots, files_in, input_of
from bridge.messages import ErrorCode
from bridge.refusals import Refusal

PIECE = 1 << 20
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def copy_in(roots: Roots, wanted: Input, folder: Path, most_bytes: int, most_files: int = 0) -> Path:
    """A copy that nobody changes while it is read, of a file or of a folder of so many; archive.npz#clip stays a clip
    of the archive's copy. InputInvalid if it is not what was submitted."""
    if wanted.size > most_bytes:
        raise TooLarge(f"{wanted.path} has {wanted.size} bytes; at most {most_bytes} are allowed")
    real = roots.named(wanted.path)
    copy = folder / os.path.basename(real.rstrip("/"))
    with roots.opened(real, most_files > 0) as source:
        if input_of(wanted.path, source, most_files) != wanted:
            raise InputInvalid(f"{wanted.path} was changed after the job was submitted")
        if stat.S_ISDIR(os.fstat(source).st_mode):
            _copy_folder(real, source, copy)
        else:
            _copy_file(source, copy)
    return copy.with_name(copy.name + wanted.path[len(real):])


def _copy_folder(path: str, source: int, copy: Path) -> None:
    copy.mkdir()
    for name in files_in(path, source):
        file = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=source)
        try:
            _copy_file(file, copy / name)
        finally:
            os.close(file)


def _copy_file(source: int, copy: Path) -> None:
    with copy.open("wb") as target:
        for piece in _pieces(source):
            target.write(piece)


def stage(folder: int, job: str, name: str, source: Path) -> Output:
    """A copy in the folder under a name that nobody looks at, synced. On an error there is none."""
    hidden = _hidden(name, job)
    with suppress(FileNotFoundError):
        os.unlink(hidden, dir_fd=folder)
    target = os.open(hidden, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644,
                     dir_fd=folder)
    try:
        with source.open("rb") as file, os.fdopen(target, "wb") as out:
            digest = hashlib.sha256()
            for piece in _pieces(file.fileno()):
                digest.update(piece)
                out.write(piece)
            out.flush()
            os.fsync(out.fileno())
            about = os.fstat(out.fileno())
            return Output(name, about.st_size, about.st_mtime_ns, digest.hexdigest())
    except OSError:
        os.unlink(hidden, dir_fd=folder)
        raise


def settle(folder: int, job: str, outputs: tuple[Output, ...]) -> bool:
    """Gives what was staged its names; True if all of them are there in the end, as they were written down."""
    for output in outputs:
        hidden = _hidden(output.name, job)
        if _is(folder, hidden, output):
            os.rename(hidden, output.name, src_dir_fd=folder, dst_dir_fd=folder)
        elif not _is(folder, output.name, output):
            return False
    os.fsync(folder)
    return True


def clean(folder: int, job: str) -> None:
    """Removes what a killed process left half written."""
    for name in os.listdir(folder):
        if name.startswith(".") and name.endswith(f".{job}.unfinished"):
            os.unlink(name, dir_fd=folder)


def whole(folder: int, outputs: tuple[Output, ...]) -> bool:
    """Whether all are there as they were written, by size and time: reading them may take long."""
    try:
        seen = [os.stat(output.name, dir_fd=folder, follow_symlinks=False) for output in outputs]
    except OSError:
        return False
    return [(about.st_size, about.st_mtime_ns) for about in seen] == [(one.size, one.mtime_ns) for one in outputs]


def failure(error: Exception) -> PoseBridgeError:
    """What a job's table says of an error."""
    if isinstance(error, PoseBridgeError):
        return error
    if isinstance(error, OSError) and error.errno in _FULL:
        return Refusal(ErrorCode.DISK_FULL, f"no room to write: {error.strerror}")
    if isinstance(error, PermissionError):
        return Refusal(ErrorCode.PATH_REFUSED, f"not permitted: {error}")
    return Refusal(ErrorCode.INTERNAL, f"{type(error).__name__}: {error}")


def _hidden(name: str, job: str) -> str:
    return f".{name}.{job}.unfinished"


def _is(folder: int, name: str, output: Output) -> bool:
    try:
        file = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
    except OSError:
        return False
    try:
        if os.fstat(file).st_size != output.size:
            return False
        digest = hashlib.sha256()
        for piece in _pieces(file):
            digest.update(piece)
        return digest.hexdigest() == output.sha256
    except OSError:  # a folder in its place
        return False
    finally:
        os.close(file)


def _pieces(file: int) -> Iterator[bytes]:
    while piece := os.read(file, PIECE):
        yield piece
