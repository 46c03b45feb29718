"""Tests that run inside Blender's own Python; test_in_blender.py beside this folder starts them."""
from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

if importlib.util.find_spec("bpy") is None:
    collect_ignore_glob = ["*.py"]


@pytest.fixture(autouse=True)
def empty_file() -> Iterator[None]:
    """Each test begins with nothing in the file."""
    import bpy

    bpy.ops.wm.read_factory_settings(use_empty=True)
    yield


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """The posebridge command's plain twin (stand_in.py) in its place, as test_in_blender.py has put it beside it."""
    found = shutil.which("posebridge")
    assert found is not None, "there is no posebridge command"
    monkeypatch.setenv("PATH", f"{Path(found).parent / 'stand_in'}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def extension() -> Iterator[None]:
    """Registered as Blender does it when the user enables it; taken back afterwards."""
    import engine_plugins.blender.posebridge as extension

    extension.register()
    yield
    extension.unregister()
