"""The package as Unity and npm take it: manifest, assemblies, .meta files, licence; no more and no less."""
from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

import bridge
from engine_plugins.unity import families
from engine_plugins.unity.metas import assets, faults, meta_of, new_meta
from tests.engine_plugins.unity import sample_session
from tests.engine_plugins.unity.mono import PACKAGE, ROOT, SAMPLES

ASSEMBLIES = {path: json.loads(path.read_text()) for path in PACKAGE.rglob("*.asmdef")}


def test_the_manifest_is_one_that_unity_takes() -> None:
    manifest = json.loads((PACKAGE / "package.json").read_text())
    assert manifest["name"] == PACKAGE.name and re.fullmatch(r"com\.[a-z0-9.-]+", manifest["name"])
    assert manifest["version"] == bridge.__version__ and re.fullmatch(r"\d+\.\d+\.\d+", manifest["version"])
    assert re.fullmatch(r"20\d\d\.\d|6000\.\d", manifest["unity"])
    assert {"displayName", "description", "license", "author", "keywords"} <= manifest.keys()
    assert all(name.startswith("com.unity.modules.") for name in manifest["dependencies"]), "modules, no packages"
    for sample in manifest.get("samples", []):
        assert (PACKAGE / sample["path"]).is_dir()


def test_assemblies_name_themselves_and_only_each_other() -> None:
    names = {assembly["name"] for assembly in ASSEMBLIES.values()}
    assert names == {path.stem for path in ASSEMBLIES} and "PoseBridge.Core" in names
    for assembly in ASSEMBLIES.values():
        foreign = set(assembly["references"]) - names
        assert foreign <= {"VRM10"} and (not foreign or assembly["defineConstraints"]), "only where it is"
    assert not any(assembly["precompiledReferences"] or assembly["allowUnsafeCode"] for assembly in ASSEMBLIES.values())


def test_the_core_has_no_engine() -> None:
    core = ASSEMBLIES[PACKAGE / "Runtime" / "Core" / "PoseBridge.Core.asmdef"]
    assert core["noEngineReferences"] is True and core["references"] == []


def test_no_assembly_of_the_player_is_stripped() -> None:
    kept = set(re.findall(r'fullname="([\w.]+)"', (PACKAGE / "Runtime" / "link.xml").read_text()))
    assert kept == {assembly["name"] for path, assembly in ASSEMBLIES.items() if "Runtime" in path.parts}


def test_every_source_belongs_to_an_assembly() -> None:
    rooms = [path.parent for path in ASSEMBLIES]
    assert [path for path in PACKAGE.rglob("*.cs") if not any(room in path.parents for room in rooms)] == []


def test_the_sample_s_scene_names_assets_that_are_there() -> None:
    wanted = set(re.findall(r"guid: ([0-9a-f]{32})", (SAMPLES / "Desktop" / "Desktop.unity").read_text()))
    names = {path.name for path in SAMPLES.rglob("*.meta") if any(guid in path.read_text() for guid in wanted)}
    assert names == {"DesktopDemo.cs.meta", "Session.bytes.meta"} and len(wanted) == 2


def test_the_sample_s_session_is_the_demo_s() -> None:
    assert sample_session.OUT.read_bytes() == sample_session.data(), "run: python -m " + sample_session.__name__


def test_every_asset_has_a_guid_of_its_own() -> None:
    assert faults(PACKAGE) == []


def test_its_rig_families_are_the_blender_extension_s() -> None:
    assert families.OUT.read_text() == families.text(), "run: python engine_plugins/unity/families.py"


def test_a_missing_a_lonely_and_a_double_meta_are_told(tmp_path: Path) -> None:
    package = tmp_path / "package"
    shutil.copytree(PACKAGE, package)
    meta_of(package / "package.json").unlink()
    (package / "Gone.cs.meta").write_text(new_meta(package / "Runtime", package))
    told = faults(package)
    assert "package.json has no .meta file" in told and "Gone.cs.meta belongs to nothing" in told
    (package / "Runtime.meta").write_text((package / "LICENSE.md.meta").read_text())
    assert any("2 times" in line for line in faults(package))


def test_the_licence_is_the_project_s_and_nothing_compiled_is_in_it() -> None:
    assert (PACKAGE / "LICENSE.md").read_text() == (ROOT / "LICENSE").read_text()
    kinds = {".cs", ".json", ".asmdef", ".md", ".xml", ".unity", ".bytes"}
    assert {path.suffix for path in assets(PACKAGE) if path.is_file()} <= kinds


def test_its_documentation_names_the_settings_that_are_there() -> None:
    text = (PACKAGE / "Documentation~" / "index.md").read_text()
    source = (PACKAGE / "Runtime" / "Unity" / "AvatarSettings.cs").read_text()
    for row in re.findall(r"^\| ([A-Z]\w+(?: \w+)?) \|", text, flags=re.M):
        field = re.sub(r" (\w)", lambda found: found[1].upper(), row[0].lower() + row[1:])
        assert re.search(rf" {field}(M|S)?[; ]", source), f"there is no setting {row}"


def test_npm_packs_it_whole(tmp_path: Path) -> None:
    if shutil.which("npm") is None:
        pytest.skip("npm is not there")
    command = ["npm", "pack", "--json", "--ignore-scripts", "--offline", "--pack-destination", str(tmp_path)]
    done = subprocess.run([*command, str(PACKAGE)], capture_output=True, text=True, timeout=100, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    packed = {file["path"] for file in json.loads(done.stdout)[0]["files"]}
    assert packed == {path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*") if path.is_file()}
