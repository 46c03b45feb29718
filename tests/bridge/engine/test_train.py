"""Training as the command does, on almost no data."""
from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from bridge.config_commands import TrainOptions
from bridge.engine.train import train
from bridge.errors import UsageError
from models.confidence import gaussian_reach
from models.kinematics.rotations import matrix_to_sixd
from models.prior.checkpoint import CheckpointError, Prior, load_prior, load_trained, save_prior
from models.prior.denoiser import Statistics
from models.prior.network import Network, NetworkConfig
from models.rivals import recipes as rivals


def test_a_trained_prior_can_be_loaded_and_resumed(small_archive: Callable[..., Path], tmp_path: Path) -> None:
    options = TrainOptions(
        data=(small_archive(clips=4, splits=(0, 0, 0, 1)),), out=tmp_path / "run", windows=16, batch=8, threads=1,
        device="cpu", compiled=False, config="plain", width=64, blocks=2,
    )
    assert train(options) == 0
    prior = load_prior(tmp_path / "run" / "plain.safetensors")
    assert prior.notes["data"] == ["archive"] and prior.notes["windows"] == 16
    (line,) = (tmp_path / "run" / "plain.log.jsonl").read_text().splitlines()
    assert json.loads(line)["validation"]["mpjre_deg"] > 0
    reach = prior.statistics.reach
    assert not torch.equal(reach, gaussian_reach()) and (reach.diff(dim=1) >= 0).all()
    assert train(replace(options, resume=True)) == 0
    with pytest.raises(UsageError, match="windows 16 is now 24"):
        train(replace(options, resume=True, windows=24))


def test_a_prior_is_measured_anew(small_archive: Callable[..., Path], tmp_path: Path) -> None:
    tiny, t_pose = NetworkConfig(width=16, blocks=1, heads=2), matrix_to_sixd(torch.eye(3).repeat(22, 1, 1)).flatten()
    blank = Prior(Network(tiny), tiny, Statistics(t_pose, 0.3, torch.full((22,), 0.3)), {"data": ["other"]})
    save_prior(weights := tmp_path / "blank.safetensors", blank)
    archive = small_archive(clips=2, splits=(0, 1), seconds=0.8)
    options = TrainOptions(data=(archive,), out=tmp_path / "sure", measure=weights, device="cpu", threads=1)
    assert train(options) == 0
    again = load_prior(tmp_path / "sure" / "blank.safetensors")
    assert torch.equal(load_prior(weights).statistics.reach, gaussian_reach())
    reach = again.statistics.reach
    assert not torch.equal(reach, gaussian_reach()) and (reach.diff(dim=1) >= 0).all()
    assert again.notes["data"] == ["other"]


@pytest.mark.parametrize("name", rivals.RECIPES)
def test_a_rival_is_trained_by_the_same_command(
    small_archive: Callable[..., Path], tmp_path: Path, name: str
) -> None:
    options = TrainOptions(
        data=(small_archive(clips=2, splits=(0, 1)),), out=tmp_path, windows=8, batch=8, threads=1, device="cpu",
        compiled=False, config=name,
    )
    assert train(options) == 0
    kind, config = rivals.RECIPES[name]
    assert load_trained(tmp_path / f"{name}.safetensors", name, kind.build).config == config.network
    with pytest.raises(CheckpointError, match=f"is of kind '{name}'"):
        load_prior(tmp_path / f"{name}.safetensors")


def test_there_must_be_something_to_resume(small_archive: Callable[..., Path], tmp_path: Path) -> None:
    archive = small_archive(clips=2, splits=(0, 1))
    options = TrainOptions(data=(archive,), out=tmp_path / "run", resume=True, device="cpu")
    with pytest.raises(UsageError, match="nothing to go on from"):
        train(options)
    with pytest.raises(UsageError, match="no such recipe"):
        train(replace(options, config="haute cuisine"))


def test_training_may_begin_with_weights_and_says_with_which(
    small_archive: Callable[..., Path], tmp_path: Path
) -> None:
    options = TrainOptions(
        data=(small_archive(clips=2, splits=(0, 1)),), out=tmp_path / "one", windows=8, batch=8, threads=1,
        device="cpu", compiled=False, config="plain", width=64, blocks=2,
    )
    assert train(options) == 0
    first = tmp_path / "one" / "plain.safetensors"
    assert train(replace(options, out=tmp_path / "two", start=first)) == 0
    assert load_prior(tmp_path / "two" / "plain.safetensors").notes["begun"] == load_prior(first).notes["sha256"]
    with pytest.raises(UsageError, match="weights to start from are of another network"):
        train(replace(options, start=first, width=32))
    with pytest.raises(UsageError, match="--width 60: a multiple of 8"):
        train(replace(options, width=60))
    with pytest.raises(UsageError, match="a prior is no beginning for --config regressor"):
        train(replace(options, config="regressor", start=first))
