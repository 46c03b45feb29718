"""What this machine could solve on, and whether a prior is whole: for `posebridge doctor`."""
from __future__ import annotations

from pathlib import Path

import torch

from bridge.errors import ModelMissing
from models.prior.checkpoint import CheckpointError, count_parameters, load_prior
from models.prior.shipped import weights_file


def devices() -> list[str]:
    """The CPU, and each CUDA device with its memory."""
    found = [f"cpu, {torch.get_num_threads()} threads"]
    for number in range(torch.cuda.device_count()):
        about = torch.cuda.get_device_properties(number)
        found.append(f"cuda:{number}, {about.name}, {about.total_memory / 2**30:.0f} GiB")
    return found


def prior_summary(weights: Path | None = None) -> str:
    """Where the prior is, its size and checksum, all of it read. ModelMissing if it is not there or damaged."""
    path = weights_file(weights)
    try:
        prior = load_prior(path)
    except CheckpointError as error:
        raise ModelMissing(str(error)) from None
    size = count_parameters(prior.network) / 1e6
    return f"{path}, {size:.1f} M parameters, sha256 {prior.notes['sha256'][:12]} as it should be"
