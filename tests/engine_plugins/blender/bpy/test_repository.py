"""The folder that a studio hosts: what its index says is so, and a Blender installs and updates from it over HTTP."""
from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from engine_plugins.blender.build import SOURCE, build, extension_command, index

BLENDER = """
import bpy, os, sys
preferences = bpy.context.preferences
preferences.system.use_online_access = True
repos = preferences.extensions.repos
repo = repos.new(name="Studio", module="studio", remote_url=sys.argv[1])
number = [*repos].index(repo)
bpy.ops.extensions.repo_sync(repo_index=number)
bpy.ops.extensions.package_install(repo_index=number, pkg_id="posebridge", enable_on_install=True)
import bl_ext.studio.posebridge.farm_batch as farm_batch
print("installed", farm_batch._version(), farm_batch.__file__, flush=True)
print("ready" if sys.stdin.readline() else "", flush=True)
bpy.ops.extensions.repo_sync(repo_index=number)
bpy.ops.extensions.package_upgrade_all()
print("updated", farm_batch._version(), hasattr(bpy.types.WindowManager, "posebridge"), flush=True)
os._exit(0)
"""


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        """Says nothing."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    command = extension_command(sys.executable)
    build(tmp_path / "repository", command)
    index(tmp_path / "repository", command)
    return tmp_path / "repository"


@pytest.fixture
def address(folder: Path) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/index.json"
        server.shutdown()
        thread.join()


def newer(folder: Path, version: str) -> None:
    """A later version beside the one that is there, and the index anew."""
    source = folder.parent / version
    shutil.copytree(SOURCE, source, ignore=shutil.ignore_patterns("__pycache__"))
    manifest = source / "blender_manifest.toml"
    manifest.write_text(manifest.read_text().replace('version = "0.1.0"', f'version = "{version}"'))
    command = extension_command(sys.executable)
    build(folder, command, source)
    index(folder, command)


def entries(folder: Path) -> list[dict[str, Any]]:
    return list(json.loads((folder / "index.json").read_text())["data"])


def test_the_index_says_what_is_there(folder: Path) -> None:
    entry, = entries(folder)
    manifest = tomllib.loads((SOURCE / "blender_manifest.toml").read_text())
    zipped = (folder / entry["archive_url"]).read_bytes()
    assert entry["archive_size"] == len(zipped)
    assert entry["archive_hash"] == f"sha256:{hashlib.sha256(zipped).hexdigest()}"
    same = ("id", "version", "type", "license", "blender_version_min", "permissions", "tags", "schema_version")
    assert {key: entry[key] for key in same} == {key: manifest[key] for key in same}
    assert "blender_version_max" not in entry and "platforms" not in entry  # each Blender from 4.2, everywhere
    assert json.loads((folder / "index.json").read_text())["version"] == "v1"
    assert "posebridge-0.1.0.zip" in (folder / "index.html").read_text()


def test_a_blender_installs_from_it_and_updates(folder: Path, address: str, tmp_path: Path) -> None:
    around = {**os.environ, "BLENDER_USER_RESOURCES": str(tmp_path / "user")}
    around.pop("PYTHONPATH", None)
    (tmp_path / "user").mkdir()
    blender = subprocess.Popen([sys.executable, "-c", BLENDER, address], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, text=True, env=around, cwd=tmp_path)
    assert blender.stdout is not None
    said = [next((line for line in iter(blender.stdout.readline, "") if line.startswith("installed")), "nothing")]
    newer(folder, "0.1.1")
    said += [blender.communicate("go on\n", timeout=60)[0]]
    assert "installed 0.1.0" in said[0] and str(tmp_path / "user") in said[0], said
    assert "updated 0.1.1 True" in said[1], said
    assert [entry["version"] for entry in entries(folder)] == ["0.1.1"]
    assert sorted(path.name for path in folder.glob("*.zip")) == ["posebridge-0.1.0.zip", "posebridge-0.1.1.zip"]
