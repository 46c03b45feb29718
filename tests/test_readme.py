"""The README is the map: it names what is there, and its commands are the ones that work."""
from __future__ import annotations

import re
from fnmatch import fnmatch
from pathlib import Path

import pytest

from bridge import errors
from bridge.cli import COMMANDS

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text()
MAP = README.split("## The map")[1].split("\n## ")[0]


def test_its_first_two_blocks_are_the_two_commands() -> None:
    blocks = re.findall(r"^```(?:sh|bash|console)\n(.*?)^```", README, flags=re.M | re.S)
    assert [block.strip() for block in blocks] == [
        "pip install . && posebridge demo --out demo",
        "pip install '.[dev]' && python -m pytest -n 2 --dist loadgroup",
    ]


@pytest.mark.parametrize("package", ["bridge", "models"])
def test_every_room_is_on_the_map(package: str) -> None:
    here = (ROOT / package).iterdir()
    rooms = {path.name for path in here if path.suffix == ".py" or (path.is_dir() and (path / "__init__.py").exists())}
    named = re.findall(r"[\w*]+(?:\.py|(?=/))", MAP)
    rooms -= {"__init__.py", "__main__.py"}
    assert {room for room in rooms if not any(fnmatch(room, name) for name in named)} == set()


def test_every_file_on_the_map_is_there() -> None:
    named = set(re.findall(r"[\w*]+\.(?:py|proto|json)", MAP))
    assert {name for name in named if not list(ROOT.rglob(name))} == set()


def test_it_names_every_command_and_exit_code() -> None:
    assert [command for command in COMMANDS if f"| `{command}` |" not in README] == []
    table = README.split("| exit code | |")[1].split("\n\n")[0]
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, Exception)]
    assert {kind.exit_code for kind in kinds} <= {int(code) for code in re.findall(r"\d+", table)}


def test_every_promise_names_tests_that_are_there() -> None:
    promises = README.split("## Promises")[1].split("\n## ")[0].split("\n- ")[1:]
    for promise in promises:
        named = re.findall(r"`(tests/[\w/]+\.py)`", promise)
        assert named and all((ROOT / name).is_file() for name in named), promise


def test_the_table_of_promises_has_all_25_and_names_tests_that_are_there() -> None:
    table = (ROOT / "tests" / "promises" / "README.md").read_text()
    assert re.findall(r"^\| (\d+) \|", table, flags=re.M) == [str(number) for number in range(1, 26)]
    named = set(re.findall(r"`(tests/[\w/]+\.py)`", table))
    assert {name for name in named if not (ROOT / name).is_file()} == set()
    there = {f"tests/promises/{path.name}" for path in (ROOT / "tests" / "promises").glob("test_*.py")}
    assert there - named == set()
