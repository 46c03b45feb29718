"""What README and docs show and name is there."""
from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import pytest

from bridge.cli import build_parser
from bridge.commands.jobs import SUBMITS

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
LARGEST_PICTURE_BYTES = 150_000


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere_and_pictures_are_small(page: Path) -> None:
    for text, target in re.findall(r"!?\[([^\]]*)\]\(([^)#]+)\)", page.read_text()):
        if "://" not in target:
            assert text and (page.parent / target).is_file(), target
            assert (page.parent / target).stat().st_size <= LARGEST_PICTURE_BYTES, target


def test_no_picture_is_there_that_no_page_shows() -> None:
    shown = {(page.parent / target).resolve() for page in PAGES
             for target in re.findall(r"\]\(([^)#]+)\)", page.read_text()) if "://" not in target}
    assert {path for path in (ROOT / "docs").rglob("*.jpg") if path.resolve() not in shown} == set()


def test_blender_s_options_are_those_of_its_commands() -> None:
    sources = "".join((ROOT / "engine_plugins" / "blender" / name).read_text() for name in (
        "posebridge/farm_parser.py", "build.py"))
    page = (ROOT / "docs" / "blender.md").read_text()
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", page)) - {"--command", "--help"}  # these are Blender's own
    assert len(named) > 5 and {option for option in named if f'"{option}"' not in sources} == set()


def test_what_blender_says_is_said_somewhere() -> None:
    page = (ROOT / "docs" / "blender.md").read_text().split("## What it says when it cannot")[1]
    said = re.findall(r"^\| (?!it says|---)([^|]+) \|", page, flags=re.M)
    code = "".join(path.read_text() for path in (ROOT / "engine_plugins" / "blender" / "posebridge").rglob("*.py"))
    parts = {part.strip() for line in said for part in line.split("...")} - {""}
    assert len(said) > 5 and {part for part in parts if part not in code} == set()


def test_the_page_of_jobs_names_flags_that_are_there() -> None:
    """Of jobs of all kinds, or of serve; and it names every kind."""
    page, flags = (ROOT / "docs" / "jobs.md").read_text(), {"--character", "--help"}  # which it says there is none of
    for words in (*(("jobs", action) for action in SUBMITS), ("jobs", "status"), ("serve",)):
        parser = build_parser(words[0])
        text = io.StringIO()
        with pytest.raises(SystemExit), contextlib.redirect_stdout(text):
            parser.parse_args([*words, "--help"])
        flags |= set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", text.getvalue()))
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", page))
    assert len(named) > 10 and named - flags == set()
    assert {action for action in SUBMITS if f"`posebridge jobs {action}`" not in page} == set()
