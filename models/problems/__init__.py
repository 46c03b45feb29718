"""Other inverse problems on the same prior: 2D keypoints, missing joints and frames, noisy motion, no measurement."""
