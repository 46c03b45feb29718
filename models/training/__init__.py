"""Training the prior: windows of motion in, weights out."""
