"""A trained network on disk: safetensors weights and statistics, beside a JSON with its kind, configuration, version
and checksum.

Nothing here unpickles: a weights file from a stranger can be wrong, but it cannot run.
"""
from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Generic, TypeVar

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from models.confidence import gaussian_reach
from models.prior.denoiser import Statistics
from models.prior.network import Network, NetworkConfig
from models.prior.shipped import weights_file

FORMAT = 1
Net = TypeVar("Net", bound=nn.Module, covariant=True)


class CheckpointError(ValueError):
    """Weights that are missing, damaged, of another format or of another kind; the message says which."""


@dataclass(frozen=True)
class Trained(Generic[Net]):
    """A trained network and what it knows of its data."""

    network: Net
    config: NetworkConfig
    statistics: Statistics
    notes: dict[str, Any] = field(default_factory=dict)
    kind: str = "prior"

    def to(self, device: str) -> Trained[Net]:
        """The same with its network on a device; the statistics are for the solver, which stays on the CPU."""
        return replace(self, network=self.network.to(device))


Prior = Trained[Network]


def save_prior(path: Path, prior: Trained[nn.Module]) -> None:
    """Write `path` (.safetensors) and its .json; both appear whole or not at all.

    The network's numbers are rounded to half precision: half the bytes, and no error metric changes in its digits.
    """
    tensors = {f"network.{name}": value.half().contiguous().cpu() for name, value in prior.network.state_dict().items()}
    tensors["statistics.mean"] = prior.statistics.mean.cpu()
    tensors["statistics.joint_sd"] = prior.statistics.joint_sd.cpu()
    tensors["statistics.spread_gain"] = prior.statistics.spread_gain.cpu()
    tensors["statistics.reach"] = prior.statistics.reach.cpu()
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    save_file(tensors, unfinished)
    description = {
        "format": FORMAT,
        "kind": prior.kind,
        "sha256": file_sha256(unfinished),
        "network": asdict(prior.config),
        "sigma_data": prior.statistics.sigma_data,
        "notes": prior.notes,
    }
    unfinished_json = path.with_suffix(".json.part")
    unfinished_json.write_text(json.dumps(description, indent=1) + "\n")
    unfinished.replace(path)
    unfinished_json.replace(path.with_suffix(".json"))


def load_prior(path: Path | None = None) -> Prior:
    """Read a prior, without a path the shipped default; see `load_trained`."""
    return load_trained(path or weights_file(), "prior", Network)


def load_trained(path: Path, kind: str, build: Callable[[NetworkConfig], Net]) -> Trained[Net]:
    """Read a network of a kind, checking its format and checksum.

    Raises:
        CheckpointError: with what was found and what was expected.
    """
    description = _describe(path)
    found = description.get("kind", "prior")  # older files say nothing, and are priors
    if found != kind:
        raise CheckpointError(f"{path} is of kind {found!r}; {kind!r} is needed here")
    try:
        return _build(description, load_file(path), build)
    except (KeyError, TypeError, ValueError, RuntimeError, SafetensorError) as error:
        raise CheckpointError(f"{path} and its description do not make a prior: {error}") from error


def _build(
    description: dict[str, Any], tensors: dict[str, Tensor], build: Callable[[NetworkConfig], Net]
) -> Trained[Net]:
    config = NetworkConfig(**description["network"])
    network = build(config)
    weights = {name.removeprefix("network."): value for name, value in tensors.items() if name.startswith("network.")}
    network.load_state_dict(weights)
    network.eval().requires_grad_(False)
    mean, joint_sd = tensors["statistics.mean"], tensors["statistics.joint_sd"]
    gain = tensors.get("statistics.spread_gain", torch.ones_like(joint_sd))
    reach = tensors.get("statistics.reach", gaussian_reach())
    statistics = Statistics(mean, float(description["sigma_data"]), joint_sd, gain, reach)
    notes = {**description["notes"], "sha256": description["sha256"]}
    return Trained(network, config, statistics, notes, description.get("kind", "prior"))


def _describe(path: Path) -> dict[str, Any]:
    """The JSON beside the weights, once its format and the weights' checksum are found right."""
    beside = path.with_suffix(".json")
    for file in (path, beside):
        if not file.is_file():
            raise CheckpointError(f"no prior at {path}: {file.name} is missing")
    try:
        description = json.loads(beside.read_text())
    except ValueError as error:
        raise CheckpointError(f"{beside} is not JSON: {error}") from error
    found_format = description.get("format") if isinstance(description, dict) else None
    if found_format != FORMAT:
        raise CheckpointError(f"{beside} has format {found_format!r}; this version reads format {FORMAT}")
    expected, found = str(description.get("sha256")), file_sha256(path)
    if found != expected:
        raise CheckpointError(f"{path} has checksum {found[:12]}, its description says {expected[:12]}")
    return dict(description)


def file_sha256(path: Path) -> str:
    """Hex digest of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def count_parameters(network: torch.nn.Module) -> int:
    """Numbers that training moved."""
    return sum(value.numel() for value in network.parameters())
