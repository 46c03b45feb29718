"""Imports point one way: the table below is the map's, a short walk over the sources holds it, and rooms stay small."""
from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("bridge", "models", "proto", "engine_plugins")


@dataclass(frozen=True)
class Wall:
    banned: frozenset[str]
    unless_in: tuple[str, ...] = ()  # modules (and all below them) that may


def wall(*banned: str, unless_in: tuple[str, ...] = ()) -> Wall:
    return Wall(frozenset(banned), unless_in)


SOCKETS = ("bridge.server", "bridge.client", "bridge.relay", "bridge.security")
ENGINE_SIDE = ("bridge.engine", "bridge.farm")
TORCH_FREE = ("interface", "link", "echo", "worker", "host", "inbox", "keeper", "orders", "gather", "restarts", "pulse",
              "watch")
TABLE: dict[str, tuple[Wall, ...]] = {
    "models": (
        wall("bridge", "zmq", "google", "engine_plugins"),
        wall("models.rivals", unless_in=("models.rivals",)),  # the product stands without them
    ),
    "models.samplers": (wall("models.prior", "models.training"),),
    "models.kinematics": (wall("models"),),  # its own room excepted
    "bridge": (
        wall("torch", "models", "roma", "smplx", unless_in=ENGINE_SIDE),
        wall("zmq", unless_in=SOCKETS),
        wall("viser", unless_in=("bridge.viewer",)),  # an extra
        wall("ray", unless_in=("bridge.farm.on_ray",)),  # an extra
        wall("google", "bridge.generated.posebridge_pb2", unless_in=("bridge.wire", "bridge.generated")),
    ),
    **{f"bridge.engine.{name}": (wall("torch", "models"),) for name in TORCH_FREE},
    "engine_plugins": (wall("bridge", "models", "torch", "zmq", "google"),),
    "engine_plugins.blender.posebridge.core": (wall("bpy", "mathutils"),),
}
EVERYWHERE = wall("tests")
GENERATED = ("bridge.generated", "engine_plugins.blender.posebridge.core.messages")


def within(name: str, rooms: tuple[str, ...] | frozenset[str]) -> bool:
    """Whether a module is in one of the rooms or below; `bridge.wire` includes `bridge.wire_clip`, its continuation."""
    return any(name == room or name.startswith((room + ".", room + "_")) for room in rooms)


def module_name(path: Path) -> str:
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


def imported(tree: ast.AST, module: str) -> Iterator[str]:
    """Every module a source names in an import, at any depth, relative ones and import_module("...") included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = module.split(".")[: -node.level] if node.level else []
            yield from (".".join([*base, *filter(None, [node.module]), alias.name]) for alias in node.names)
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("importlib.import_module", "import_module"):
            yield from (arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str))


def broken_walls(source: str, module: str) -> list[str]:
    """What this source imports that its place forbids."""
    names = list(imported(ast.parse(source), module))
    walls = [(room, one) for room, several in TABLE.items() if within(module, (room,)) for one in several]
    found = []
    for room, one in [*walls, ("", EVERYWHERE)]:
        if within(module, one.unless_in):
            continue
        own = (room,) if within(room, one.banned) else ()
        found += [f"{module} imports {name}" for name in names if within(name, one.banned) and not within(name, own)]
    return found


UNSAFE_MODULES = frozenset({"pickle", "cPickle", "cloudpickle", "dill", "joblib", "shelve", "marshal"})
UNSAFE_CALLS = frozenset({"eval", "exec", "os.system", "yaml.load", "pickle.loads", "np.fromfile"})


def unsafe_uses(source: str, module: str) -> list[str]:
    """Ways by which a foreign file or message could become running code."""
    tree = ast.parse(source)
    found = [f"{module} imports {name}" for name in imported(tree, module) if within(name, UNSAFE_MODULES)]
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        name = ast.unparse(call.func)
        options = {word.arg: ast.unparse(word.value) for word in call.keywords}
        if name in UNSAFE_CALLS or (name.endswith("torch.load") and options.get("weights_only") != "True"):
            found.append(f"{module} calls {name}, line {call.lineno}")
        if options.get("allow_pickle", "False") != "False" or options.get("shell", "False") != "False":
            found.append(f"{module} calls {name} with a pickle or a shell, line {call.lineno}")
    return found


def sources() -> dict[str, str]:
    """Module name -> text of every Python file of the house that a person wrote."""
    paths = (path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py")) if "_pb2" not in path.name)
    return {module_name(path.relative_to(ROOT)): path.read_text() for path in paths}


def test_no_wall_is_broken() -> None:
    assert [line for module, text in sources().items() for line in broken_walls(text, module)] == []


def test_nothing_loads_foreign_code() -> None:
    assert [line for module, text in sources().items() for line in unsafe_uses(text, module)] == []


CSHARP = ROOT / "engine_plugins" / "unity" / "com.posebridge.unity"
CSHARP_GENERATED = ("Messages.cs", "Smpl22.cs")
CSHARP_BANNED = {"Runtime/Core": ("UnityEngine", "UnityEditor"), "Runtime": ("UnityEditor", "Process."),
                 "": ("System.Reflection", "Activator.", "dynamic ", "DllImport", "BinaryFormatter")}
CSHARP_ALLOWED = {"Runtime/Core/Client/FileGuard.cs": '[DllImport("libc")]'}  # asks Linux for a file's mode


def csharp_uses(text: str, place: str) -> list[str]:
    """What C# at this place of the Unity package names and must not: engines in the core; reflection, which compilers
    ahead of time break, foreign libraries and loaders of code anywhere."""
    code = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("//"))
    code = code.replace(CSHARP_ALLOWED.get(place, "//"), "", 1)
    return [f"{place} uses {word}" for room, words in CSHARP_BANNED.items() if place.startswith(room)
            for word in words if word in code]


def csharp_sources() -> dict[str, str]:
    """Path in the package -> text of every C# file that a person wrote."""
    return {path.relative_to(CSHARP).as_posix(): path.read_text() for path in sorted(CSHARP.rglob("*.cs"))
            if path.name not in CSHARP_GENERATED}


