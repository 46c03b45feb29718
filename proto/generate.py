"""Write every committed copy of the contract; with --check, fail when a committed copy is stale.

    python proto/generate.py           # after editing posebridge.proto or skeleton.json
    python proto/generate.py --check   # what CI runs
"""
from __future__ import annotations

import argparse
import json
import sys
import tempfile
from importlib import resources
from pathlib import Path

from google.protobuf.descriptor_pb2 import FileDescriptorSet
from plain_codec import plain_codecs
from skeleton_csharp import skeleton_class

ROOT = Path(__file__).resolve().parent.parent
SKELETON = ROOT / "proto" / "skeleton.json"
SCHEMA = ROOT / "proto" / "posebridge.proto"
SKELETON_COPIES = ("bridge/generated/skeleton.py", "models/kinematics/smpl22.py",
                   "engine_plugins/blender/posebridge/core/smpl22.py")
CSHARP_SKELETON = "engine_plugins/unity/com.posebridge.unity/Runtime/Core/Body/Smpl22.cs"


def skeleton_module() -> str:
    """The skeleton contract as a Python module of plain tuples."""
    contract = json.loads(SKELETON.read_text())
    joints = contract["joints"]
    lines = [
        '"""Written by proto/generate.py from proto/skeleton.json: edit that, not this."""',
        "",
        f"SOLE_HEIGHT_M = {contract['sole_height_m']}",
        "JOINT_NAMES: tuple[str, ...] = (",
        *(f'    "{joint["name"]}",' for joint in joints),
        ")",
        "PARENTS: tuple[int, ...] = (",
        *(f"    {joint['parent']}," for joint in joints),
        ")",
        "NEUTRAL_OFFSETS_M: tuple[tuple[float, float, float], ...] = (",
        *(f"    ({', '.join(str(value) for value in joint['offset_m'])})," for joint in joints),
        ")",
    ]
    return "\n".join(lines) + "\n"


def compiled() -> tuple[dict[str, str], FileDescriptorSet]:
    """posebridge_pb2.py and its type stub, as protoc writes them, and the schema as it understood it."""
    from grpc_tools import protoc

    well_known = resources.files("grpc_tools") / "_proto"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "python").mkdir()
        status = protoc.main([
            "protoc", f"-I{SCHEMA.parent}", f"-I{well_known}", f"--python_out={folder / 'python'}",
            f"--pyi_out={folder / 'python'}", f"--descriptor_set_out={folder / 'schema'}", SCHEMA.name])
        if status:
            raise SystemExit(f"protoc refused {SCHEMA.name}, exit {status}")
        modules = {path.name: path.read_text() for path in sorted((folder / "python").iterdir())}
        return modules, FileDescriptorSet.FromString((folder / "schema").read_bytes())


def copies() -> dict[Path, str]:
    """Every generated file and its text."""
    generated = ROOT / "bridge" / "generated"
    texts = {ROOT / path: skeleton_module() for path in SKELETON_COPIES}
    texts[ROOT / CSHARP_SKELETON] = skeleton_class(json.loads(SKELETON.read_text()))
    modules, schema = compiled()
    texts |= {generated / name: text for name, text in modules.items()}
    return texts | {ROOT / path: text for path, text in plain_codecs(schema.file[0]).items()}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 and name the stale files")
    check = parser.parse_args().check
    stale = [path for path, text in copies().items() if not path.exists() or path.read_text() != text]
    for path in stale:
        print(f"{'stale' if check else 'wrote'} {path.relative_to(ROOT)}")
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(copies()[path])
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
