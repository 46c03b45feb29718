"""Live solving recorded once on a device and repeated: CUDA graphs of a whole tick."""
