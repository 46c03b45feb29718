"""Who solves, as a line that changes whenever its results might: asked of a daemon, or known before one is started."""
from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bridge import __version__
from bridge.errors import ModelMissing
from bridge.farm.receipt import sha256_of
from models.prior.shipped import shipped_names, weights_file

if TYPE_CHECKING:
    from bridge.replies import Welcome


def of_daemon(welcome: Welcome) -> str:
    """Of one that is ready. The device is left out: farms have several, and nobody wants everything twice for it."""
    return f"{welcome.version} {welcome.model}"


def of_private_daemon(engine: str | None, weights: Path | None) -> str:
    """Of one that would be started so; the same line as `of_daemon` then. Raises ModelMissing."""
    if engine == "echo":
        return f"{__version__} echo"
    path = weights_file(weights)
    if not path.is_file():
        raise ModelMissing(f"no prior at {path} (shipped, by name: {', '.join(shipped_names())})")
    return f"{__version__} {path.stem} (sha256 {sha256_of(path)[:12]})"
