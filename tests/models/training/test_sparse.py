"""Windows of which little is known: as often as asked, and nothing that was not known before."""
from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor

from models.kinematics.rotations import heading, rotvec_to_matrix
from models.kinematics.skeleton import JOINT_COUNT, neutral_offsets
from models.prior.condition import Cues
from models.prior.denoiser import first_known_heading
from models.training.dataset import Windows
from models.training.simulate import exact_cues
from models.training.sparse import SparseConfig, sparsened

COUNT, FRAMES = 600, 21
ALL = SparseConfig(share=1.0)


def given() -> Cues:
    turns = 0.4 * torch.randn(COUNT, FRAMES, JOINT_COUNT, 3, generator=torch.Generator().manual_seed(0))
    offsets = neutral_offsets().expand(COUNT, JOINT_COUNT, 3)
    root = torch.zeros(COUNT, FRAMES, 3)
    return exact_cues(Windows(rotvec_to_matrix(turns), root, offsets, torch.ones(COUNT, dtype=torch.bool)), offsets)


def drawn(config: SparseConfig) -> tuple[Cues, Tensor]:
    return sparsened(given(), config, torch.Generator().manual_seed(1))


def share(flags: Tensor) -> float:
    return float(flags.float().mean())


def whole(cues: Cues) -> Tensor:
    """(B, T, 22) bool: rotations that are known."""
    return torch.cat([cues.rotation_known, cues.others_known], -1)


def test_a_share_of_the_windows_is_sparse_and_the_others_stay() -> None:
    cues, sparse = drawn(replace(ALL, share=0.3))
    assert 0.25 < share(sparse) < 0.35
    for name, before in vars(given()).items():
        if name != "heading":
            assert torch.equal(getattr(cues, name)[~sparse], before[~sparse]), name
    assert (cues.heading[~sparse] == 0).all()


def test_nothing_is_known_but_where_the_head_looks_and_perhaps_is() -> None:
    cues, sparse = drawn(replace(ALL, nothing=1.0))
    assert sparse.all() and not whole(cues).any() and not cues.hands_known.any()
    assert 0.45 < share(cues.path_known[:, 0]) < 0.55 and 0.45 < share(cues.height_known[:, 0]) < 0.55
    off = first_known_heading(cues) - heading(cues.rotations[:, FRAMES // 2, 0])
    assert 0.22 < float(torch.atan2(off.sin(), off.cos()).std()) < 0.28


def test_moments_are_whole_or_unknown() -> None:
    cues, _ = drawn(replace(ALL, nothing=0.0, moments=1.0))
    known = whole(cues)
    assert (known.all(-1) == known.any(-1)).all() and 0.2 < share(known.all(-1)) < 0.8
    assert torch.equal(cues.path_known, known.all(-1)) and torch.equal(cues.hands_known.all(-1), known.all(-1))


def test_missing_joints_leave_the_rest() -> None:
    cues, _ = drawn(replace(ALL, nothing=0.0, moments=0.0))
    missing = ~whole(cues)
    assert 0.05 < share(missing) < 0.6
    always = missing.all(1).any(-1)
    assert 0.3 < share(always) < 1.0 and share(always) < share(missing.any(1).any(-1))


def test_what_was_not_known_stays_unknown() -> None:
    before = replace(given(), height_known=torch.zeros(COUNT, FRAMES, dtype=torch.bool))
    assert not sparsened(before, ALL, torch.Generator())[0].height_known.any()


def test_the_same_seed_draws_the_same() -> None:
    one, same = drawn(ALL)[0], drawn(ALL)[0]
    assert torch.equal(whole(one), whole(same)) and torch.equal(one.heading, same.heading)
