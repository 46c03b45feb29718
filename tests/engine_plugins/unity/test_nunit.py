"""The tests that are written in C#, run by NUnit."""
from __future__ import annotations

import os
import subprocess
import xml.etree.ElementTree as Xml
from pathlib import Path

from tests.engine_plugins.unity import more_matches, more_retargets
from tests.engine_plugins.unity.mono import ROOT

FEWEST = 100  # so that a run that finds none does not pass


def test_the_tests_in_csharp_pass(nunit_dlls: list[Path]) -> None:
    folder = nunit_dlls[0].parent
    report, more, matches = (folder / name for name in ("report.xml", "more.json", "matches.json"))
    more_retargets.write(more)
    more_matches.write(matches)
    done = subprocess.run(
        ["nunit-console", "-nologo", "-nodots", f"-xml:{report}", *map(str, nunit_dlls)], capture_output=True,
        text=True, timeout=100, cwd=folder,
        env={**os.environ, "POSEBRIDGE_VECTORS": str(ROOT / "tests" / "vectors"), "POSEBRIDGE_MORE": str(more),
             "POSEBRIDGE_MATCHES": str(matches)})
    cases = list(Xml.parse(report).iter("test-case"))
    failed = [f"{case.get('name')}: {''.join(case.itertext()).strip()}" for case in cases
              if case.get("result") != "Success"]
    assert not failed, "\n\n".join(failed)
    assert done.returncode == 0 and len(cases) >= FEWEST, done.stdout + done.stderr
