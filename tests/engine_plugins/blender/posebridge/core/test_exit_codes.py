"""One table of exit codes for the command and for the extension on a farm."""
from __future__ import annotations

import re
import signal
from pathlib import Path

from bridge import errors
from bridge.cli import INTERRUPTED, TERMINATED
from engine_plugins.blender.posebridge.core import exit_codes

README = Path(__file__).resolve().parents[5] / "README.md"


def test_the_extension_s_codes_are_the_command_s() -> None:
    assert (0, errors.PoseBridgeError.exit_code) == (exit_codes.DONE, exit_codes.FAILED)
    assert errors.UsageError.exit_code == exit_codes.USAGE
    assert errors.InputMissing.exit_code == exit_codes.MISSING
    assert errors.InputInvalid.exit_code == exit_codes.INVALID
    assert errors.DaemonMissing.exit_code == exit_codes.NO_DAEMON
    assert errors.DaemonRefused.exit_code == exit_codes.REFUSED
    assert exit_codes.BY_SIGNAL + signal.SIGINT == INTERRUPTED
    assert exit_codes.BY_SIGNAL + signal.SIGTERM == TERMINATED


def test_the_readme_has_them_all() -> None:
    table = README.read_text(encoding="utf-8").split("| exit code | |")[1].split("\n\n")[0]
    told = {int(code) for code in re.findall(r"^\| (\d+)", table, flags=re.M)}
    own = {value for name, value in vars(exit_codes).items() if name.isupper() and name != "BY_SIGNAL"}
    assert own <= told
