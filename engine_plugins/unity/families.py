"""Write the package's copy of the tables of rig families, which are the Blender extension's; with --check, fail when it
is stale.

    python engine_plugins/unity/families.py           # after editing a table in blender/posebridge/core/families
    python engine_plugins/unity/families.py --check
"""
from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OUT = Path(__file__).resolve().parent / "com.posebridge.unity" / "Runtime" / "Core" / "BoneNames" / "Families.cs"

if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
from engine_plugins.blender.posebridge.core.families import FAMILIES  # noqa: E402
from engine_plugins.blender.posebridge.core.families.family import Family  # noqa: E402

HEAD = """namespace PoseBridge.Core
{
    /// <summary>Written by engine_plugins/unity/families.py from the Blender extension's tables: edit these.</summary>
    public static class Families
    {
        public static readonly Family[] All =
        {
"""
TAIL = "        };\n    }\n}\n"


def text() -> str:
    return HEAD + "".join(map(_family, FAMILIES)) + TAIL


def _family(one: Family) -> str:
    limbs = [name for pair in one.limbs.items() for name in pair]
    twist = [name for joint, bones in one.twist.items() for bone in bones for name in (joint, bone)]
    rows = (f"{_quoted(one.name)}, {_quoted(one.pelvis)}", _list(one.spine), _list(one.neck), _quoted(one.head),
            _list(limbs), _list(twist), "null" if one.root is None else _quoted(one.root), _quoted(one.sign))
    return "            new Family(" + ",\n                ".join(rows) + "),\n"


def _list(names: Iterable[str]) -> str:
    """Four names to a line."""
    quoted = [_quoted(name) for name in names]
    lines = [", ".join(quoted[start : start + 4]) for start in range(0, len(quoted), 4)]
    return "new string[] { " + ",\n                    ".join(lines) + " }"


def _quoted(name: str) -> str:
    return json.dumps(name, ensure_ascii=False)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if the copy is stale")
    check = parser.parse_args().check
    stale = not OUT.exists() or OUT.read_text() != text()
    if stale:
        print(f"{'stale' if check else 'wrote'}: {OUT.relative_to(ROOT)}")
        if not check:
            OUT.write_text(text())
    return int(check and stale)


if __name__ == "__main__":
    sys.exit(main())
