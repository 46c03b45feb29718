"""Write the .meta file of every asset of the package that has none yet; with --check, fail and name what is wrong.

    python engine_plugins/unity/metas.py           # after adding a file or folder
    python engine_plugins/unity/metas.py --check

Unity knows an asset by the GUID in its .meta file, so one that is there is never written again: move it with its asset.
"""
from __future__ import annotations

import argparse
import hashlib
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent / "com.posebridge.unity"
COMMON = "  externalObjects: {}\n"
TAIL = "  userData: \n  assetBundleName: \n  assetBundleVariant: \n"
SCRIPT = "  serializedVersion: 2\n  defaultReferences: []\n  executionOrder: 0\n  icon: {instanceID: 0}\n"
IMPORTERS = {".cs": f"MonoImporter:\n{COMMON}{SCRIPT}", ".asmdef": f"AssemblyDefinitionImporter:\n{COMMON}",
             ".unity": f"DefaultImporter:\n{COMMON}",
             **{suffix: f"TextScriptImporter:\n{COMMON}" for suffix in (".md", ".xml", ".bytes")}}
SAMPLES = "Samples~"  # copied into a project as it is, .meta files and all


def assets(package: Path) -> Iterator[Path]:
    """Files and folders that Unity imports: not those whose name begins with a dot or ends with a tilde, nor what is in
    them; but what samples hold."""
    for path in sorted(package.iterdir()):
        if path.name == SAMPLES:
            yield from assets(path)
        if path.name.startswith(".") or path.name.endswith("~") or path.suffix == ".meta":
            continue
        yield path
        if path.is_dir():
            yield from assets(path)


def meta_of(asset: Path) -> Path:
    return asset.with_name(asset.name + ".meta")


def new_meta(asset: Path, package: Path) -> str:
    """Its GUID comes from where it first lay, so that two people who add the same file agree."""
    place = f"{package.name}/{asset.relative_to(package).as_posix()}"
    guid = hashlib.md5(place.encode(), usedforsecurity=False).hexdigest()
    if asset.is_dir():
        importer = f"folderAsset: yes\nDefaultImporter:\n{COMMON}"
    elif asset.name == "package.json":
        importer = f"PackageManifestImporter:\n{COMMON}"
    else:
        importer = IMPORTERS[asset.suffix]
    return f"fileFormatVersion: 2\nguid: {guid}\n{importer}{TAIL}"


def faults(package: Path) -> list[str]:
    """One line each; empty: all is well."""
    known = list(assets(package))
    missing = [f"{asset.relative_to(package)} has no .meta file" for asset in known if not meta_of(asset).exists()]
    metas = [path for path in package.rglob("*.meta") if "Documentation~" not in str(path.relative_to(package))]
    alone = [f"{path.relative_to(package)} belongs to nothing" for path in metas if not path.with_suffix("").exists()]
    guids = {path: re.search(r"^guid: ([0-9a-f]{32})$", path.read_text(), re.M) for path in metas}
    bad = [f"{path.relative_to(package)} has no GUID" for path, found in guids.items() if found is None]
    times = Counter(found[1] for found in guids.values() if found is not None)
    twice = [f"the GUID {guid} is there {count} times" for guid, count in times.items() if count > 1]
    return missing + alone + bad + twice


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 and name what is wrong")
    if not parser.parse_args().check:
        for asset in assets(PACKAGE):
            if not meta_of(asset).exists():
                meta_of(asset).write_text(new_meta(asset, PACKAGE))
                print(f"wrote {meta_of(asset).relative_to(PACKAGE)}")
    found = faults(PACKAGE)
    print(*found, sep="\n", end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
