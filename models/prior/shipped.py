"""The priors that come with the package, by name."""
from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "weights"
DEFAULT = "default"


def shipped_names() -> list[str]:
    """The default first."""
    return sorted((file.stem for file in FOLDER.glob("*.safetensors")), key=lambda name: (name != DEFAULT, name))


def weights_file(asked: Path | None = None) -> Path:
    """The file of a shipped prior asked for by its name, or the file asked for itself; None: the default prior."""
    name = str(asked or DEFAULT)
    return FOLDER / f"{name}.safetensors" if name in shipped_names() else Path(name)
