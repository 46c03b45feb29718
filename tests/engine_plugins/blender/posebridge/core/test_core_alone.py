"""The core runs in plain Python: what it loads is its own, numpy and the standard library."""
from __future__ import annotations

import subprocess
import sys
from pathlib import Path

EXTENSION = Path(__file__).resolve().parents[5] / "engine_plugins" / "blender"
SCRIPT = """
import sys
import posebridge.core.retarget, posebridge.core.bone_match, posebridge.core.resample, posebridge.core.coordinates
roots = {name.partition(".")[0] for name in sys.modules}
print(*sorted(roots - set(sys.stdlib_module_names) - set(sys.builtin_module_names)))
"""


def test_it_loads_numpy_and_nothing_else_from_outside() -> None:
    found = subprocess.run([sys.executable, "-S", "-c", f"import sys; sys.path += {sys.path!r}\n{SCRIPT}"],
                           cwd=EXTENSION, capture_output=True, text=True, check=True, timeout=60)
    assert {*found.stdout.split()} - {"__main__"} == {"numpy", "posebridge"}
