from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path

from bridge.farm.page import write_report
from bridge.farm.row import CURRENT, FAILED, Row

ROWS = [
    Row("in/a&b.mcap", "a&b", CURRENT, 0, "", 0.1, {
        "frames": 120, "rate_hz": 60.0, "frames_per_s": 900.0, "confidence": 0.71, "errors": {"mpjpe_cm": 3.214},
        "flags": [{"kind": "noise", "said": 'head "jitters" <much>'}]}),
    Row("in/<script>.mcap", "_script_", FAILED, 4, "in/<script>.mcap: no session", 0.2),
]


class Seen(HTMLParser):
    """Tags with their attributes, and the text between."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_the_page_shows_every_row_its_flags_and_its_sheet(tmp_path: Path) -> None:
    write_report(tmp_path / "told" / "report.html", ROWS, tmp_path / "out", {"solver": "1 <default>"}, 4)
    seen = Seen((tmp_path / "told" / "report.html").read_text())
    text = " ".join(seen.texts)
    for said in ("2 sessions: 1 up to date, 1 failed", "failed (4): in/<script>.mcap: no session", "noise", "3.21",
                 "solver: 1 <default>", 'noise: head "jitters" <much>', "exit code: 4"):
        assert said in text
    images = [attributes["src"] for tag, attributes in seen.tags if tag == "img"]
    assert images == ["../out/a%26b.png"] and "script" not in [tag for tag, _ in seen.tags]


def test_it_needs_nothing_from_elsewhere(tmp_path: Path) -> None:
    write_report(tmp_path / "report.html", ROWS, tmp_path, {}, 0)
    text = (tmp_path / "report.html").read_text()
    assert "http" not in text and "<link" not in text


def test_the_same_as_json(tmp_path: Path) -> None:
    write_report(tmp_path / "report.html", ROWS, tmp_path, {"shard": "1/1"}, 4)
    told = json.loads((tmp_path / "report.json").read_text())
    assert (told["code"], told["shard"]) == (4, "1/1")
    assert [(row["source"], row["code"]) for row in told["rows"]] == [(row.source, row.code) for row in ROWS]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["report.html", "report.json"]
