from __future__ import annotations

import pytest

from bridge.errors import DaemonMissing
from bridge.report import report


def test_our_own_faults_carry_the_hint_and_the_users_do_not(capsys: pytest.CaptureFixture[str]) -> None:
    assert report(DaemonMissing("gone"), hint=" (hint)") == 7
    assert report(ValueError("odd"), hint=" (hint)") == 1
    assert capsys.readouterr().err == "posebridge: gone\nposebridge: a fault of ours: ValueError: odd (hint)\n"
