"""Where results go: the folder asked for."""
from __future__ import annotations

import errno
import os
from pathlib import Path

from bridge.errors import UsageError

NOT_OURS = (errno.ENOSPC, errno.EDQUOT, errno.EIO)  # of the disk, and may pass


def make_folder(folder: Path) -> Path:
    """The folder, made if need be; UsageError where none can be, or nothing can be written into it."""
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file; --out must be a folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        if error.errno in NOT_OURS:
            raise
        raise UsageError(f"{folder}: {error.strerror}; --out must be a folder, or where one can be made") from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise UsageError(f"{folder} cannot be written to; --out must be a folder that can")
    return folder
