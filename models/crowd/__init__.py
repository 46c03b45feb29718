"""Many clips solved together where the prior is: all that solver.py and finish.py do, clip by clip none of it."""
