"""Which versions the index of a repository lists."""
from __future__ import annotations

import itertools

from engine_plugins.blender.build import newest


def entry(version: str, least: str = "4.2.0", name: str = "posebridge", **more: object) -> dict[str, object]:
    return {"id": name, "version": version, "blender_version_min": least, **more}


def test_the_newest_for_the_same_blenders_however_they_lie_in_the_folder() -> None:
    versions = ["0.9.0", "0.10.0-beta", "0.10.0", "0.2.11"]
    for order in itertools.permutations(versions):
        assert newest([entry(version) for version in order]) == [entry("0.10.0")]


def test_what_is_for_other_blenders_stays_and_newer_ones_come_last() -> None:
    old, new, other = entry("1.0.0"), entry("2.0.0", "5.0.0"), entry("0.1.0", name="another")
    mac = entry("1.0.0", platforms=["macos-arm64"])
    assert newest([new, old, other, mac]) == [other, old, mac, new]
