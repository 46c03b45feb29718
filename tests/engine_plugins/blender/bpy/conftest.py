"""Tests that run inside Blender's own Python; test_in_blender.py beside this folder starts them."""
from __future__ import annotations

import importlib.util
from collections.abc import Iterator

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
def extension() -> Iterator[None]:
    """Registered as Blender does it when the user enables it; taken back afterwards."""
    import engine_plugins.blender.posebridge as extension

    extension.register()
    yield
    extension.unregister()
