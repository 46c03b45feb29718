"""The extension's core stands alone: Blender's Python has numpy and the standard library, and nothing of ours."""
from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[5]
ADD_ON = ROOT / "engine_plugins" / "blender"
FOREIGN = {"bridge", "models", "torch", "zmq", "google", "scipy", "bpy", "mathutils", "engine_plugins"}


def test_every_module_is_imported_by_plain_python() -> None:
    modules = [".".join(path.relative_to(ADD_ON).with_suffix("").parts)
               for path in sorted((ADD_ON / "posebridge" / "core").rglob("*.py")) if path.name != "__init__.py"]
    code = f"import sys; sys.path.insert(0, {str(ADD_ON)!r}); import {', '.join(modules)}; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-I", "-c", code], cwd=ADD_ON, capture_output=True, text=True, check=True,
                            timeout=60).stdout.split()
    assert "posebridge.core.client" in loaded
    assert {name.partition(".")[0] for name in loaded} & FOREIGN == set()
