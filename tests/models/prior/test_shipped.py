"""Shipped priors are found by name, anything else is a file."""
from __future__ import annotations

from pathlib import Path

import pytest

from models.prior.shipped import FOLDER, shipped_names, weights_file


def test_the_default_comes_first_and_is_what_nobody_asked_for() -> None:
    assert shipped_names()[0] == "default"
    assert weights_file() == weights_file(Path("default")) == FOLDER / "default.safetensors"


@pytest.mark.parametrize("name", shipped_names())
def test_every_shipped_prior_has_its_description_and_card(name: str) -> None:
    assert weights_file(Path(name)).with_suffix(".json").is_file()
    assert f"{name}.safetensors" in (FOLDER / "README.md").read_text()


@pytest.mark.parametrize("file", ["run/default.safetensors", "mine.safetensors", "nobody"])
def test_anything_else_is_a_file(file: str) -> None:
    assert weights_file(Path(file)) == Path(file)
