"""Noise levels, and the published chain's weights against the textbook."""
from __future__ import annotations

import math

import pytest
import torch

from models.samplers.schedules import NOTHING, alpha_bar_to_sigma, alpha_bars, few_levels, posterior_weights


def test_few_levels_go_down_from_nothing() -> None:
    assert few_levels(1) == (NOTHING,)
    assert few_levels(2) == (NOTHING, 0.4)
    assert few_levels(3) == pytest.approx((NOTHING, 0.4, 0.1))
    assert few_levels(4) == pytest.approx((NOTHING, 0.4, 0.2, 0.1))
    with pytest.raises(ValueError, match="1 pass or more, not 0"):
        few_levels(0)


def test_the_signal_is_the_running_product() -> None:
    signal, product = alpha_bars(), 1.0
    for index in range(1000):
        product *= 1 - (1e-4 + (0.02 - 1e-4) * index / 999)
        if index in (0, 500, 999):
            assert float(signal[index]) == pytest.approx(product, rel=1e-9)
    assert signal.dtype == torch.float64 and bool((signal.diff() < 0).all())


def test_the_weights_are_the_posterior_mean_of_the_chain() -> None:
    """x_t = sqrt(alpha) x_s + sqrt(beta) e, x_s = sqrt(a_s) x0 + sqrt(1 - a_s) e': condition x_s on x_t and x0."""
    signal = alpha_bars()
    now, before = float(signal[480]), float(signal[460])
    alpha = now / before
    precision = 1 / (1 - before) + alpha / (1 - alpha)
    of_x0, of_xt = posterior_weights(now, before)
    assert of_x0 == pytest.approx(math.sqrt(before) / (1 - before) / precision)
    assert of_xt == pytest.approx(math.sqrt(alpha) / (1 - alpha) / precision)


def test_the_last_step_leaves_the_estimate() -> None:
    assert posterior_weights(float(alpha_bars()[0]), 1.0) == pytest.approx((1.0, 0.0))


def test_variance_preserving_levels() -> None:
    assert alpha_bar_to_sigma(0.5) == pytest.approx(1)
    assert alpha_bar_to_sigma(1 / 65) == pytest.approx(8)
