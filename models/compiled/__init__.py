"""A live tick on a CPU as machine code: recorded step by step, and compiled by LLVM for this very processor."""
