"""Write the lock that the container is built from: every package by version and hash. Needs uv (pip install uv).

    python packaging/container/lock.py cuda [--upgrade]                       packages as a plain index has them
    python packaging/container/lock.py cpu --torch-backend cpu [--upgrade]    with PyTorch's own build for CPUs

Other words go to `uv pip compile`; --find-links DIR is for a build for CPUs that lies on a disk. What is locked stays
as it is unless pyproject.toml no longer allows it, or --upgrade asks for the newest.
"""
from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
KINDS = ("cpu", "cuda")
EXTRAS = ("farm", "usd")  # smpl's licence is non-commercial; a farm looks at nothing in a browser
PYTHON, PLATFORM = "3.11", "x86_64-manylinux_2_28"


def locked(kind: str) -> Path:
    return HERE / f"requirements-{kind}.txt"


def command(kind: str, more: list[str]) -> list[str]:
    extras = [word for extra in EXTRAS for word in ("--extra", extra)]
    return ["uv", "pip", "compile", "pyproject.toml", *extras, "--generate-hashes", "--only-binary", ":all:",
            "--python-version", PYTHON, "--python-platform", PLATFORM, "--quiet",
            "--custom-compile-command", f"python packaging/container/lock.py {kind}",
            "--output-file", str(locked(kind).relative_to(ROOT)), *more]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=KINDS)
    chosen, more = parser.parse_known_args()
    return subprocess.run(command(chosen.kind, more), cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