def test_the_unity_package_s_walls_hold() -> None:
    assert [line for place, text in csharp_sources().items() for line in csharp_uses(text, place)] == []
    assert csharp_uses("using UnityEngine;", "Runtime/Core/A.cs") and csharp_uses("[DllImport]", "Editor/A.cs")
    assert csharp_uses("using UnityEditor;", "Runtime/Unity/A.cs")
    assert not csharp_uses("using UnityEditor;", "Editor/A.cs")


def test_the_unity_package_s_files_stay_small() -> None:
    texts = csharp_sources()
    assert len(texts) > 20
    assert {place: len(text.splitlines()) for place, text in texts.items() if len(text.splitlines()) > 200} == {}
    assert [place for place, text in texts.items() if max(map(len, text.splitlines())) > 120] == []
    assert [place for place, text in texts.items() if "/// <summary>" not in text] == []


def test_the_table_names_rooms_that_exist() -> None:
    rooms = [room for room in TABLE if not room.startswith("engine_plugins")]
    assert [room for room in rooms if not list(ROOT.glob(room.replace(".", "/") + "*"))] == []


def test_rooms_stay_small() -> None:
    texts = {module: text for module, text in sources().items() if not within(module, GENERATED)}
    long_files = {module: len(text.splitlines()) for module, text in texts.items() if len(text.splitlines()) > 200}
    assert long_files == {}
    lengths = sorted(
        (node.end_lineno or 0) - node.lineno + 1
        for text in texts.values()
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    assert lengths[-1] <= 60
    assert lengths[int(0.9 * len(lengths))] <= 30


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("models.prior.network", "import bridge.frames"),
        ("models.training.train", "def late():\n    from zmq import Context"),
        ("models.kinematics.forward", "from models.prior import network"),
        ("models.kinematics.forward", "from ..prior import network"),
        ("models.evaluation.methods", "from models.rivals.network import Regressor"),
        ("models.samplers.guidance", "import models.training.dataset as data"),
        ("bridge.session", "import torch.nn"),
        ("bridge.commands.train", "from models.training.train import fit"),
        ("bridge.cli", "import importlib\nimportlib.import_module('torch')"),
        ("bridge.engine.worker", "import torch"),
        ("bridge.session", "import zmq"),
        ("bridge.commands.view", "import viser"),
        ("bridge.farm.batch", "import ray"),
        ("bridge.session", "from bridge.generated import posebridge_pb2 as pb"),
        ("bridge.session", "from google.protobuf import message"),
        ("bridge.frames", "from tests.vectors import cases"),
        ("engine_plugins.blender.posebridge.core.client", "import bpy"),
    ],
)
def test_a_planted_import_is_caught(module: str, source: str) -> None:
    assert broken_walls(source, module)


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("models.kinematics.forward", "from models.kinematics import rotations"),
        ("models.prior.network", "import torch\nfrom models.kinematics.skeleton import PARENTS"),
        ("bridge.engine.solver", "import torch\nfrom models.samplers import guidance"),
        ("models.rivals.recipes", "from models.rivals.network import Regressor"),
        ("bridge.server", "import zmq"),
        ("bridge.wire", "from bridge.generated import posebridge_pb2"),
        ("bridge.wire_clip", "from bridge.generated import posebridge_pb2"),
        ("bridge.session", "from bridge.generated.skeleton import PARENTS"),
    ],
)
def test_an_honest_import_is_not(module: str, source: str) -> None:
    assert broken_walls(source, module) == []


@pytest.mark.parametrize(
    "source",
    [
        "import pickle",
        "from dill import loads",
        "eval(text)",
        "torch.load(path)",
        "torch.load(path, weights_only=False)",
        "numpy.load(path, allow_pickle=True)",
        "subprocess.run(line, shell=True)",
    ],
)
def test_a_planted_loader_is_caught(source: str) -> None:
    assert unsafe_uses(source, "bridge.planted")


def test_the_command_that_needs_viser_is_told_about_without_it() -> None:
    loaded = subprocess.run([sys.executable, "-c", "import bridge.commands.view, sys; print(*sys.modules)"], cwd=ROOT,
                            capture_output=True, text=True, check=True, timeout=60).stdout.split()
    assert "bridge.viewer.page" in loaded and not {"viser", "torch"} & set(loaded)


def test_the_daemon_beside_its_engine_loads_little() -> None:
    """It holds 47 MB of memory; scipy alone would double that."""
    loaded = subprocess.run([sys.executable, "-c", "import bridge.server, sys; print(*sys.modules)"], cwd=ROOT,
                            capture_output=True, text=True, check=True, timeout=60).stdout.split()
    assert "zmq" in loaded and not {"torch", "scipy", "matplotlib", "rich"} & set(loaded)
