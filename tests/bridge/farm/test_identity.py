from __future__ import annotations

from pathlib import Path

import pytest

from bridge import __version__
from bridge.engine.solver import load_engine
from bridge.errors import ModelMissing
from bridge.farm.identity import of_private_daemon


def test_it_is_known_before_it_is_loaded() -> None:
    """Results of the running daemon and of one of our own are of one maker, or all would be made twice."""
    loaded = load_engine(None, "cpu", 1).info()
    assert of_private_daemon(None, None) == f"{__version__} {loaded.model}"


def test_another_prior_is_another_solver(tmp_path: Path) -> None:
    assert of_private_daemon("cpu", Path("commercial")) != of_private_daemon("cpu", None)
    assert of_private_daemon("echo", None) == f"{__version__} echo"
    with pytest.raises(ModelMissing, match="default, commercial"):
        of_private_daemon(None, tmp_path / "none.safetensors")
