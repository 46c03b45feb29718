"""Errands as the process does them, without the process."""
from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bridge.errors import TooShort
from bridge.jobs.performing import Performance, told_error


def test_what_is_wrong_with_an_errand_is_its_last_word(tmp_path: Path) -> None:
    told: list[dict[str, Any]] = []
    performance = Performance(told.append)
    missing = ["--device=cpu", "--threads=1", f"--out={tmp_path}", "--rate=30", "--", str(tmp_path / "none.json")]
    performance.perform("lift", "none", missing)
    performance.perform("lift", "none", [*missing[:3], "--fly"])
    performance.perform("fly", "none", missing)
    assert [one["error"] for one in told[:2]] == ["InputMissing", "UsageError"] and len(told) == 3
    assert told[0]["message"] == f"{tmp_path / 'none.json'}: no such file" and "--fly" in told[1]["message"]


@pytest.mark.parametrize(("error", "told"), [
    (TooShort("2 frames"), {"error": "TooShort", "message": "2 frames"}),
    (OSError(28, "No space left on device"), {"error": "OSError", "errno": 28, "message": "No space left on device"}),
    (MemoryError(), {"error": "MemoryError", "message": "MemoryError: "}),
    (ZeroDivisionError("ours"), {"error": "ZeroDivisionError", "message": "ZeroDivisionError: ours"}),
])
def test_errors_go_across_as_words(error: Exception, told: dict[str, Any]) -> None:
    assert told_error(error) == told
