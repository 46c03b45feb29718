"""`python -m bridge` is `posebridge`."""
import sys

from bridge.cli import main

sys.exit(main())
