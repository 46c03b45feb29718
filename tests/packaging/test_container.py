"""The container's locks hold what pyproject.toml asks for, all that it needs in turn, and nothing without a hash."""
from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

import bridge

ROOT = Path(__file__).resolve().parents[2]
CONTAINER = ROOT / "packaging" / "container"
EXTRAS = ("farm", "usd")
LINUX = {"platform_system": "Linux", "sys_platform": "linux", "platform_machine": "x86_64", "python_version": "3.11",
         "python_full_version": "3.11.0", "extra": ""}
KINDS = pytest.mark.parametrize("kind", ["cpu", "cuda"])


def pins(kind: str) -> dict[str, Version]:
    """Each package's version; fails for any line that is no pin, hash or comment."""
    text = (CONTAINER / f"requirements-{kind}.txt").read_text(encoding="utf-8")
    entries = re.sub(r"^\s*#.*\n", "", text, flags=re.M).replace("\\\n", "").splitlines()
    found = [re.fullmatch(r"([a-z0-9-]+)==(\S+)((?:\s+--hash=sha256:[0-9a-f]{64})+)\s*", entry) for entry in entries]
    assert all(found), [entry for entry, match in zip(entries, found, strict=True) if not match]
    return {match[1]: Version(match[2]) for match in found if match}


def asked() -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    return [Requirement(text) for text in [*project["dependencies"], *(one for name in EXTRAS for one in extras[name])]]


@KINDS
def test_it_holds_what_the_project_asks_for_in_versions_that_fit(kind: str) -> None:
    locked = pins(kind)
    for need in asked():
        name = canonicalize_name(need.name)
        assert name in locked and need.specifier.contains(locked[name]), need


@KINDS
def test_it_holds_what_those_need_in_turn(kind: str) -> None:
    """As far as they are installed here: an image installs nothing that the lock does not name."""
    locked = pins(kind)
    missing = {need for name in locked for need in needs(name) if need not in locked}
    assert not missing


def needs(name: str) -> Iterator[str]:
    """What an installed package needs on Linux, by name."""
    try:
        texts = requires(name) or []
    except PackageNotFoundError:
        return
    for need in map(Requirement, texts):
        if need.marker is None or need.marker.evaluate(LINUX):
            yield canonicalize_name(need.name)


def test_only_that_for_gpus_has_what_a_gpu_needs() -> None:
    cpu, cuda = pins("cpu"), pins("cuda")
    assert cpu["torch"].local == "cpu" and cuda["torch"].local is None and cpu["torch"].base_version == str(
        cuda["torch"])
    assert not [name for name in cpu if name.startswith(("nvidia", "cuda", "triton"))]
    assert any(name.startswith("nvidia") for name in cuda)
    assert {name: cuda[name] for name in cpu if name != "torch"} == {
        name: version for name, version in cpu.items() if name != "torch"}


def steps() -> list[tuple[str, str]]:
    """The Containerfile's instructions and their words."""
    lines = re.sub(r"^#.*\n", "", (CONTAINER / "Containerfile").read_text(encoding="utf-8"), flags=re.M)
    entries = lines.replace("\\\n", "").split("\n")
    return [(word, " ".join(rest.split())) for word, _, rest in (entry.partition(" ") for entry in entries if entry)]


def test_the_image_is_built_of_the_lock_alone() -> None:
    runs = [words for word, words in steps() if word == "RUN"]
    installs = [part for words in runs for part in words.split(" && ") if "install" in part]
    assert [part for part in installs if "--require-hashes" not in part] == [
        "pip install --no-index --no-deps --no-build-isolation ."]
    assert all("--no-deps" in part for part in installs) and any("pip check" in words for words in runs)
    assert "setuptools" in pins("cpu")  # what builds our own wheel there


def test_what_it_copies_is_there_and_all_that_the_wheel_is_built_of() -> None:
    copied = [words.split()[:-1] for word, words in steps() if word == "COPY" and "--from" not in words]
    files = [file for some in copied for file in some]
    assert all((ROOT / file.replace("${TORCH}", kind)).exists() for file in files for kind in ("cpu", "cuda"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert {project["project"]["readme"], *project["project"]["license-files"], "pyproject.toml"} <= {*files}
    packages = {one.split(".")[0] for one in project["tool"]["setuptools"]["packages"]["find"]["include"]}
    assert packages <= {*files}


def test_it_runs_as_nobody_in_particular_by_the_posebridge_command() -> None:
    last = {word: words for word, words in steps()}
    user = last["USER"].split(":")
    assert all(part.isdecimal() and int(part) > 0 for part in user)
    assert last["ENTRYPOINT"] == '["posebridge"]'
    after = [word for word, _ in steps()][[word for word, _ in steps()].index("USER"):]
    assert "RUN" not in after and "COPY" not in after


def test_the_version_is_said_in_one_place() -> None:
    files = [path for path in CONTAINER.iterdir() if path.suffix != ".txt" and path.is_file()]
    assert len(files) == 2 and not [path for path in files if bridge.__version__ in path.read_text(encoding="utf-8")]
