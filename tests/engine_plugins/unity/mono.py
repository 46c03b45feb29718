"""The package's C# compiled and run under mono: what Unity's compiler would take, without Unity."""
from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
PACKAGE = ROOT / "engine_plugins" / "unity" / "com.posebridge.unity"
EDITOR = PACKAGE / "Editor"
CORE = PACKAGE / "Runtime" / "Core"
COMPONENTS = tuple(PACKAGE / "Runtime" / name for name in ("Unity", "Xr", "Vrm"))
SAMPLES = PACKAGE / "Samples~"
NUNIT = Path("/usr/lib/cli/nunit.framework-2.6.3/nunit.framework.dll")
COMPILER = ["mcs", "-langversion:7.2", "-warnaserror", "-warn:4", "-optimize+", "-debug-",
            "-nowarn:649"]  # fields that only an inspector fills


def require(*programs: str) -> None:
    missing = [program for program in programs if shutil.which(program) is None]
    if missing:
        pytest.skip(f"{', '.join(missing)} is not there: apt-get install mono-mcs mono-runtime mono-devel "
                    "nunit-console libnunit-cil-dev")


def compiled(out: Path, sources: Path | tuple[Path, ...], *references: Path) -> Path:
    """A .dll, or an .exe, of all C# below some folders; the compiler's own words where it refuses."""
    folders = sources if isinstance(sources, tuple) else (sources,)
    files = sorted(file for folder in folders for file in folder.rglob("*.cs"))
    target = "exe" if out.suffix == ".exe" else "library"
    command = [*COMPILER, f"-target:{target}", f"-out:{out}", *(f"-r:{one}" for one in references),
               *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return out
