"""What a prior says, as columns that windows can be blended by."""
from __future__ import annotations

import torch

from models.guess import GUESS_WIDTH, Guess, guess_from_columns, guess_to_columns


def test_columns_bring_a_guess_back() -> None:
    guess = Guess(torch.randn(2, 5, 132), torch.rand(2, 5, 22), torch.rand(2, 5, 4))
    columns = guess_to_columns(guess)
    assert columns.shape == (2, 5, GUESS_WIDTH)
    back = guess_from_columns(columns)
    assert torch.equal(back.poses, guess.poses) and torch.equal(back.joint_sd, guess.joint_sd)
    assert back.contact is not None and guess.contact is not None and torch.equal(back.contact, guess.contact)


def test_a_prior_that_says_no_contact_counts_as_none() -> None:
    back = guess_from_columns(guess_to_columns(Guess(torch.randn(1, 3, 132), torch.rand(1, 3, 22))))
    assert back.contact is not None and not back.contact.any()
