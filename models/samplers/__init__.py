"""Solving inverse problems with a prior: anything that is denoiser(x, sigma) -> x0 will do."""
