"""A prior on disk: comes back as it was; missing, damaged and foreign files are refused by name."""
from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
import torch

from models.prior.checkpoint import (
    FORMAT,
    CheckpointError,
    Prior,
    count_parameters,
    file_sha256,
    load_prior,
    load_trained,
    save_prior,
)
from models.prior.denoiser import Statistics
from models.prior.network import Network, NetworkConfig


@pytest.fixture
def prior(network: Network, config: NetworkConfig, statistics: Statistics) -> Prior:
    return Prior(network, config, statistics, {"windows": 12})


@pytest.fixture
def saved(prior: Prior, tmp_path: Path) -> Path:
    save_prior(tmp_path / "made" / "prior.safetensors", prior)
    return tmp_path / "made" / "prior.safetensors"


def rewrite(saved: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Change the description, as a hand or another version might."""
    description = json.loads(saved.with_suffix(".json").read_text())
    change(description)
    saved.with_suffix(".json").write_text(json.dumps(description))


def test_a_prior_comes_back(prior: Prior, saved: Path) -> None:
    loaded = load_prior(saved)
    for name, value in prior.network.state_dict().items():
        assert torch.equal(loaded.network.state_dict()[name], value.half().float())
    assert torch.equal(loaded.statistics.mean, prior.statistics.mean)
    assert torch.equal(loaded.statistics.joint_sd, prior.statistics.joint_sd)
    assert loaded.statistics.sigma_data == prior.statistics.sigma_data
    assert loaded.config == prior.config
    assert loaded.notes == {"windows": 12, "sha256": file_sha256(saved)}
    assert not loaded.network.training
    assert not any(value.requires_grad for value in loaded.network.parameters())
    assert count_parameters(loaded.network) == count_parameters(prior.network)


def test_only_the_two_files_are_left_behind(saved: Path) -> None:
    assert sorted(path.name for path in saved.parent.iterdir()) == ["prior.json", "prior.safetensors"]
    description = json.loads(saved.with_suffix(".json").read_text())
    assert description["sha256"] == file_sha256(saved)
    assert description["format"] == FORMAT


def test_saving_again_replaces(prior: Prior, saved: Path) -> None:
    save_prior(saved, Prior(prior.network, prior.config, prior.statistics, {"windows": 13}))
    assert load_prior(saved).notes["windows"] == 13


@pytest.mark.parametrize("lost", [".safetensors", ".json"])
def test_a_missing_file_is_named(saved: Path, lost: str) -> None:
    saved.with_suffix(lost).unlink()
    with pytest.raises(CheckpointError, match=f"prior{lost} is missing"):
        load_prior(saved)


def test_a_damaged_file_is_told_by_its_checksum(saved: Path) -> None:
    content = bytearray(saved.read_bytes())
    content[-1] ^= 1
    saved.write_bytes(bytes(content))
    with pytest.raises(CheckpointError, match="checksum"):
        load_prior(saved)


@pytest.mark.parametrize("text", ["{", "[]", "null", '{"format": 2}', '{"format": "1"}', "{}"])
def test_a_foreign_description_is_refused(saved: Path, text: str) -> None:
    saved.with_suffix(".json").write_text(text)
    with pytest.raises(CheckpointError, match=r"JSON|format"):
        load_prior(saved)


@pytest.mark.parametrize(
    "change",
    [
        lambda found: found.pop("network"),
        lambda found: found.pop("notes"),
        lambda found: found.pop("sigma_data"),
        lambda found: found.update(sigma_data="wide"),
        lambda found: found["network"].update(width=64),
        lambda found: found["network"].update(blocks=3),
        lambda found: found["network"].update(depth=3),
    ],
)
def test_a_description_that_does_not_fit_is_refused(saved: Path, change: Callable[[dict[str, Any]], object]) -> None:
    rewrite(saved, change)
    with pytest.raises(CheckpointError, match="do not make a prior"):
        load_prior(saved)


def test_another_kind_of_network_is_refused_by_name(prior: Prior, saved: Path) -> None:
    with pytest.raises(CheckpointError, match="is of kind 'prior'; 'regressor' is needed here"):
        load_trained(saved, "regressor", Network)
    save_prior(saved, replace(prior, kind="regressor"))
    assert load_trained(saved, "regressor", Network).kind == "regressor"
    with pytest.raises(CheckpointError, match="is of kind 'regressor'; 'prior' is needed here"):
        load_prior(saved)


def test_a_file_of_before_there_were_kinds_is_a_prior(saved: Path) -> None:
    rewrite(saved, lambda found: found.pop("kind"))
    assert load_prior(saved).kind == "prior"


def test_weights_that_are_no_safetensors_are_refused(saved: Path) -> None:
    saved.write_bytes(b"something else")
    rewrite(saved, lambda found: found.update(sha256=file_sha256(saved)))
    with pytest.raises(CheckpointError, match="do not make a prior"):
        load_prior(saved)


def test_the_description_holds_the_whole_configuration(saved: Path, config: NetworkConfig) -> None:
    assert json.loads(saved.with_suffix(".json").read_text())["network"] == asdict(config)


def test_moving_keeps_everything(prior: Prior) -> None:
    moved = prior.to("cpu")
    assert torch.equal(moved.statistics.mean, prior.statistics.mean)
    assert moved.notes == prior.notes
