"""The prior: how bodies move, given what a few trackers say. network -> denoiser(x, sigma) -> x0."""
