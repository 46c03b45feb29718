"""Fails unless a built wheel holds everything a user needs and nothing of ours alone."""
from __future__ import annotations

import sys
import zipfile

NEEDED = (
    "bridge/py.typed",
    "models/py.typed",
    "bridge/assets/demo.mcap",
    "bridge/generated/posebridge_pb2.py",
    "bridge/generated/posebridge_pb2.pyi",
    "bridge/generated/skeleton.py",
    "models/weights/default.safetensors",
    "models/weights/default.json",
    "models/weights/commercial.safetensors",
    "models/weights/commercial.json",
)
FOREIGN = ("tests/", "proto/", ".ci/", "engine_plugins/")
LARGEST_MB = 40


def faults(names: list[str], megabytes: float) -> list[str]:
    """What is wrong with a wheel of these files and this size."""
    found = [f"{name} is missing" for name in NEEDED if name not in names]
    found += [f"{name} has no place in it" for name in names if name.startswith(FOREIGN)]
    found += [] if any("licenses/LICENSE" in name for name in names) else ["the licence is missing"]
    found += [] if any(name.startswith("models/weights/") and name.endswith(".md") for name in names) else [
        "the prior's model card is missing"]
    return found + ([f"it has {megabytes:.0f} MB; {LARGEST_MB} are allowed"] if megabytes > LARGEST_MB else [])


def main(path: str) -> int:
    with zipfile.ZipFile(path) as wheel:
        names = wheel.namelist()
        megabytes = sum(item.compress_size for item in wheel.infolist()) / 1e6
    wrong = faults(names, megabytes)
    print(f"{len(names)} files, {megabytes:.1f} MB;", "; ".join(wrong) or "all there")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
